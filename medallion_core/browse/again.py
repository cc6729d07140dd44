"""Sources that a design reads, as they are now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from medallion_core.browse.files import file_source
from medallion_core.browse.sources import described_sources
from medallion_core.model import FilesLocation, Location, Source, TableLocation
from medallion_core.workspace import Workspace


def read_again(ws: Workspace, locations: Sequence[Location]) -> list[Source | None]:
    """The columns of each of ``locations`` as they are now, those of a kind asked for together;
    None for one that the workspace knows nothing of, such as a topic. Raises MedallionError."""
    found: list[Source | None] = [None] * len(locations)
    for kind, read in _READ.items():
        places = [place for place, each in enumerate(locations) if type(each) is kind]
        sources = read(ws, [locations[place] for place in places]) if places else []
        for place, source in zip(places, sources, strict=True):
            found[place] = source
    return found


def _tables(ws: Workspace, locations: Sequence[TableLocation]) -> list[Source]:
    return described_sources(ws, [location.table for location in locations])


def _files(ws: Workspace, locations: Sequence[FilesLocation]) -> list[Source]:
    return [file_source(ws, location) for location in locations]


_READ: dict[type[Location], Callable[[Workspace, Any], list[Source]]] = {
    TableLocation: _tables,
    FilesLocation: _files,
}
