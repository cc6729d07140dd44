"""What a notebook's Spark is asked: a statement in, rows as an Arrow stream out.

Databricks has no such endpoint: there, Spark Connect is in its place. It needs no warehouse.
"""

from __future__ import annotations

import pyarrow as pa
from starlette.responses import Response

from local_workspace.catalog.errors import SqlError
from local_workspace.rest.api import ApiError, Call, Route
from local_workspace.sql.commands import run
from local_workspace.sql.session import open_session
from local_workspace.workspace import LocalWorkspace


def execute(workspace: LocalWorkspace, call: Call) -> Response:
    """``statement`` and its ``args`` by name, as the one who asks."""
    session = open_session(workspace, call.user)
    try:
        rows = run(session, str(call.required("statement")), call.json.get("args") or None)
    except SqlError as error:
        raise ApiError(400, "SQL_ERROR", error.message) from error
    finally:
        session.close()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows)
    return Response(sink.getvalue().to_pybytes(), media_type="application/vnd.apache.arrow.stream")


ROUTES = (Route("POST", "/local/notebook/sql", execute),)
