"""Three people and the service principal, over one workspace: who may what is set by each test."""

from __future__ import annotations

from dataclasses import dataclass

from local_workspace.testing import RunningWorkspace
from medallion_core.model import (
    Design,
    Entity,
    EntityColumn,
    Settings,
    Source,
    TableLocation,
    TableName,
)
from medallion_core.trust import Asker, Mode
from medallion_core.workspace import Workspace, connect

ANN, BOB, CLEO = "ann@example.com", "bob@example.com", "cleo@example.com"
CATALOG = "trust_tests"
FORWARDED = ["sql", "iam.current-user:read", "iam.access-control:read"]
"""The scopes of the app's own bundle, and those that every forwarded token has."""


@dataclass(frozen=True)
class People:
    """``ann`` may read ``src.orders`` and make tables in ``gold``; ``bob`` may see the catalog and
    nothing else; ``cleo`` may what ``ann`` may."""

    running: RunningWorkspace
    app: Workspace

    def asker(self, user: str) -> Asker:
        """As Databricks Apps forwards it: a token for SQL, and for who one is."""
        person = connect(token=self.forwarded(user))
        return Asker(person, self.app, person.user_name, Mode.PERSON)

    def forwarded(self, user: str) -> str:
        """The token that the proxy puts into a request of ``user``; empty for nobody."""
        if not user:
            return ""
        self.running.token(user)
        token = f"forwarded-{user}"
        self.running.state.put("token", token, {"user": user, "scopes": FORWARDED})
        return token

    def sql(self, *statements: str) -> None:
        for statement in statements:
            self.running.sql(statement)

    def let(self, user: str, *grants: str) -> None:
        """``let(ANN, "SELECT ON TABLE trust_tests.src.orders")``."""
        self.running.token(user)
        self.sql(*(f"GRANT {grant} TO `{user}`" for grant in grants))


def orders(
    name: str = "orders", catalog: str = CATALOG, schema: str = "src", **changed: object
) -> Entity:
    location = TableLocation(TableName(catalog, schema, name))
    columns = (
        EntityColumn("id", "id", "bigint", "bigint"),
        EntityColumn("amount", "amount", "double", "double"),
    )
    fields: dict[str, object] = {"key": ("id",)} | changed
    return Entity(name, (location,), columns, **fields)  # type: ignore[arg-type]


def design(*entities: Entity, name: str = "trust", schema: str = "gold") -> Design:
    settings = Settings(name, CATALOG, schema)
    return Design(settings, entities or (orders(),))


__all__ = ["ANN", "BOB", "CATALOG", "CLEO", "People", "Source", "design", "orders"]
