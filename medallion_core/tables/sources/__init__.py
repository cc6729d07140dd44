"""The kinds of sources: all that tables and code know of one is in its file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from medallion_core.model import FilesLocation, KafkaLocation, Location, TableLocation
from medallion_core.tables.sources.files import FilesKind
from medallion_core.tables.sources.kafka import KafkaKind
from medallion_core.tables.sources.kind import RESCUED, AuditColumn, Need, SourceKind
from medallion_core.tables.sources.table import TableKind

__all__ = ["KINDS", "RESCUED", "AuditColumn", "Need", "SourceKind", "kind_of"]

KINDS: dict[type[Location], Callable[[Any], SourceKind]] = {
    TableLocation: TableKind,
    FilesLocation: FilesKind,
    KafkaLocation: KafkaKind,
}


def kind_of(location: Location) -> SourceKind:
    """What its kind says of ``location``."""
    return KINDS[type(location)](location)
