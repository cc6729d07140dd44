"""What a request is, what an answer is, and how an error reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from starlette.responses import JSONResponse, Response

from local_workspace.workspace import LocalWorkspace


class ApiError(Exception):
    """An error as the real service sends it: ``{"error_code": …, "message": …, "details": []}``."""

    def __init__(self, status: int, error_code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error_code = error_code
        self.message = message

    def response(self) -> Response:
        body = {"error_code": self.error_code, "message": self.message, "details": []}
        return JSONResponse(body, status_code=self.status)


@dataclass(frozen=True)
class Call:
    """One request. ``user`` is who sends it: a user name, or a service principal's client id;
    empty on public routes. ``params`` are the parts of the path that the route names."""

    method: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    user: str = ""

    @cached_property
    def json(self) -> dict[str, Any]:
        """The body as a JSON object, empty without a body. Raises ApiError 400."""
        if not self.body:
            return {}
        try:
            document = json.loads(self.body)
        except ValueError:
            raise ApiError(400, "MALFORMED_REQUEST", "Invalid JSON in request body") from None
        if not isinstance(document, dict):
            raise ApiError(400, "MALFORMED_REQUEST", "Request body must be a JSON object")
        return document

    def required(self, name: str) -> Any:
        """A field of the body. Raises ApiError 400 where it is missing."""
        if name not in self.json:
            raise ApiError(400, "INVALID_PARAMETER_VALUE", f"Missing required field: {name}")
        return self.json[name]


Handler = Callable[[LocalWorkspace, Call], dict[str, Any] | Response]
"""Synchronous; run in a thread of its own. A dict is sent as JSON."""

Interceptor = Callable[[LocalWorkspace, Call], Response | None]
"""Sees a request before its handler; may answer in its place or raise ApiError."""


@dataclass(frozen=True, slots=True)
class Route:
    """``path`` as starlette writes it: ``/api/2.0/pipelines/{pipeline_id}``, ``{path:path}``."""

    method: str
    path: str
    handler: Handler
    public: bool = field(default=False, kw_only=True)


def page(
    items: list[dict[str, Any]], call: Call, name: str, default_size: int = 100
) -> dict[str, Any]:
    """One page of ``items`` under ``name``, by ``max_results`` and ``page_token``."""
    size = int(call.query.get("max_results") or 0) or default_size
    start = int(call.query.get("page_token") or 0)
    answer: dict[str, Any] = {name: items[start : start + size]}
    if start + size < len(items):
        answer["next_page_token"] = str(start + size)
    return answer
