"""What is known of a table's past decides whether it can be read as a stream."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pyarrow as pa
import pytest

from medallion_core.browse.catalog import _source, _with_history
from medallion_core.errors import MedallionError
from medallion_core.model import Source, TableLocation
from medallion_core.workspace import Workspace


def listed(format_: str = "DELTA", kind: str = "MANAGED") -> Source:
    name = {"table_catalog": "samples", "table_schema": "tpch", "table_name": "orders"}
    row = {**name, "table_type": kind, "data_source_format": format_, "comment": ""}
    return _source({**row, "columns": [], "keys": []})


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
