"""HTTP: finds the route, asks who it is, calls the handler, words the error, keeps the log."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route as HttpRoute

from local_workspace.rest import identity
from local_workspace.rest.api import ApiError, Call, Route
from local_workspace.rest.routes import INTERCEPTORS, ROUTES, unknown_route
from local_workspace.spark import free_port
from local_workspace.workspace import LocalWorkspace, LoggedRequest

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


def application(workspace: LocalWorkspace) -> Starlette:
    unknown = [Route(method, "/{path:path}", unknown_route) for method in METHODS]
    routes = [
        HttpRoute(route.path, _endpoint(workspace, route), methods=[route.method])
        for route in (*ROUTES, *unknown)
    ]
    return Starlette(routes=routes)


class Server:
    """The workspace over HTTP on 127.0.0.1, in a thread of its own."""

    def __init__(self, workspace: LocalWorkspace) -> None:
        port = free_port()
        workspace.host = f"http://127.0.0.1:{port}"
        config = uvicorn.Config(
            application(workspace),
            host="127.0.0.1",
            port=port,
            log_level="error",
            timeout_keep_alive=120,
            timeout_graceful_shutdown=2,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def start(self) -> None:
        """Returns when it answers."""
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("The HTTP server did not start.")
            time.sleep(0.01)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)


def _endpoint(workspace: LocalWorkspace, route: Route) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        body = await request.body()
        call = Call(
            request.method,
            request.url.path,
            {name: str(value) for name, value in request.path_params.items()},
            dict(request.query_params),
            request.headers,
            body,
        )
        response = await run_in_threadpool(_answer, workspace, route, call)
        logged = LoggedRequest(call.method, call.path, response.status_code)
        workspace.requests.append(logged)
        return response

    return endpoint


def _answer(workspace: LocalWorkspace, route: Route, call: Call) -> Response:
    try:
        if not route.public:
            call = replace(
                call, user=identity.authenticate(workspace.state, call.headers, call.path)
            )
        for intercept in INTERCEPTORS:
            answer = intercept(workspace, call)
            if answer is not None:
                return answer
        result = route.handler(workspace, call)
    except ApiError as error:
        return error.response()
    except Exception as error:
        traceback.print_exc()
        return ApiError(500, "INTERNAL_ERROR", f"{type(error).__name__}: {error}").response()
    return result if isinstance(result, Response) else JSONResponse(result)
