"""SCIM: the people, groups and service principals that the workspace knows."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

from local_workspace.principals import groups_of, is_admin
from local_workspace.rest.acl import ADMINS, USERS
from local_workspace.rest.api import ApiError, Call, Route
from local_workspace.state import State
from local_workspace.workspace import LocalWorkspace

_FILTER = re.compile(r'\s*(\w+)\s+(eq|co|sw)\s+"?([^"]*)"?\s*', re.IGNORECASE)
_TESTS: dict[str, Callable[[str, str], bool]] = {
    "eq": lambda found, wanted: found == wanted,
    "co": lambda found, wanted: wanted in found,
    "sw": lambda found, wanted: found.startswith(wanted),
}


def principal_id(name: str) -> str:
    """The same number for a name each time."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, name).int % 10**16)


def list_users(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    return _listed(call, [user(workspace.state, name) for name, _ in workspace.state.list("user")])


def list_groups(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    members = {key: list(body["members"]) for key, body in workspace.state.list("group")}
    people = [name for name, _ in workspace.state.list("user")]
    return _listed(
        call,
        [
            {
                "id": principal_id(name),
                "displayName": name,
                "meta": {"resourceType": "Group" if name in members else "WorkspaceGroup"},
                "members": [{"display": each, "value": principal_id(each)} for each in found],
            }
            for name, found in {USERS: people, ADMINS: [], **members}.items()
        ],
    )


def list_account_groups(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    """Whether or not they are assigned to the workspace, which here all are. Raises ApiError 403
    for who is no admin of it."""
    if not is_admin(workspace.state, call.user):
        raise ApiError(403, "PERMISSION_DENIED", "Only workspace admins list the account's groups.")
    names = [name for name, _ in workspace.state.list("group")]
    return _listed(call, [{"id": principal_id(name), "displayName": name} for name in names])


def list_service_principals(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    return _listed(
        call,
        [
            {
                "id": principal_id(client_id),
                "applicationId": client_id,
                "displayName": body.get("name", "local workspace"),
                "active": True,
            }
            for client_id, body in workspace.state.list("principal")
        ],
    )


def me(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    return user(workspace.state, call.user)


def user(state: State, name: str) -> dict[str, Any]:
    """A person, or a service principal as SCIM shows it as itself."""
    person = "@" in name
    groups = [USERS, *groups_of(state, name)[1:], *([ADMINS] if is_admin(state, name) else [])]
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": principal_id(name),
        "userName": name,
        "displayName": name if person else "local workspace",
        "active": True,
        "emails": [{"type": "work", "value": name, "primary": True}] if person else [],
        "groups": [{"display": each, "value": principal_id(each)} for each in groups],
    }


def _listed(call: Call, found: list[dict[str, Any]]) -> dict[str, Any]:
    kept = [item for item in found if _fits(item, call.query.get("filter", ""))]
    start = max(int(call.query.get("startIndex") or 1), 1)
    count = int(call.query.get("count") or 100)
    shown = kept[start - 1 : start - 1 + count]
    return {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": len(kept),
        "startIndex": start,
        "itemsPerPage": len(shown),
        "Resources": shown,
    }


def _fits(item: dict[str, Any], text: str) -> bool:
    """Reads ``userName eq "x"``. Raises ApiError 400 for another filter."""
    if not text:
        return True
    found = _FILTER.fullmatch(text)
    if not found:
        raise ApiError(400, "INVALID_PARAMETER_VALUE", f"Unsupported filter: {text}")
    field, operator, wanted = found.groups()
    return _TESTS[operator.lower()](str(item.get(field, "")).lower(), wanted.lower())


_ROOT = "/api/2.0/preview/scim/v2"
_ACCOUNT = "/api/2.0/account/scim/v2"

ROUTES = (
    Route("GET", f"{_ROOT}/Me", me),
    Route("GET", f"{_ROOT}/Users", list_users),
    Route("GET", f"{_ROOT}/Groups", list_groups),
    Route("GET", f"{_ACCOUNT}/Groups", list_account_groups),
    Route("GET", f"{_ROOT}/ServicePrincipals", list_service_principals),
)
