"""Secret scopes, what is in them, and who may read, write and manage them."""

from __future__ import annotations

import base64
import time
from typing import Any

from local_workspace import principals
from local_workspace.rest.acl import names_of
from local_workspace.rest.api import ApiError, Call, Route
from local_workspace.state import Document, State
from local_workspace.workspace import LocalWorkspace

LEVELS = ("READ", "WRITE", "MANAGE")
"""Each includes those before it."""

_SCOPE, _SECRET = "secret_scope", "secret"


def create_scope(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    """Whoever makes it manages it; ``initial_manage_principal`` may be ``users``."""
    name = str(call.required("scope"))
    if workspace.state.get(_SCOPE, name) is not None:
        raise ApiError(400, "RESOURCE_ALREADY_EXISTS", f"Scope {name} already exists!")
    manager = call.json.get("initial_manage_principal") or call.user
    workspace.state.put(_SCOPE, name, {"name": name, "acls": {manager: "MANAGE"}})
    return {}


def delete_scope(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    scope = _scope(workspace, call, "MANAGE")
    for key, _ in workspace.state.list(_SECRET, f"{scope['name']}/"):
        workspace.state.delete(_SECRET, key)
    workspace.state.delete(_SCOPE, scope["name"])
    return {}


def list_scopes(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    found = [
        {"name": name, "backend_type": "DATABRICKS"}
        for name, scope in workspace.state.list(_SCOPE)
        if allows(workspace.state, scope, call.user, "READ")
    ]
    return {"scopes": found}


def put_secret(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    scope = _scope(workspace, call, "WRITE")
    value = call.json.get("string_value")
    if value is None:
        value = base64.b64decode(call.required("bytes_value")).decode()
    document = {"value": value, "last_updated_timestamp": int(time.time() * 1000)}
    workspace.state.put(_SECRET, f"{scope['name']}/{call.required('key')}", document)
    return {}


def delete_secret(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    scope = _scope(workspace, call, "WRITE")
    _secret(workspace, scope, call.required("key"))
    workspace.state.delete(_SECRET, f"{scope['name']}/{call.required('key')}")
    return {}


def list_secrets(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    scope = _scope(workspace, call, "READ")
    found = workspace.state.list(_SECRET, f"{scope['name']}/")
    return {
        "secrets": [
            {
                "key": key.partition("/")[2],
                "last_updated_timestamp": secret["last_updated_timestamp"],
            }
            for key, secret in found
        ]
    }


def get_secret(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    scope, key = _scope(workspace, call, "READ"), call.query.get("key", "")
    value = str(_secret(workspace, scope, key)["value"])
    return {"key": key, "value": base64.b64encode(value.encode()).decode()}


def put_acl(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    scope, level = _scope(workspace, call, "MANAGE"), call.required("permission")
    if level not in LEVELS:
        raise ApiError(400, "INVALID_PARAMETER_VALUE", f"Invalid permission: {level}")
    scope["acls"][call.required("principal")] = level
    workspace.state.put(_SCOPE, scope["name"], scope)
    return {}


def delete_acl(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    scope = _scope(workspace, call, "MANAGE")
    if scope["acls"].pop(call.required("principal"), None) is None:
        raise _no_acl(scope, call.required("principal"))
    workspace.state.put(_SCOPE, scope["name"], scope)
    return {}


def list_acls(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    scope = _scope(workspace, call, "MANAGE")
    return {"items": [_acl(name, level) for name, level in scope["acls"].items()]}


def get_acl(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    scope, name = _scope(workspace, call, "MANAGE"), call.query.get("principal", "")
    if name not in scope["acls"]:
        raise _no_acl(scope, name)
    return _acl(name, scope["acls"][name])


def allows(state: State, scope: Document, user: str, level: str) -> bool:
    enough = LEVELS[LEVELS.index(level) :]
    if principals.is_admin(state, user):
        return True
    return any(scope["acls"].get(name) in enough for name in names_of(state, user))


def readable_secrets(state: State, user: str) -> dict[str, str]:
    """What ``user`` may read, by ``scope/key``."""
    return {
        key: str(secret["value"])
        for name, scope in state.list(_SCOPE)
        if allows(state, scope, user, "READ")
        for key, secret in state.list(_SECRET, f"{name}/")
    }


def _scope(workspace: LocalWorkspace, call: Call, level: str) -> Document:
    """The scope that the call names. Raises ApiError 404, or 403 without the level."""
    name = str(call.query.get("scope") or call.json.get("scope") or "")
    scope = workspace.state.get(_SCOPE, name)
    if scope is None:
        raise ApiError(404, "RESOURCE_DOES_NOT_EXIST", f"Scope {name} does not exist!")
    if not allows(workspace.state, scope, call.user, level):
        raise ApiError(
            403,
            "PERMISSION_DENIED",
            f"User {call.user} does not have {level} permission on scope {name}.",
        )
    return scope


def _secret(workspace: LocalWorkspace, scope: Document, key: str) -> Document:
    found = workspace.state.get(_SECRET, f"{scope['name']}/{key}")
    if found is None:
        raise ApiError(
            404,
            "RESOURCE_DOES_NOT_EXIST",
            f"Secret does not exist with scope: {scope['name']} and key: {key}",
        )
    return found


def _acl(name: str, level: str) -> dict[str, str]:
    return {"principal": name, "permission": level}


def _no_acl(scope: Document, name: str) -> ApiError:
    text = f"Failed to get secret acl for principal {name} for scope {scope['name']}."
    return ApiError(404, "RESOURCE_DOES_NOT_EXIST", text)


_ROOT = "/api/2.0/secrets"

ROUTES = (
    Route("POST", f"{_ROOT}/scopes/create", create_scope),
    Route("POST", f"{_ROOT}/scopes/delete", delete_scope),
    Route("GET", f"{_ROOT}/scopes/list", list_scopes),
    Route("POST", f"{_ROOT}/put", put_secret),
    Route("POST", f"{_ROOT}/delete", delete_secret),
    Route("GET", f"{_ROOT}/list", list_secrets),
    Route("GET", f"{_ROOT}/get", get_secret),
    Route("POST", f"{_ROOT}/acls/put", put_acl),
    Route("POST", f"{_ROOT}/acls/delete", delete_acl),
    Route("GET", f"{_ROOT}/acls/list", list_acls),
    Route("GET", f"{_ROOT}/acls/get", get_acl),
)
