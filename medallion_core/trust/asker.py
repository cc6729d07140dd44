"""Who asks, and who acts for them.

Databricks Apps puts the token of the person at the browser into each request where user
authorization is on. Their rights are asked for with that token; what is done is done by the app's
service principal. The e-mail in the other headers is a name, not a proof, and gives no right.
https://docs.databricks.com/aws/en/dev-tools/databricks-apps/auth
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from medallion_core.errors import MedallionError
from medallion_core.workspace import Workspace, connect

TRUST = "MEDALLION_TRUST"
"""Set to ``app`` by an admin: whoever opens the app may do what the app may do."""

_IN_AN_APP = ("DATABRICKS_APP_NAME", "DATABRICKS_CLIENT_SECRET")
"""Databricks Apps sets these; a developer's own sign-in has neither."""


class Mode(StrEnum):
    """PERSON: the rights of the person who asks are asked for. SELF: who asks is who acts, as on
    the command line. APP: an admin lets everybody do what the app may do."""

    PERSON = "person"
    SELF = "self"
    APP = "app"


@dataclass(frozen=True, slots=True)
class Asker:
    """``person`` is the workspace as who asks sees it, ``app`` the one that acts; ``name`` is an
    e-mail or an application id."""

    person: Workspace
    app: Workspace
    name: str
    mode: Mode

    @property
    def is_checked(self) -> bool:
        """Whether the rights of who asks are other than those of who acts."""
        return self.mode is Mode.PERSON


def own_asker(ws: Workspace) -> Asker:
    """Who holds the credentials of ``ws`` acts for themselves."""
    return Asker(ws, ws, ws.user_name, Mode.SELF)


def asker_in_app(
    token: str | None, *, said_to_be: str = "", environment: Mapping[str, str] = os.environ
) -> Asker:
    """Who asks a page of the app.

    ``token`` is the forwarded one; ``said_to_be`` is the e-mail of the headers, which names a
    person only where ``MEDALLION_TRUST=app`` asks for no proof.
    Raises MedallionError TRUST_NOT_SET in Databricks Apps where no token is forwarded and no
    admin has set that, and as ``connect`` does.
    """
    app = connect()
    if token:
        person = connect(token=token)
        return Asker(person, app, person.user_name, Mode.PERSON)
    if environment.get(TRUST, "").strip().lower() == "app":
        return Asker(app, app, said_to_be or app.user_name, Mode.APP)
    if any(environment.get(name) for name in _IN_AN_APP):
        raise MedallionError(
            "TRUST_NOT_SET",
            "The app does not know who you are: no token was forwarded to it.",
            "Have an admin turn on user authorization for the app, with the scopes sql and "
            f"files.files; or set {TRUST}=app in app.yaml, which lets whoever opens the app do "
            "what the app may do.",
        )
    return own_asker(app)
