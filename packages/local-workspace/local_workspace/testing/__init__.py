"""The stand-in as tests use it: who asks, what they ask, what comes back.

A test suite takes the fixture ``workspace`` with ``pytest_plugins =
["local_workspace.testing.plugin"]``.
"""

from __future__ import annotations

import gc
import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from databricks import sql
from databricks.sdk import WorkspaceClient
from databricks.sql.client import Connection

from local_workspace.principals import add_user
from local_workspace.state import State

PACKAGES = Path(__file__).parents[2]
"""Where processes of a test find this package, installed or not."""


@dataclass
class RunningWorkspace:
    """``env`` is the environment of a process that uses the workspace, ``home`` where the
    workspace keeps its state."""

    env: dict[str, str]
    home: Path
    _connections: dict[str, Connection] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return self.env["DATABRICKS_HOST"]

    @cached_property
    def state(self) -> State:
        return State(self.home)

    def token(self, user: str) -> str:
        """The personal access token of a person; the first call makes the person known."""
        kept = self.state.get("test_user", user)
        if kept is None:
            kept = {"token": add_user(self.state, user)}
            self.state.put("test_user", user, kept)
        return str(kept["token"])

    def client(self, user: str = "") -> WorkspaceClient:
        """As the service principal that owns ``main``, or as a person."""
        if user:
            return WorkspaceClient(host=self.host, token=self.token(user), auth_type="pat")
        return WorkspaceClient(
            host=self.host,
            client_id=self.env["DATABRICKS_CLIENT_ID"],
            client_secret=self.env["DATABRICKS_CLIENT_SECRET"],
        )

    def connect(self, user: str = "", **options: Any) -> Connection:
        """A new connection of databricks-sql-connector."""
        config = self.client(user).config
        path = f"/sql/1.0/warehouses/{self.env['DATABRICKS_WAREHOUSE_ID']}"
        return sql.connect(
            server_hostname=config.hostname,
            http_path=path,
            credentials_provider=lambda: config.authenticate,
            enable_telemetry=False,
            _connection_uri=f"{self.host}{path}",
            **options,
        )

    def sql(
        self, statement: str, parameters: dict[str, Any] | None = None, user: str = ""
    ) -> list[tuple[Any, ...]]:
        """The rows of a statement, through a connection that is kept."""
        if user not in self._connections:
            self._connections[user] = self.connect(user)
        with self._connections[user].cursor() as cursor:
            cursor.execute(statement, parameters)
            return [tuple(row) for row in cursor.fetchall()]

    def close(self) -> None:
        """Ends every connection, also those that a test or a captured log still holds: one that
        outlives its workspace retries for a minute at exit."""
        for thing in gc.get_objects():
            if type(thing) is Connection and thing.open:
                thing.close()


def python_path() -> str:
    """This process's PYTHONPATH with the place of this package in front."""
    return os.pathsep.join(filter(None, [str(PACKAGES), os.environ.get("PYTHONPATH", "")]))


def clean_environment() -> dict[str, str]:
    """This process's environment without another workspace's variables."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DATABRICKS_")}
