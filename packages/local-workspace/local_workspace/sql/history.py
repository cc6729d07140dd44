"""What was done to a table, as DESCRIBE HISTORY tells it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from local_workspace.catalog.metastore import Table
from local_workspace.sql.session import SqlSession

_SCHEMA = pa.schema(
    [
        ("version", pa.int64()),
        ("timestamp", pa.timestamp("us", tz="UTC")),
        ("userId", pa.string()),
        ("userName", pa.string()),
        ("operation", pa.string()),
        ("operationParameters", pa.map_(pa.string(), pa.string())),
    ]
)


def add(session: SqlSession, table: Table, operation: str, **parameters: str) -> None:
    """Notes one more version of the table."""
    state = session.metastore.state
    with state.transaction():
        entries = _entries(session, table)
        entries.append(
            {
                "time": time.time(),
                "user": session.user,
                "operation": operation,
                "parameters": parameters,
            }
        )
        state.put("history", table.table_id, {"entries": entries})


def rows(session: SqlSession, table: Table) -> pa.Table:
    """Newest first. A table that nobody changed by SQL was created, at least; all that pipelines
    changed in place is told as one MERGE."""
    entries = _entries(session, table) or [_entry(table, table.created_at, "CREATE TABLE")]
    if table.pipeline_id and table.in_place_version:
        entries.append(_entry(table, table.updated_at, "MERGE"))
    listed = [_row(version, entry) for version, entry in enumerate(entries)]
    return pa.Table.from_pylist(listed[::-1], schema=_SCHEMA)


def _entry(table: Table, milliseconds: int, operation: str) -> dict[str, Any]:
    return {
        "time": milliseconds / 1000,
        "user": table.created_by,
        "operation": operation,
        "parameters": {},
    }


def _entries(session: SqlSession, table: Table) -> list[dict[str, Any]]:
    document = session.metastore.state.get("history", table.table_id)
    return list(document["entries"]) if document else []


def _row(version: int, entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": version,
        "timestamp": datetime.fromtimestamp(entry["time"], UTC),
        "userId": entry["user"],
        "userName": entry["user"],
        "operation": entry["operation"],
        "operationParameters": list(entry["parameters"].items()),
    }
