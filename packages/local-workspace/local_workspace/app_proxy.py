"""What Databricks Apps has in front of an app: it says who is asking, and forwards the rest.

One port a person. Every connection carries one request, or one websocket: its head is given the
headers of the person, then bytes go both ways as they come.
"""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from local_workspace.rest.identity import TOKEN_SECONDS, WORKSPACE_ID, issue_token
from local_workspace.spark import free_port
from local_workspace.workspace import LocalWorkspace

REQUEST_SECONDS = 120
"""How long one request may take; a websocket may stay."""

ALWAYS = ("iam.access-control:read", "iam.current-user:read")
"""The scopes of every person's token, whatever the app asks for."""

_LONGEST_HEAD = 64 * 1024
_OURS = (b"x-forwarded-", b"x-real-ip:", b"x-request-id:")


@dataclass
class Person:
    """Who is asking. ``scopes`` are what the app may do as this person; None where user
    authorization is off, and then no token is forwarded."""

    workspace: LocalWorkspace
    name: str
    scopes: tuple[str, ...] | None
    _token: str = ""
    _renew_at: float = 0

    def headers(self) -> dict[str, str]:
        """What is added to a request."""
        found = {
            "X-Forwarded-Email": self.name,
            "X-Forwarded-Preferred-Username": self.name,
            "X-Forwarded-User": str(uuid.uuid5(uuid.NAMESPACE_OID, self.name)),
            "X-Request-Id": str(uuid.uuid4()),
        }
        if self.scopes is not None:
            found["X-Forwarded-Access-Token"] = self._fresh_token((*self.scopes, *ALWAYS))
        return found

    def _fresh_token(self, scopes: tuple[str, ...]) -> str:
        if time.time() > self._renew_at:
            self._token = issue_token(self.workspace, self.name, scopes)
            self._renew_at = time.time() + TOKEN_SECONDS / 2
        return self._token


class AppProxy:
    """Listens on 127.0.0.1 in a thread of its own until ``stop``."""

    def __init__(self, port: int, app_port: int, headers: Callable[[], dict[str, str]]) -> None:
        self.port = port
        self._app_port = app_port
        self._headers = headers
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> None:
        """Raises OSError where the port is taken."""
        self._thread.start()
        serving = asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=_LONGEST_HEAD)
        asyncio.run_coroutine_threadsafe(serving, self._loop).result()

    def stop(self) -> None:
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(5)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)

    async def _end(self) -> None:
        """Ends what is still open while the loop runs, so that each connection is closed by it."""
        open_now = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in open_now:
            task.cancel()
        await asyncio.gather(*open_now, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._forward(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            pass
        finally:
            writer.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        try:
            answers, requests = await asyncio.open_connection("127.0.0.1", self._app_port)
        except OSError:
            writer.write(_answer("502 Bad Gateway", "App Not Available"))
            await writer.drain()
            return
        try:
            requests.write(with_headers(head, self._headers()))
            seconds = None if is_upgrade(head) else REQUEST_SECONDS
            async with asyncio.timeout(seconds):
                await _both(_copy(reader, requests), _copy(answers, writer))
        finally:
            requests.close()


@contextmanager
def doors(
    workspace: LocalWorkspace, port: int, people: Sequence[str], scopes: tuple[str, ...] | None
) -> Iterator[dict[str, str]]:
    """A proxy for each person, on the ports from ``port`` on. Yields the variables that Databricks
    Apps sets for the app behind them. Raises OSError where a port is taken."""
    app_port = free_port()
    proxies = [
        AppProxy(port + number, app_port, Person(workspace, name, scopes).headers)
        for number, name in enumerate(people)
    ]
    try:
        for proxy, name in zip(proxies, people, strict=True):
            proxy.start()
            print(f"The app: http://127.0.0.1:{proxy.port} as {name}", flush=True)  # noqa: T201
        yield _variables(app_port)
    finally:
        for proxy in proxies:
            proxy.stop()


def with_headers(head: bytes, added: dict[str, str]) -> bytes:
    """The head of a request with ``added``, and without what only the proxy may say.

    >>> with_headers(b"GET / HTTP/1.1\\r\\nx-forwarded-email: eve\\r\\n\\r\\n", {"A": "b"})
    b'GET / HTTP/1.1\\r\\nA: b\\r\\nConnection: close\\r\\n\\r\\n'
    """
    dropped = _OURS if is_upgrade(head) else (*_OURS, b"connection:")
    lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith(dropped)]
    kept += [f"{name}: {value}".encode() for name, value in added.items()]
    if not is_upgrade(head):
        kept.append(b"Connection: close")
    return b"\r\n".join(kept) + b"\r\n\r\n"


def is_upgrade(head: bytes) -> bool:
    return b"\r\nupgrade: websocket" in head.lower()


async def _both(*sides: Coroutine[None, None, None]) -> None:
    """Until either side is done."""
    tasks = [asyncio.ensure_future(side) for side in sides]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_LONGEST_HEAD):
        writer.write(data)
        await writer.drain()


def _answer(status: str, text: str) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(text)}\r\n"
    return f"{head}Connection: close\r\n\r\n{text}".encode()


def _variables(port: int) -> dict[str, str]:
    return {
        "DATABRICKS_APP_NAME": "local-app",
        "DATABRICKS_APP_PORT": str(port),
        "DATABRICKS_WORKSPACE_ID": WORKSPACE_ID,
        "STREAMLIT_SERVER_ADDRESS": "127.0.0.1",
        "STREAMLIT_SERVER_PORT": str(port),
        "STREAMLIT_SERVER_HEADLESS": "true",
        "STREAMLIT_SERVER_ENABLE_CORS": "false",
        "STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION": "false",
    }
