"""The proxy in front of an app: who it says is asking, and that bytes go both ways."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from local_workspace.app_proxy import AppProxy, Person
from local_workspace.rest.api import ApiError
from local_workspace.rest.identity import authenticate
from local_workspace.spark import free_port
from local_workspace.workspace import LocalWorkspace

ANN = "ann@example.com"


class Echo(BaseHTTPRequestHandler):
    """Answers with the headers and the body that arrived."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        text = json.dumps({"headers": headers, "body": body}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(text)))
        # As a server does that was asked to close (RFC 9112, 9.6): the client must not reuse it.
        self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def workspace_at(tmp_path: Path) -> LocalWorkspace:
    """A workspace whose Spark is never started."""
    return LocalWorkspace.at(tmp_path)


@pytest.fixture
def app() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def proxied(app_port: int, person: Person) -> Iterator[str]:
    proxy = AppProxy(free_port(), app_port, person.headers)
    proxy.start()
    yield f"127.0.0.1:{proxy.port}"
    proxy.stop()


@pytest.fixture
def address(app: int, workspace_at: LocalWorkspace) -> Iterator[str]:
    yield from proxied(app, Person(workspace_at, ANN, ("sql",)))


def test_the_app_is_told_who_asks_and_nobody_else_can_say_so(
    address: str, workspace_at: LocalWorkspace
) -> None:
    forged = {"X-Forwarded-Email": "eve@example.com", "x-forwarded-access-token": "stolen"}
    with httpx.Client(base_url=f"http://{address}") as client:
        answers = [client.post("/a?b", content=b"x" * size, headers=forged) for size in (1, 300000)]
    seen = answers[0].json()["headers"]
    assert [len(answer.json()["body"]) for answer in answers] == [1, 300000]
    assert seen["x-forwarded-email"] == seen["x-forwarded-preferred-username"] == ANN
    token = {"authorization": f"Bearer {seen['x-forwarded-access-token']}"}
    state = workspace_at.state
    assert authenticate(state, token, "/sql/1.0/warehouses/x") == ANN
    with pytest.raises(ApiError, match="required scopes: all-apis"):
        authenticate(state, token, "/api/2.0/pipelines")


def test_without_user_authorization_no_token_is_forwarded(
    app: int, workspace_at: LocalWorkspace
) -> None:
    for address in proxied(app, Person(workspace_at, ANN, None)):
        seen = httpx.post(f"http://{address}/", content=b"").json()["headers"]
        assert seen["x-forwarded-email"] == ANN
        assert "x-forwarded-access-token" not in seen


def test_an_app_that_is_not_there_yet_is_a_bad_gateway(workspace_at: LocalWorkspace) -> None:
    for address in proxied(free_port(), Person(workspace_at, ANN, None)):
        assert httpx.get(f"http://{address}/").status_code == 502


def test_a_websocket_goes_through(workspace_at: LocalWorkspace) -> None:
    async def answer(connection: ServerConnection) -> None:
        assert connection.request is not None
        async for message in connection:
            await connection.send(f"{connection.request.headers['X-Forwarded-Email']}: {message!r}")

    async def talk() -> list[str | bytes]:
        async with serve(answer, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            for address in proxied(port, Person(workspace_at, ANN, ("sql",))):
                async with connect(f"ws://{address}/stream") as socket:
                    heard = []
                    for message in ("one", "two"):
                        await socket.send(message)
                        heard.append(await socket.recv())
        return heard

    assert asyncio.run(talk()) == [f"{ANN}: 'one'", f"{ANN}: 'two'"]
