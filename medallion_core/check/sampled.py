"""The rows that generated code would give on samples of its sources, before anything is deployed.

One query from the sources to the table: gold is the generated code itself, read as SQL. It is run
as whoever asks, by a warehouse or by Spark, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medallion_core.check.queries import view_query
from medallion_core.check.refusals import design_refusals, require_accepted
from medallion_core.check.silver_queries import entity_query, sample_of
from medallion_core.check.views import ViewCode, read_views
from medallion_core.errors import MedallionError
from medallion_core.generate import generate_bundle
from medallion_core.model import Design, Entity, Location
from medallion_core.tables.inventory import check_tables, inventory
from medallion_core.tables.sources import kind_of
from medallion_core.text.identifiers import quote_identifier

if TYPE_CHECKING:
    # The SDK takes a second to load, and a design does without it.
    from medallion_core.workspace import Rows, Workspace

SAMPLED, SHOWN = 1_000, 20
"""Rows of each source that are read, and rows of the table that are shown, at most."""


Tell = Callable[[str], object]
"""Hears of each step before it is done."""


@dataclass(frozen=True, slots=True)
class Sample:
    """``rows`` of a table, computed of so many rows of each source: ``read``, by its location.
    ``limit`` is how many were read at most."""

    rows: Rows
    read: Mapping[str, int]
    limit: int

    @property
    def is_whole(self) -> bool:
        """Whether every source was read to its end."""
        return all(count < self.limit for count in self.read.values())

    @property
    def note(self) -> str:
        """What the rows were computed from, and what they do not tell."""
        read = ", ".join(
            f"{count:,} of {name}" if count == self.limit else f"all {count:,} of {name}"
            for name, count in self.read.items()
        )
        told = f"Computed from samples: {read or 'no source'}."
        if self.is_whole:
            return told
        return f"{told} A row finds no partner that was not sampled, and sums are of the sample."


def _silent(_: str) -> None:
    """Nobody listens."""


def sample_table(
    ws: Workspace,
    design: Design,
    table: str,
    *,
    sampled: int = SAMPLED,
    shown: int = SHOWN,
    tell: Tell = _silent,
) -> Sample:
    """Rows of ``table``, from at most ``sampled`` rows of each source that it is made of.

    Raises MedallionError DESIGN_REFUSED; TABLE_NOT_FOUND; CODE_IS_NOT_SQL where the code of a view
    is more than a query; NOT_READABLE where no query reads a source; and what the workspace
    refuses.
    """
    require_accepted(design_refusals(design))
    queries = Queries(design, sampled)
    statement = queries.statement(table, shown)
    read: dict[str, int] = {}
    for name, location in queries.sources.items():
        tell(f"Reading {name}: at most {sampled:,} rows")
        read[name] = _count(ws, location, sampled)
    tell(f"Computing the rows of {table}")
    return Sample(ws.query(statement), read, sampled)


def _count(ws: Workspace, location: Location, sampled: int) -> int:
    [row] = ws.query(f"SELECT count(*) AS n FROM ({sample_of(location, sampled, '1')})").to_pylist()
    return int(row["n"])


class Queries:
    """A query for each dataset, those that it reads first. ``sources`` are what they read, by
    the names of their locations."""

    def __init__(self, design: Design, sampled: int) -> None:
        self._inventory = inventory(design)
        self._checks = frozenset(check_tables(design))
        self._sampled = sampled
        self._views = _views(generate_bundle(design))
        self._queries: dict[str, str] = {}
        self.sources: dict[str, Location] = {}

    def statement(self, table: str, shown: int) -> str:
        """At most ``shown`` rows of a table."""
        read = self._read(table)
        named = ",\n".join(f"{quote_identifier(n)} AS ({q})" for n, q in self._queries.items())
        return f"WITH {named}\nSELECT * FROM {read} LIMIT {int(shown)}"

    def _read(self, name: str) -> str:
        if name not in self._queries:
            query = self._query(name)
            self._queries[name] = query
        return quote_identifier(name)

    def _query(self, name: str) -> str:
        dataset = self._inventory.find(name)
        if dataset is None:
            known = ", ".join(each.name for each in self._inventory.tables)
            raise MedallionError(
                "TABLE_NOT_FOUND", f"The design makes no table {name!r}.", f"It makes: {known}."
            )
        self.sources |= {kind_of(each).location_name: each for each in dataset.sources}
        if isinstance(dataset.of, Entity) and dataset.name not in self._views:
            return entity_query(dataset.of, dataset.name, self._read, self._sampled)
        return view_query(self._views[dataset.name], self._read_beside)

    def _read_beside(self, name: str) -> str:
        """Of a table of checks no view reads a row: it has only to be there before."""
        return "(SELECT 1 WHERE false)" if name in self._checks else self._read(name)


def _views(bundle: Mapping[str, str]) -> dict[str, ViewCode]:
    """The code of gold: views, and the tables that a flow fills once."""
    gold = {path: text for path, text in bundle.items() if path.startswith("src/gold/")}
    found = [*read_views(gold), *read_views(gold, "append_flow", "target")]
    return {view.name: view for view in found}
