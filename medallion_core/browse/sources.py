"""Tables as sources: their columns, comments and declared keys by one statement a catalog, and what
a stream and a profile need to know of their files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import groupby

from medallion_core.browse.catalog import Row, information_view, name_of, table_type_of
from medallion_core.errors import MedallionError
from medallion_core.model import (
    Column,
    DeclaredForeignKey,
    Finding,
    Level,
    Location,
    Source,
    TableLocation,
    TableName,
    TableType,
)
from medallion_core.tables.sources import kind_of
from medallion_core.text.identifiers import quote_literal
from medallion_core.text.types import as_printed
from medallion_core.workspace import Workspace

HISTORIES_AT_ONCE = 4

_STREAMABLE = frozenset({TableType.MANAGED, TableType.EXTERNAL, TableType.STREAMING_TABLE})
_DELTA = frozenset({"DELTA", "DELTASHARING"})
"""What can be read as a stream; ``samples`` may be either.
https://docs.databricks.com/delta-sharing/read-data-databricks
"""
_IN_PLACE = ("UPDATE", "DELETE", "TRUNCATE", "RESTORE", "REPLACE", "CREATE OR REPLACE")

_UNSEEN = frozenset(
    {"CATALOG_NOT_FOUND", "SCHEMA_NOT_FOUND", "TABLE_NOT_FOUND", "NOT_FOUND", "PERMISSION_DENIED"}
)
"""Codes of a catalog that is not there or may not be looked into."""

_CHECK_NAME = "Check the name, or ask its owner for USE CATALOG, USE SCHEMA and SELECT."


def read_sources(ws: Workspace, names: Sequence[TableName]) -> list[Source]:
    """As ``described_sources``, with what profiling and streams need to know of what tables hold.

    One statement more for each table with files of its own: its size; and one for each that a
    stream could read: its history.
    """
    return _all_looked_up(ws, described_sources(ws, names))


def described_sources(ws: Workspace, names: Sequence[TableName]) -> list[Source]:
    """The tables with their columns, comments and declared keys, in the order of ``names``.

    One statement per catalog. Sizes are not known, and whether rows were changed in place is not.
    Raises MedallionError TABLE_NOT_FOUND for tables that aren't there or may not be seen.
    """
    found: dict[TableName, Source] = {}
    for catalog, group in _by_catalog(names):
        found |= _described(ws, catalog, group)
    missing = [name for name in names if _stored(name) not in found]
    if missing:
        raise _not_found(missing)
    return [found[_stored(name)] for name in names]


def find_sources(ws: Workspace, names: Sequence[TableName]) -> list[Source | Finding]:
    """As ``read_sources``, in the order of ``names``: one that is not there, or may not be seen,
    is a finding and stands in no other's way.

    Raises MedallionError TABLE_NOT_FOUND where none of them is there.
    """
    found: dict[TableName, Source] = {}
    whys: list[str] = []
    for catalog, group in _by_catalog(names):
        try:
            found |= _described(ws, catalog, group)
        except MedallionError as error:
            if error.code not in _UNSEEN:
                raise
            whys.append(error.message)
    there = [name for name in names if _stored(name) in found]
    if names and not there:
        raise _not_found(names, *whys[:1])
    sources = dict(
        zip(there, _all_looked_up(ws, [found[_stored(name)] for name in there]), strict=True)
    )
    return [sources.get(name) or _left_out(name) for name in names]


def _by_catalog(names: Iterable[TableName]) -> Iterable[tuple[str, Iterable[TableName]]]:
    return groupby(sorted(set(map(_stored, names))), key=lambda name: name.catalog)


def _described(ws: Workspace, catalog: str, names: Iterable[TableName]) -> dict[TableName, Source]:
    rows = ws.query(_sources_statement(catalog, list(names))).to_pylist()
    return {name_of(row): _source(row) for row in rows}


def _not_found(names: Iterable[TableName], *whys: str) -> MedallionError:
    """``whys``: what was said where they were looked for, which may be of a warehouse instead."""
    told = f"Not there, or you may not see it: {', '.join(map(str, names))}."
    return MedallionError("TABLE_NOT_FOUND", " ".join([told, *whys]), _CHECK_NAME)


def _left_out(name: TableName) -> Finding:
    return Finding(
        Level.WARNING,
        name.table,
        f"{name} is not there, or you may not see it. It is left out of the design.",
        _CHECK_NAME,
    )


def _all_looked_up(ws: Workspace, sources: Sequence[Source]) -> list[Source]:
    with ThreadPoolExecutor(HISTORIES_AT_ONCE) as pool:
        return list(pool.map(lambda source: _looked_up(ws, source), sources))


def _stored(name: TableName) -> TableName:
    """As Unity Catalog keeps it."""
    return TableName(name.catalog.lower(), name.schema.lower(), name.table.lower())


# ── What is declared ─────────────────────────────────────────────────────────────────────────


def _sources_statement(catalog: str, names: Iterable[TableName]) -> str:
    """A row per table; its columns, and the columns of its declared keys, as sorted arrays."""
    listed = ", ".join(
        f"({quote_literal(name.schema)}, {quote_literal(name.table)})" for name in names
    )
    usage = information_view(catalog, "key_column_usage")
    return f"""
WITH listed AS (
  SELECT table_catalog, table_schema, table_name, table_type, data_source_format, comment
  FROM {information_view(catalog, "tables")} WHERE (table_schema, table_name) IN ({listed})
), shaped AS (
  SELECT table_schema, table_name, sort_array(collect_list(
    struct(ordinal_position, column_name, full_data_type, is_nullable, comment))) AS columns
  FROM {information_view(catalog, "columns")} WHERE (table_schema, table_name) IN ({listed})
  GROUP BY table_schema, table_name
), parents AS (
  SELECT reference.constraint_schema, reference.constraint_name, parent.table_catalog,
    parent.table_schema, parent.table_name, parent.column_name, parent.ordinal_position
  FROM {information_view(catalog, "referential_constraints")} AS reference JOIN {usage} AS parent
    ON parent.constraint_schema = reference.unique_constraint_schema
    AND parent.constraint_name = reference.unique_constraint_name
), keyed AS (
  SELECT child.table_schema, child.table_name, sort_array(collect_list(struct(
    child.constraint_name, child.ordinal_position, child.column_name, declared.constraint_type,
    parents.table_catalog, parents.table_schema, parents.table_name,
    parents.column_name AS parent_column))) AS keys
  FROM {usage} AS child JOIN {information_view(catalog, "table_constraints")} AS declared
    ON declared.constraint_schema = child.constraint_schema
    AND declared.constraint_name = child.constraint_name
  LEFT JOIN parents
    ON parents.constraint_schema = child.constraint_schema
    AND parents.constraint_name = child.constraint_name
    AND parents.ordinal_position = child.position_in_unique_constraint
  WHERE (child.table_schema, child.table_name) IN ({listed})
  GROUP BY child.table_schema, child.table_name
)
SELECT table_catalog, table_schema, table_name, table_type, data_source_format, comment,
  columns, keys
FROM listed LEFT JOIN shaped USING (table_schema, table_name)
LEFT JOIN keyed USING (table_schema, table_name)"""


def _source(row: Row) -> Source:
    table_type = table_type_of(row["table_type"])
    streamable = table_type in _STREAMABLE and row["data_source_format"] in _DELTA
    primary_key, foreign_keys = _keys(row["keys"] or [])
    return Source(
        TableLocation(name_of(row), table_type, append_only=streamable),
        tuple(map(_column, row["columns"] or [])),
        comment=row["comment"] or "",
        primary_key=primary_key,
        foreign_keys=foreign_keys,
    )


def _column(row: Row) -> Column:
    return Column(
        row["column_name"],
        as_printed(row["full_data_type"]),
        row["is_nullable"] != "NO",
        row["comment"] or "",
    )


def _keys(rows: Iterable[Row]) -> tuple[tuple[str, ...], tuple[DeclaredForeignKey, ...]]:
    """Primary key and foreign keys. A key whose parent may not be seen is left out, and so is a
    UNIQUE constraint: it is a further key, beside the primary one.

    https://docs.databricks.com/sql/language-manual/information-schema/table_constraints.html
    """
    primary: tuple[str, ...] = ()
    foreign: list[DeclaredForeignKey] = []
    for _, group in groupby(rows, key=lambda row: row["constraint_name"]):
        parts = list(group)
        columns = tuple(part["column_name"] for part in parts)
        kind = parts[0]["constraint_type"]
        if kind == "PRIMARY KEY":
            primary = columns
        elif kind == "FOREIGN KEY" and parts[0]["table_name"] is not None:
            parent_columns = tuple(part["parent_column"] for part in parts)
            foreign.append(DeclaredForeignKey(columns, name_of(parts[0]), parent_columns))
    return primary, tuple(foreign)


# ── Was it changed in place? ─────────────────────────────────────────────────────────────────


_STORED = (TableType.MANAGED, TableType.EXTERNAL)
"""Tables with files of their own."""


def _looked_up(ws: Workspace, source: Source) -> Source:
    return _with_history(ws, replace(source, size_bytes=_size(ws, source.location)))


def _size(ws: Workspace, location: Location) -> int | None:
    """Bytes of a table's files; None for a view, and where they may not be seen.

    https://docs.databricks.com/delta/table-details.html
    """
    if not isinstance(location, TableLocation) or location.table_type not in _STORED:
        return None
    try:
        [row] = ws.query(f"DESCRIBE DETAIL {kind_of(location).relation}").to_pylist()
    except MedallionError:
        return None
    size = row.get("sizeInBytes")
    return int(size) if size is not None else None


def _with_history(ws: Workspace, source: Source) -> Source:
    """``source``, no longer append-only where rows were changed in place: that breaks streams.

    Who may read a table may not always read its history. Then nothing is known, the table is read
    in full, and a person is asked.
    """
    location = source.location
    if not isinstance(location, TableLocation) or not location.append_only:
        return source
    try:
        versions = ws.query(f"DESCRIBE HISTORY {kind_of(location).relation}").to_pylist()
    except MedallionError:
        in_full = replace(location, append_only=False)
        return replace(source, location=in_full, history_known=False)
    if any(map(_changes_rows, versions)):
        return replace(source, location=replace(location, append_only=False))
    return source


def _changes_rows(version: Row) -> bool:
    """What a MERGE did is in its metrics; without them it counts as a change."""
    if version["version"] == 0:
        return False
    operation = (version["operation"] or "").upper()
    if operation == "MERGE":
        metrics = dict(version.get("operationMetrics") or {})
        touched = (metrics.get(f"numTargetRows{kind}") for kind in ("Updated", "Deleted"))
        return any(count != "0" for count in touched)
    mode = dict(version.get("operationParameters") or {}).get("mode", "")
    return operation.startswith(_IN_PLACE) or mode.lower() == "overwrite"
