"""Tables and views of Unity Catalog."""

from __future__ import annotations

from dataclasses import dataclass

from medallion_core.model import TableLocation
from medallion_core.tables.calls import Call
from medallion_core.tables.sources.kind import Need, SourceKind, usage
from medallion_core.text import sql
from medallion_core.text.identifiers import quote_name


@dataclass(frozen=True, slots=True)
class TableKind(SourceKind):
    location: TableLocation

    @property
    def location_name(self) -> str:
        return str(self.location.table)

    @property
    def above(self) -> str:
        return self.location.table.schema

    @property
    def identity(self) -> tuple[object, ...]:
        return ("table", self.location_name)

    @property
    def is_streamed(self) -> bool:
        return self.location.append_only

    @property
    def is_changed_in_place(self) -> bool:  # type: ignore[override]
        return not self.location.append_only

    @property
    def relation(self) -> str:
        return quote_name(*self._parts)

    @property
    def calls(self) -> tuple[Call, ...]:
        return (Call("table", (sql.dotted(*self._parts),)),)

    @property
    def needs(self) -> tuple[Need, ...]:
        return (*usage(self._parts), Need("SELECT", "TABLE", self._parts, "is a source"))

    @property
    def _parts(self) -> tuple[str, str, str]:
        table = self.location.table
        return table.catalog, table.schema, table.table
