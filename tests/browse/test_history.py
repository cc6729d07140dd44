"""What is known of a table's past decides whether it can be read as a stream."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pyarrow as pa
import pytest

from medallion_core.browse import read_again, read_sources
from medallion_core.browse.sources import _source, _with_history
from medallion_core.errors import MedallionError
from medallion_core.model import Source, TableLocation, TableName
from medallion_core.workspace import Workspace


def row_of(table: str, format_: str = "DELTA") -> dict[str, Any]:
    name = {"table_catalog": "samples", "table_schema": "tpch", "table_name": table}
    row = {**name, "table_type": "MANAGED", "data_source_format": format_, "comment": ""}
    return {**row, "columns": [], "keys": []}


def listed(format_: str = "DELTA") -> Source:
    return _source(row_of("orders", format_))


def seen(source: Source, versions: list[dict[str, Any]] | None) -> Source:
    """After its history was asked for; None: it is refused."""

    def query(_: str) -> pa.Table:
        if versions is None:
            raise MedallionError("PERMISSION_DENIED", "Not yours.")
        return pa.Table.from_pylist(versions)

    return _with_history(cast(Workspace, SimpleNamespace(query=query)), source)


def append_only(source: Source) -> bool:
    return isinstance(source.location, TableLocation) and source.location.append_only


@pytest.mark.parametrize(
    ("format_", "streams"), [("DELTA", True), ("DELTASHARING", True), ("PARQUET", False)]
)
def test_shared_tables_are_streamed_as_well(format_: str, streams: bool) -> None:
    assert append_only(listed(format_)) is streams


def test_a_history_that_is_refused_says_nothing() -> None:
    source = seen(listed(), None)
    assert (append_only(source), source.history_known) == (False, False)


@pytest.mark.parametrize(("operation", "streams"), [("WRITE", True), ("DELETE", False)])
def test_what_was_done_decides(operation: str, streams: bool) -> None:
    versions = [
        {"version": 0, "operation": "CREATE TABLE"},
        {"version": 1, "operation": operation},
    ]
    source = seen(listed(), versions)
    assert (append_only(source), source.history_known) == (streams, True)


def test_columns_alone_are_asked_of_all_tables_at_once() -> None:
    statements: list[str] = []

    def query(statement: str) -> pa.Table:
        statements.append(" ".join(statement.split()[:2]))
        described = {"sizeInBytes": 5, "version": 0, "operation": "CREATE TABLE"}
        rows = list(map(row_of, ("orders", "items"))) if "WITH" in statement else [described]
        return pa.Table.from_pylist(rows)

    ws = cast(Workspace, SimpleNamespace(query=query))
    names = [TableName("samples", "tpch", table) for table in ("items", "orders")]
    again = read_again(ws, [TableLocation(name) for name in names])
    assert [source and source.name for source in again] == ["items", "orders"]
    assert statements == ["WITH listed"]
    assert [source.size_bytes for source in read_sources(ws, names)] == [5, 5]
    looked_up = ["DESCRIBE DETAIL", "DESCRIBE HISTORY"] * len(names)
    assert sorted(statements[1:]) == sorted(["WITH listed", *looked_up])
