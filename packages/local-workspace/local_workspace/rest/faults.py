"""Faults on demand, for tests: ``POST /local/faults``.

A fault names the requests that it hits by ``route``, a pattern as ``POST /api/2.0/pipelines*``, and
what happens to them: a ``status``, a ``delay`` in seconds, or ``cut`` for a connection that
ends without an answer. ``after`` lets that many requests through first, ``count`` (default 1) is
how often it strikes. With ``"hang": true`` instead of a route, the next update never ends.
"""

from __future__ import annotations

import threading
import time
from fnmatch import fnmatchcase
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from local_workspace.rest.api import ApiError, Call, Route
from local_workspace.state import Document
from local_workspace.workspace import LocalWorkspace

_CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "RESOURCE_DOES_NOT_EXIST",
    409: "RESOURCE_CONFLICT",
    429: "REQUEST_LIMIT_EXCEEDED",
    500: "INTERNAL_ERROR",
    503: "TEMPORARILY_UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_FIELDS = {"route", "status", "error_code", "message", "delay", "cut", "after", "count", "hang"}
_lock = threading.Lock()


class Cut(Response):
    """Promises more than it sends, so that the connection breaks."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"content-length", b"1000"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


def intercept(workspace: LocalWorkspace, call: Call) -> Response | None:
    """The answer of the first fault that hits the request; None lets it through."""
    if call.path.startswith("/local/"):
        return None
    fault = _take(workspace, lambda fault: _hits(fault, call))
    if fault is None:
        return None
    time.sleep(float(fault.get("delay") or 0))
    if fault.get("cut"):
        return Cut(status_code=200)
    if not fault.get("status"):
        return None
    return _error(fault)


def take_hang(workspace: LocalWorkspace) -> bool:
    """Whether the update that starts now is to hang."""
    return _take(workspace, lambda fault: bool(fault.get("hang"))) is not None


def add_fault(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    """Raises ApiError 400 for a field that no fault has."""
    unknown = call.json.keys() - _FIELDS
    if unknown or not (call.json.get("route") or call.json.get("hang")):
        raise ApiError(400, "INVALID_PARAMETER_VALUE", f"Not a fault: {call.json}")
    key = f"{time.time_ns():020d}"
    workspace.state.put("fault", key, {"count": 1, "after": 0, **call.json})
    return {"fault_id": key}


def list_faults(workspace: LocalWorkspace, _: Call) -> dict[str, Any]:
    return {"faults": [fault for _, fault in workspace.state.list("fault")]}


def clear_faults(workspace: LocalWorkspace, _: Call) -> dict[str, Any]:
    for key, _fault in workspace.state.list("fault"):
        workspace.state.delete("fault", key)
    return {}


def _take(workspace: LocalWorkspace, wanted: Any) -> Document | None:
    with _lock:
        for key, fault in workspace.state.list("fault"):
            if not wanted(fault):
                continue
            if fault["after"] > 0:
                workspace.state.put("fault", key, {**fault, "after": fault["after"] - 1})
                continue
            if fault["count"] > 1:
                workspace.state.put("fault", key, {**fault, "count": fault["count"] - 1})
            else:
                workspace.state.delete("fault", key)
            return fault
    return None


def _hits(fault: Document, call: Call) -> bool:
    return fnmatchcase(f"{call.method} {call.path}", fault.get("route", ""))


def _error(fault: Document) -> JSONResponse:
    status = int(fault["status"])
    code = fault.get("error_code") or _CODES.get(status, "UNKNOWN")
    message = fault.get("message") or f"A fault that was asked for: {status}"
    headers = {"retry-after": "1"} if status in (429, 503) else {}
    body: Document = {"error_code": code, "message": message, "details": []}
    return JSONResponse(body, status_code=status, headers=headers)


ROUTES = (
    Route("POST", "/local/faults", add_fault),
    Route("GET", "/local/faults", list_faults),
    Route("DELETE", "/local/faults", clear_faults),
)
