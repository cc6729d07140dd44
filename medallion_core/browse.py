"""Unity Catalog to sources: one statement a click, however many tables there are.

What is listed is what the identity may see: ``information_schema`` is filtered by its privileges.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from medallion_core.browse_files import (
    FileSummary,
    VolumeSummary,
    file_sources,
    kafka_source,
    list_files,
    list_volumes,
    read_files_call,
)
from medallion_core.errors import MedallionError
from medallion_core.identifiers import quote_literal, quote_name
from medallion_core.model import (
    Column,
    DeclaredForeignKey,
    FilesLocation,
    KafkaLocation,
    Location,
    Source,
    TableLocation,
    TableName,
    TableType,
)
from medallion_core.workspace import Rows, Workspace

__all__ = [
    "FileSummary",
    "TableSummary",
    "VolumeSummary",
    "file_sources",
    "kafka_source",
    "list_catalogs",
    "list_files",
    "list_schemas",
    "list_tables",
    "list_volumes",
    "read_sources",
    "relation",
    "sample_rows",
    "search_tables",
]

INFORMATION_SCHEMA = "information_schema"
READ_AT_ONCE = 4
"""How many histories are asked for at the same time."""

_STREAMABLE = frozenset({TableType.MANAGED, TableType.EXTERNAL, TableType.STREAMING_TABLE})
_CHANGES_IN_PLACE = frozenset({"UPDATE", "DELETE", "MERGE", "TRUNCATE", "REPLACE TABLE", "RESTORE"})

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TableSummary:
    """A line of the catalog's list; ``format`` is empty for views."""

    name: TableName
    table_type: str
    format: str
    comment: str
    column_count: int


def list_catalogs(ws: Workspace) -> list[str]:
    rows = ws.query("SHOW CATALOGS").to_pylist()
    return sorted(str(next(iter(row.values()))) for row in rows)


def list_schemas(ws: Workspace, catalog: str) -> list[str]:
    rows = ws.query(
        f"SELECT schema_name FROM {_information(catalog)}.schemata "
        "WHERE schema_name <> :own ORDER BY schema_name",
        {"own": INFORMATION_SCHEMA},
    )
    return [row["schema_name"] for row in rows.to_pylist()]


def list_tables(ws: Workspace, catalog: str, schema: str) -> list[TableSummary]:
    """Tables and views of one schema, by name."""
    rows = ws.query(
        f"{_summaries(catalog)} WHERE t.table_schema = :schema ORDER BY t.table_name",
        {"schema": schema},
    )
    return [_summary(row) for row in rows.to_pylist()]


def search_tables(ws: Workspace, text: str, limit: int) -> list[TableSummary]:
    """Tables of all catalogs whose name, schema or comment has ``text`` in it, best first."""
    rows = ws.query(
        f"{_summaries('system')} WHERE t.table_schema <> :own AND contains(lower(concat_ws(' ', "
        "t.table_catalog, t.table_schema, t.table_name, t.comment)), lower(:text)) "
        "ORDER BY NOT startswith(lower(t.table_name), lower(:text)), "
        "NOT contains(lower(t.table_name), lower(:text)), "
        f"t.table_catalog, t.table_schema, t.table_name LIMIT {int(limit)}",
        {"own": INFORMATION_SCHEMA, "text": text},
    )
    return [_summary(row) for row in rows.to_pylist()]


def read_sources(ws: Workspace, names: Sequence[TableName]) -> list[Source]:
    """The tables with their columns, comments and declared keys, in the order asked for.

    One statement a catalog, and the history of each table that a stream could read.
    Raises MedallionError TABLE_NOT_FOUND for a table that is not there or may not be seen.
    """
    found: dict[TableName, Source] = {}
    for catalog in dict.fromkeys(name.catalog for name in names):
        wanted = [name for name in names if name.catalog == catalog]
        rows = ws.query(_definition(catalog, wanted)).to_pylist()
        found |= _sources(catalog, rows)
    missing = [str(name) for name in names if _stored(name) not in found]
    if missing:
        raise MedallionError(
            "TABLE_NOT_FOUND",
            f"Not there, or not yours to see: {', '.join(missing)}.",
            "Check the name, or ask its owner for USE CATALOG, USE SCHEMA and SELECT.",
        )
    with ThreadPoolExecutor(READ_AT_ONCE) as pool:
        return list(pool.map(lambda name: _with_history(ws, found[_stored(name)]), names))


def relation(location: Location) -> str:
    """``location`` as SQL after FROM. Raises MedallionError NOT_READABLE for a topic."""
    match location:
        case TableLocation(table=table):
            return quote_name(table.catalog, table.schema, table.table)
        case FilesLocation():
            return read_files_call(location)
        case KafkaLocation():
            raise MedallionError(
                "NOT_READABLE",
                "A SQL warehouse cannot read from Kafka.",
                "Paste some messages to derive their schema from.",
            )


def sample_rows(ws: Workspace, location: Location, limit: int = 20) -> Rows:
    """Some rows as they are, whichever come first. Raises as ``relation`` does."""
    return ws.query(f"SELECT * FROM {relation(location)} LIMIT {int(limit)}")


def _information(catalog: str) -> str:
    return quote_name(catalog, INFORMATION_SCHEMA)


def _summaries(catalog: str) -> str:
    information = _information(catalog)
    return f"""
        SELECT t.table_catalog, t.table_schema, t.table_name, t.table_type, t.data_source_format,
               t.comment, coalesce(c.column_count, 0) AS column_count
        FROM {information}.tables t
        LEFT JOIN (
            SELECT table_catalog, table_schema, table_name, count(*) AS column_count
            FROM {information}.columns GROUP BY table_catalog, table_schema, table_name
        ) c USING (table_catalog, table_schema, table_name)"""


def _summary(row: Row) -> TableSummary:
    return TableSummary(
        TableName(row["table_catalog"], row["table_schema"], row["table_name"]),
        _table_type(row["table_type"]).value,
        row["data_source_format"] or "",
        row["comment"] or "",
        row["column_count"],
    )


def _stored(name: TableName) -> TableName:
    """As Unity Catalog keeps it: in lower case."""
    return TableName(name.catalog.lower(), name.schema.lower(), name.table.lower())


def _definition(catalog: str, names: Iterable[TableName]) -> str:
    """Tables, columns and keys of the tables in one result, told apart by ``kind``."""
    information = _information(catalog)
    listed = ", ".join(quote_literal(f"{name.schema}.{name.table}".lower()) for name in names)
    chosen = f"lower(concat(table_schema, '.', table_name)) IN ({listed})"
    keyed = f"lower(concat(k.table_schema, '.', k.table_name)) IN ({listed})"
    keys = f"""
        SELECT u.table_schema, u.table_name, u.column_name, u.constraint_name, u.ordinal_position,
               r.unique_constraint_catalog, r.unique_constraint_schema, r.unique_constraint_name,
               u.position_in_unique_constraint
        FROM {information}.key_column_usage u
        LEFT JOIN {information}.referential_constraints r
          ON r.constraint_catalog = u.constraint_catalog
         AND r.constraint_schema = u.constraint_schema
         AND r.constraint_name = u.constraint_name"""
    return f"""
        SELECT 'table' AS kind, table_schema, table_name, table_type AS name, 0 AS position,
               '' AS type, '' AS nullable, comment, '' AS reference, '' AS reference_column
        FROM {information}.tables WHERE {chosen}
        UNION ALL
        SELECT 'column', table_schema, table_name, column_name, ordinal_position,
               full_data_type, is_nullable, comment, '', ''
        FROM {information}.columns WHERE {chosen}
        UNION ALL
        SELECT 'key', k.table_schema, k.table_name, k.column_name, k.ordinal_position,
               '', '', k.constraint_name,
               concat(p.table_catalog, '.', p.table_schema, '.', p.table_name), p.column_name
        FROM ({keys}) k
        LEFT JOIN {information}.key_column_usage p
          ON p.constraint_catalog = k.unique_constraint_catalog
         AND p.constraint_schema = k.unique_constraint_schema
         AND p.constraint_name = k.unique_constraint_name
         AND p.ordinal_position = k.position_in_unique_constraint
        WHERE {keyed}
        ORDER BY table_schema, table_name, kind, comment, position"""


def _sources(catalog: str, rows: Iterable[Row]) -> dict[TableName, Source]:
    found: dict[TableName, Source] = {}
    for (schema, table), group in groupby(rows, lambda r: (r["table_schema"], r["table_name"])):
        name = _stored(TableName(catalog, schema, table))
        source = _source(name, list(group))
        if source:
            found[name] = source
    return found


def _source(name: TableName, rows: list[Row]) -> Source | None:
    table = next((row for row in rows if row["kind"] == "table"), None)
    if table is None:
        return None
    table_type = _table_type(table["name"])
    columns = sorted((row for row in rows if row["kind"] == "column"), key=_position)
    keys = [row for row in rows if row["kind"] == "key"]
    return Source(
        TableLocation(name, table_type, append_only=table_type in _STREAMABLE),
        tuple(
            Column(row["name"], row["type"].lower(), row["nullable"] != "NO", row["comment"] or "")
            for row in columns
        ),
        table["comment"] or "",
        tuple(row["name"] for row in sorted(keys, key=_position) if not row["reference"]),
        _foreign_keys(keys),
    )


def _foreign_keys(rows: list[Row]) -> tuple[DeclaredForeignKey, ...]:
    references = sorted(
        (row for row in rows if row["reference"]), key=lambda row: (row["comment"], row["position"])
    )
    found = []
    for _, group in groupby(references, lambda row: row["comment"]):
        part = list(group)
        found.append(
            DeclaredForeignKey(
                tuple(row["name"] for row in part),
                TableName.parse(part[0]["reference"]),
                tuple(row["reference_column"] for row in part),
            )
        )
    return tuple(found)


def _position(row: Row) -> int:
    return int(row["position"])


def _table_type(text: str | None) -> TableType:
    """Kinds that have no name here, such as shallow clones, count as external tables."""
    return TableType(text) if text in set(TableType) else TableType.EXTERNAL


def _with_history(ws: Workspace, source: Source) -> Source:
    """``source``, no longer append-only where its history shows that rows were changed in place.

    Somebody who may read a table may not always read its history: then it stays as it is.
    """
    location = source.location
    if not isinstance(location, TableLocation) or not location.append_only:
        return source
    name = location.table
    try:
        rows = ws.query(f"DESCRIBE HISTORY {quote_name(name.catalog, name.schema, name.table)}")
    except MedallionError:
        return source
    if any(_changes_in_place(row) for row in rows.to_pylist()):
        return replace(source, location=replace(location, append_only=False))
    return source


def _changes_in_place(row: Row) -> bool:
    operation = str(row.get("operation") or "").upper()
    if row.get("version") == 0:
        return False
    parameters = dict(row.get("operationParameters") or {})
    overwrites = operation == "WRITE" and parameters.get("mode") == "Overwrite"
    return overwrites or any(operation.startswith(name) for name in _CHANGES_IN_PLACE)
