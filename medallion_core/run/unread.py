"""What the sources have by now that nothing but bronze takes: a run loses nothing by it, and goes
on without."""

from __future__ import annotations

from collections.abc import Iterator

from medallion_core.errors import MedallionError
from medallion_core.model import Design, Entity
from medallion_core.tables.entities import bronze_columns
from medallion_core.tables.names import bronze_table
from medallion_core.text.identifiers import quote_name
from medallion_core.workspace import Workspace
from medallion_core.workspace.errors import TRANSIENT


def unread_columns(ws: Workspace, design: Design) -> tuple[str, ...]:
    """A sentence for each table of bronze that has columns of its source which the design does not
    know: one statement for all."""
    try:
        there = _columns(ws, design)
    except MedallionError as error:
        if error.code in TRANSIENT:
            raise
        return (f"Whether the sources have columns that are new is not known: {error.message}",)
    return tuple(_said(design, there))


def _columns(ws: Workspace, design: Design) -> dict[str, list[str]]:
    """By table, in lower case as Unity Catalog has names."""
    information = quote_name(design.settings.catalog, "information_schema")
    rows = ws.query(
        f"SELECT table_name, column_name FROM {information}.columns WHERE table_schema = :schema",
        {"schema": design.settings.schema.lower()},
    )
    found: dict[str, list[str]] = {}
    for row in rows.to_pylist():
        found.setdefault(row["table_name"].lower(), []).append(row["column_name"])
    return found


def _said(design: Design, there: dict[str, list[str]]) -> Iterator[str]:
    for entity in design.entities:
        table, known = bronze_table(entity), _known(entity)
        new = sorted(name for name in there.get(table.lower(), ()) if name.lower() not in known)
        if new:
            yield (
                f"{table} has columns that the design does not know, so that silver leaves them "
                f"out: {', '.join(new)}. Check for schema drift on the Design page takes them over."
            )


def _known(entity: Entity) -> frozenset[str]:
    """In lower case; what the source has no more may still be there."""
    names = (*(c.name for c in bronze_columns(entity)), *(c.source for c in entity.columns))
    return frozenset(name.lower() for name in names)
