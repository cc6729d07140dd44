"""Service principals, people and groups, as documents of the state."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from local_workspace.state import State

EVERYONE = "account users"


@dataclass(frozen=True, slots=True)
class ServicePrincipal:
    client_id: str
    secret: str


def admin(state: State) -> ServicePrincipal:
    """The service principal that the workspace hands out; made at the first call."""
    document = state.get("setting", "admin")
    if document is None:
        document = {"client_id": str(uuid.uuid4()), "secret": f"dose{secrets.token_hex(16)}"}
        state.put("setting", "admin", document)
        state.put("principal", document["client_id"], {"secret": document["secret"]})
    return ServicePrincipal(document["client_id"], document["secret"])


def of_app(state: State) -> ServicePrincipal:
    """The service principal of the app that ``--app`` runs, which has what it is granted and no
    more; made at the first call."""
    document = state.get("setting", "app")
    if document is None:
        document = {"client_id": str(uuid.uuid4()), "secret": f"dose{secrets.token_hex(16)}"}
        state.put("setting", "app", document)
        kept = {"secret": document["secret"], "name": "local app"}
        state.put("principal", document["client_id"], kept)
    return ServicePrincipal(document["client_id"], document["secret"])


def is_admin(state: State, user: str) -> bool:
    """Whether ``user`` is the metastore's admin: may grant, and see everything."""
    document = state.get("setting", "admin")
    return document is not None and document["client_id"] == user


def add_group(state: State, name: str, members: Sequence[str]) -> None:
    """Makes an account group, or replaces its members."""
    state.put("group", name, {"members": list(members)})


def is_member(state: State, user: str, group: str) -> bool:
    return group in groups_of(state, user)


def groups_of(state: State, user: str) -> tuple[str, ...]:
    """The groups that ``user`` is a member of; everybody is one of the account's users."""
    named = [key for key, group in state.list("group") if user in group["members"]]
    return (EVERYONE, *named)


def add_user(state: State, name: str) -> str:
    """A person's new personal access token; ``name`` is their e-mail."""
    token = f"dapi{secrets.token_hex(16)}"
    state.put("user", name, {"name": name})
    state.put("token", token, {"user": name})
    return token
