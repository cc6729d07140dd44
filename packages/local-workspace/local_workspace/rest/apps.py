"""Apps by REST: kept with their deployments, as the CLI makes them. They are not run here."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from typing import Any

from local_workspace.rest.acl import Acl
from local_workspace.rest.api import ApiError, Call, Route, page
from local_workspace.rest.workspace_files import tree
from local_workspace.rest.workspace_tree import plain_path
from local_workspace.state import Document
from local_workspace.workspace import LocalWorkspace

_GIVEN = ("description", "resources", "user_api_scopes", "budget_policy_id", "compute_size")
_ALWAYS = ["iam.access-control:read", "iam.current-user:read"]


def create(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    name = str(call.required("name"))
    if workspace.state.get("app", name) is not None:
        raise ApiError(409, "ALREADY_EXISTS", f"An app with the same name already exists: {name}")
    client_id = str(uuid.uuid4())
    workspace.state.put("principal", client_id, {"secret": "", "name": f"app {name}"})
    app = {
        "id": str(uuid.uuid4()),
        "name": name,
        "url": f"{workspace.host}/apps/{name}",
        "creator": call.user,
        "create_time": _now(),
        "service_principal_client_id": client_id,
        "service_principal_name": f"app {name}",
        "service_principal_id": time.time_ns() % 10**15,
        **_compute(active=call.query.get("no_compute") != "true"),
    }
    Acl(workspace.state, "apps", name).replace({call.user: "CAN_MANAGE"})
    return _changed(workspace, call, app, call.json)


def get(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    return _app(workspace, call, "CAN_USE")


def list_apps(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    found = [
        app
        for name, app in workspace.state.list("app")
        if Acl(workspace.state, "apps", name).allows(call.user, "CAN_USE")
    ]
    return page(found, call, "apps")


def update(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    return _changed(workspace, call, _app(workspace, call, "CAN_MANAGE"), call.json)


def update_later(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    """The fields that ``update_mask`` names; done at once."""
    app, given = _app(workspace, call, "CAN_MANAGE"), call.json.get("app") or {}
    mask = [name.strip() for name in str(call.json.get("update_mask", "")).split(",")]
    _changed(workspace, call, app, {name: given[name] for name in mask if name in given})
    return {"status": {"state": "SUCCEEDED"}}


def get_update(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    _app(workspace, call, "CAN_USE")
    return {"status": {"state": "SUCCEEDED"}}


def delete(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    app = _app(workspace, call, "CAN_MANAGE")
    workspace.state.delete("app", app["name"])
    workspace.state.delete("principal", app["service_principal_client_id"])
    Acl(workspace.state, "apps", app["name"]).drop()
    return app


def start(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    return _changed(workspace, call, _app(workspace, call, "CAN_MANAGE") | _compute(active=True))


def stop(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    app = _app(workspace, call, "CAN_MANAGE") | _compute(active=False)
    app.pop("active_deployment", None)
    return _changed(workspace, call, app)


def deploy(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    """Raises ApiError 400 where the app is stopped, 404 where the source is not there."""
    app = _app(workspace, call, "CAN_MANAGE")
    if app["compute_status"]["state"] != "ACTIVE":
        raise ApiError(
            400, "BAD_REQUEST", f"Cannot deploy app {app['name']} as its compute is not active."
        )
    source = str(call.json.get("source_code_path") or app.get("default_source_code_path", ""))
    tree(workspace).require(plain_path(source))
    deployment = {
        "deployment_id": uuid.uuid4().hex,
        "source_code_path": source,
        "mode": call.json.get("mode") or "SNAPSHOT",
        "creator": call.user,
        "create_time": _now(),
        "update_time": _now(),
        "status": {"state": "SUCCEEDED", "message": "App started successfully"},
    }
    workspace.state.put("app_deployment", f"{app['name']}/{_order()}", deployment)
    app |= {"active_deployment": deployment, "default_source_code_path": source}
    app["app_status"] = {"state": "RUNNING", "message": "App has status: App is running"}
    _changed(workspace, call, app)
    return deployment


def list_deployments(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    app = _app(workspace, call, "CAN_USE")
    found = [item for _, item in workspace.state.list("app_deployment", f"{app['name']}/")]
    return page(found[::-1], call, "app_deployments")


def get_deployment(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    app, wanted = _app(workspace, call, "CAN_USE"), call.params["deployment_id"]
    for _, item in workspace.state.list("app_deployment", f"{app['name']}/"):
        if item["deployment_id"] == wanted:
            return item
    raise ApiError(404, "RESOURCE_DOES_NOT_EXIST", f"Deployment {wanted} does not exist.")


def _app(workspace: LocalWorkspace, call: Call, level: str) -> Document:
    name = call.params["name"]
    found = workspace.state.get("app", name)
    if found is None:
        raise ApiError(
            404, "RESOURCE_DOES_NOT_EXIST", f"App with name {name} does not exist or is deleted."
        )
    if not Acl(workspace.state, "apps", name).allows(call.user, level):
        raise ApiError(403, "PERMISSION_DENIED", f"User {call.user} needs {level} on app {name}.")
    return found


def _changed(
    workspace: LocalWorkspace, call: Call, app: Document, given: Document | None = None
) -> Document:
    app |= {name: value for name, value in (given or {}).items() if name in _GIVEN}
    app["effective_user_api_scopes"] = [*_ALWAYS, *app.get("user_api_scopes", [])]
    app |= {"updater": call.user, "update_time": _now()}
    workspace.state.put("app", app["name"], app)
    return app


def _compute(*, active: bool) -> Document:
    state, text = ("ACTIVE", "running") if active else ("STOPPED", "stopped")
    return {
        "compute_status": {"state": state, "message": f"App compute is {text}."},
        "app_status": {"state": "UNAVAILABLE", "message": "App status is unavailable."},
    }


def _order() -> str:
    return f"{time.time_ns():020d}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


_ONE = "/api/2.0/apps/{name}"

ROUTES = (
    Route("POST", "/api/2.0/apps", create),
    Route("GET", "/api/2.0/apps", list_apps),
    Route("GET", _ONE, get),
    Route("PATCH", _ONE, update),
    Route("DELETE", _ONE, delete),
    Route("POST", f"{_ONE}/start", start),
    Route("POST", f"{_ONE}/stop", stop),
    Route("POST", f"{_ONE}/update", update_later),
    Route("GET", f"{_ONE}/update", get_update),
    Route("POST", f"{_ONE}/deployments", deploy),
    Route("GET", f"{_ONE}/deployments", list_deployments),
    Route("GET", f"{_ONE}/deployments/{{deployment_id}}", get_deployment),
)
