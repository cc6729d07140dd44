"""A network between the clients and the workspace on which every call fails once in each way."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from urllib3 import HTTPResponse
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import ProtocolError, ReadTimeoutError

WAYS = ("429", "503", "cut", "timeout", "500")
_CODES = {
    "429": "REQUEST_LIMIT_EXCEEDED",
    "500": "INTERNAL_ERROR",
    "503": "TEMPORARILY_UNAVAILABLE",
}
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
_STATEMENT = re.compile(rb"(?:SELECT|CREATE|GRANT|DROP) [A-Z'*]+")
_THRIFT = b"\x80\x01\x00\x01"


@dataclass
class Wire:
    """``left`` has, for each call that was seen, the ways in which it has not failed yet."""

    send: Callable[..., Any]
    left: dict[str, list[str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def request(
        self, pool: HTTPConnectionPool, conn: Any, method: str, url: str, **options: Any
    ) -> Any:
        """In place of urllib3's own, which both clients come down to."""
        with self._lock:
            ways = self.left.setdefault(call_name(method, url, options.get("body")), list(WAYS))
            way = ways.pop(0) if ways else ""
        match way:
            case "":
                return self.send(pool, conn, method, url, **options)
            case "cut":
                raise ProtocolError("Connection aborted.", ConnectionResetError(104, "Reset"))
            case "timeout":
                self.send(pool, conn, method, url, **options).drain_conn()
                raise ReadTimeoutError(pool, url, "Read timed out.")
        return _refusal(way)


def fail_each_call(patch: pytest.MonkeyPatch) -> Wire:
    """From now on, in this process."""
    wire = Wire(HTTPConnectionPool._make_request)
    patch.setattr(
        HTTPConnectionPool,
        "_make_request",
        lambda pool, *arguments, **options: wire.request(pool, *arguments, **options),
    )
    return wire


def call_name(method: str, url: str, body: object) -> str:
    """Calls of one name do the same: ids and queries are left out, a statement's beginning is
    kept."""
    if isinstance(body, bytes) and body.startswith(_THRIFT):
        name = body[8 : 8 + int.from_bytes(body[4:8], "big")].decode()
        statement = _STATEMENT.search(body)
        return f"{name} {statement.group().decode()}" if statement else name
    return f"{method} {_ID.sub('…', url.partition('?')[0])}"


def _refusal(status: str) -> HTTPResponse:
    body = {"error_code": _CODES[status], "message": f"A fault that was asked for: {status}"}
    headers = {"content-type": "application/json"}
    if status != "500":
        headers["retry-after"] = "1"
    return HTTPResponse(
        BytesIO(json.dumps(body).encode()), headers, int(status), preload_content=False
    )
