"""Answers that break off in the middle of their bodies, over HTTP as they come."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from medallion_core.errors import MedallionError
from medallion_core.workspace import Workspace, connect
from medallion_core.workspace.errors import remote_errors

WAREHOUSE = "0123456789abcdef"
RUNNING = {"id": WAREHOUSE, "name": "w", "state": "RUNNING"}


class Breaking(BaseHTTPRequestHandler):
    """Knows one warehouse that runs; promises more of all else than it sends."""

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        whole = self.path.startswith(f"/api/2.0/sql/warehouses/{WAREHOUSE}")
        body = json.dumps(RUNNING).encode() if whole else b'{"catalogs": ['
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body) if whole else 1000))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def ws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Breaking)
    Thread(target=server.serve_forever, daemon=True).start()
    for name in ("DATABRICKS_CLIENT_ID", "DATABRICKS_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABRICKS_HOST", f"http://127.0.0.1:{server.server_port}")
    yield connect(token="t", warehouse=WAREHOUSE)
    server.shutdown()


def test_a_statement(ws: Workspace) -> None:
    with pytest.raises(MedallionError, match="The SQL statement: the answer broke off") as raised:
        ws.query("SELECT 1")
    assert raised.value.code == "UNAVAILABLE"


def test_a_call(ws: Workspace) -> None:
    broken = pytest.raises(MedallionError, match="Listing the catalogs: the answer broke off")
    with broken as raised, remote_errors("Listing the catalogs"):
        list(ws.client.catalogs.list())
    assert raised.value.code == "UNAVAILABLE"
