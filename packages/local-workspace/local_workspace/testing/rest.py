"""The REST API alone, without Spark, for tests of what needs none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from local_workspace import principals
from local_workspace.rest.identity import issue_token
from local_workspace.rest.server import Server
from local_workspace.workspace import LocalWorkspace


@dataclass
class Caller:
    """Somebody who asks."""

    client: httpx.Client
    token: str

    def __call__(self, method: str, route: str, body: Any = None, **query: str) -> Any:
        """What comes back with success."""
        status, answer = self.ask(method, route, body, **query)
        if status >= 400:
            raise RuntimeError(f"{status} {answer}")
        return answer

    def ask(self, method: str, route: str, body: Any = None, **query: str) -> tuple[int, Any]:
        """Status and body, of an error as well."""
        headers = {"authorization": f"Bearer {self.token}"}
        answer = self.client.request(method, route, json=body, params=query, headers=headers)
        return answer.status_code, answer.json()

    def refused(self, method: str, route: str, body: Any = None, **query: str) -> str:
        """The message of a call that must be refused for want of a right."""
        status, answer = self.ask(method, route, body, **query)
        if status != 403:
            raise RuntimeError(f"not refused: {status} {answer}")
        return str(answer["message"])


class RestWorkspace:
    """``admin`` is the service principal that the workspace hands out."""

    def __init__(self, home: Path) -> None:
        self.workspace = LocalWorkspace.at(home)
        self.admin = principals.admin(self.workspace.state).client_id
        self._server = Server(self.workspace)
        self._server.start()
        self._client = httpx.Client(base_url=self.workspace.host)

    def close(self) -> None:
        self._client.close()
        self._server.stop()

    def as_(self, name: str) -> Caller:
        """As a person, who is known from then on, or as a service principal."""
        if "@" in name:
            return Caller(self._client, principals.add_user(self.workspace.state, name))
        return Caller(self._client, issue_token(self.workspace, name))
