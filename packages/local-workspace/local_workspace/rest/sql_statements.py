"""SQL statements by REST: run on the warehouse, results inline as JSON arrays of texts."""

from __future__ import annotations

import json
import threading
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotDone
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

import pyarrow as pa

from local_workspace.catalog.errors import SqlError
from local_workspace.rest.api import ApiError, Call, Route
from local_workspace.rest.warehouses import check
from local_workspace.sql.commands import run
from local_workspace.sql.session import SqlSession, open_session
from local_workspace.workspace import LocalWorkspace

DEFAULT_WAIT_SECONDS = 10
_LONGEST_WAIT_SECONDS = 50
_WORKERS = 4


@dataclass
class Execution:
    """One statement. ``session`` is its own, and ends with it."""

    statement_id: str
    user: str
    session: SqlSession
    future: Future[pa.Table]
    row_limit: int
    cancelled: bool = False


class Statements:
    """The statements of one workspace that clients may still ask for."""

    def __init__(self) -> None:
        self._known: dict[str, Execution] = {}
        self._pool = ThreadPoolExecutor(_WORKERS)

    def start(self, workspace: LocalWorkspace, call: Call) -> Execution:
        catalog, schema = call.json.get("catalog", ""), call.json.get("schema", "")
        session = open_session(workspace, call.user, catalog, schema)
        text, parameters = str(call.required("statement")), _parameters(call)
        statement_id = str(uuid.uuid4())
        future = self._pool.submit(_execute, session, text, parameters, statement_id)
        limit = int(call.json.get("row_limit") or 0)
        made = Execution(statement_id, call.user, session, future, limit)
        self._known[statement_id] = made
        return made

    def find(self, call: Call) -> Execution:
        found = self._known.get(call.params["statement_id"])
        if found is None or found.user != call.user:
            raise ApiError(
                404,
                "RESOURCE_DOES_NOT_EXIST",
                f"The statement {call.params['statement_id']} was not found.",
            )
        return found


_all: WeakKeyDictionary[LocalWorkspace, Statements] = WeakKeyDictionary()
_lock = threading.Lock()


def statements(workspace: LocalWorkspace) -> Statements:
    with _lock:
        return _all.setdefault(workspace, Statements())


def execute(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    """Waits for ``wait_timeout``; after that the statement goes on, or is cancelled, as asked."""
    check(str(call.required("warehouse_id")))
    if call.json.get("disposition", "INLINE") != "INLINE":
        raise ApiError(501, "NOT_IMPLEMENTED", "Only the disposition INLINE is supported here.")
    execution = statements(workspace).start(workspace, call)
    try:
        execution.future.exception(_seconds(call.json.get("wait_timeout")))
    except NotDone:
        if call.json.get("on_wait_timeout") == "CANCEL":
            _cancel(execution)
    return _answer(execution)


def get(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    return _answer(statements(workspace).find(call))


def get_chunk(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    """There is one, the first."""
    answer = _answer(statements(workspace).find(call))
    if call.params["chunk_index"] != "0" or "result" not in answer:
        raise ApiError(400, "INVALID_PARAMETER_VALUE", "There is no such chunk.")
    result: dict[str, Any] = answer["result"]
    return result


def cancel(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    _cancel(statements(workspace).find(call))
    return {}


def _execute(
    session: SqlSession, text: str, parameters: dict[str, Any] | None, tag: str
) -> pa.Table:
    try:
        with session.tagged(tag):
            return run(session, text, parameters)
    finally:
        session.close()


def _cancel(execution: Execution) -> None:
    if not execution.future.done():
        execution.cancelled = True
        execution.session.cancel(execution.statement_id)


def _seconds(asked: Any) -> float:
    """``30s``. Raises ApiError 400 for more than the service waits."""
    if asked is None:
        return DEFAULT_WAIT_SECONDS
    seconds = float(str(asked).removesuffix("s"))
    if seconds and not 5 <= seconds <= _LONGEST_WAIT_SECONDS:
        raise ApiError(
            400, "INVALID_PARAMETER_VALUE", "wait_timeout must be 0 or between 5 and 50 seconds."
        )
    return seconds


def _parameters(call: Call) -> dict[str, Any] | None:
    found = {item["name"]: item.get("value") for item in call.json.get("parameters") or []}
    return found or None


def _answer(execution: Execution) -> dict[str, Any]:
    found: dict[str, Any] = {"statement_id": execution.statement_id}
    if execution.cancelled:
        return found | {"status": {"state": "CANCELED"}}
    if not execution.future.done():
        return found | {"status": {"state": "RUNNING"}}
    error = execution.future.exception()
    if error is not None:
        return found | {"status": _failed(error)}
    table = execution.future.result()
    cut = bool(execution.row_limit) and table.num_rows > execution.row_limit
    shown = table.slice(0, execution.row_limit) if cut else table
    return found | {
        "status": {"state": "SUCCEEDED"},
        "manifest": _manifest(shown, truncated=cut),
        "result": {
            "chunk_index": 0,
            "row_offset": 0,
            "row_count": shown.num_rows,
            "data_array": [[_text(value) for value in row.values()] for row in shown.to_pylist()],
        },
    }


def _failed(error: BaseException) -> dict[str, Any]:
    if isinstance(error, SqlError):
        found = {"error_code": "BAD_REQUEST", "message": error.message}
        return {"state": "FAILED", "error": found, "sql_state": error.sql_state}
    message = f"{type(error).__name__}: {error}"
    return {"state": "FAILED", "error": {"error_code": "INTERNAL_ERROR", "message": message}}


def _manifest(table: pa.Table, *, truncated: bool) -> dict[str, Any]:
    columns = [
        {"name": field.name, "position": position, **_type(field.type)}
        for position, field in enumerate(table.schema)
    ]
    return {
        "format": "JSON_ARRAY",
        "schema": {"column_count": len(columns), "columns": columns},
        "total_chunk_count": 1,
        "total_row_count": table.num_rows,
        "truncated": truncated,
        "chunks": [{"chunk_index": 0, "row_offset": 0, "row_count": table.num_rows}],
    }


def _type(kind: pa.DataType) -> dict[str, Any]:
    if pa.types.is_decimal(kind):
        sizes = {"type_precision": kind.precision, "type_scale": kind.scale}
        return {
            "type_name": "DECIMAL",
            "type_text": f"DECIMAL({kind.precision},{kind.scale})",
            **sizes,
        }
    if pa.types.is_timestamp(kind):
        name = "TIMESTAMP"
    elif pa.types.is_nested(kind):
        name = "STRUCT" if pa.types.is_struct(kind) else "ARRAY"
        name = "MAP" if pa.types.is_map(kind) else name
    else:
        name = _NAMES.get(str(kind), "STRING")
    return {"type_name": name, "type_text": {"LONG": "BIGINT"}.get(name, name)}


_NAMES = {
    "bool": "BOOLEAN",
    "int8": "BYTE",
    "int16": "SHORT",
    "int32": "INT",
    "int64": "LONG",
    "float": "FLOAT",
    "double": "DOUBLE",
    "date32[day]": "DATE",
    "binary": "BINARY",
}


def _text(value: Any) -> str | None:
    """A value as the service writes it into JSON."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (dict, list)):
        return json.dumps(value, default=_text)
    return str(value)


_ROOT = "/api/2.0/sql/statements"

ROUTES = (
    Route("POST", _ROOT, execute),
    Route("POST", f"{_ROOT}/", execute),
    Route("GET", f"{_ROOT}/{{statement_id}}", get),
    Route("POST", f"{_ROOT}/{{statement_id}}/cancel", cancel),
    Route("GET", f"{_ROOT}/{{statement_id}}/result/chunks/{{chunk_index}}", get_chunk),
)
