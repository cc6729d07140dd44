"""Pipelines REST: settings, updates, events."""

from __future__ import annotations

import re
import shutil
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from local_workspace.catalog.names import spark_name
from local_workspace.principals import is_admin
from local_workspace.rest.acl import Acl, principal_field
from local_workspace.rest.api import ApiError, Call, Route, page
from local_workspace.rest.events import EventLog
from local_workspace.rest.pipeline_settings import validate_settings
from local_workspace.rest.updates import ENDED, updates
from local_workspace.state import Document
from local_workspace.workspace import LocalWorkspace

_RECENT = 5
_NOT_SETTINGS = ("allow_duplicate_names", "dry_run", "run_as", "expected_last_modified", "id")
_STATES = {
    "QUEUED": "STARTING",
    "CREATED": "STARTING",
    "WAITING_FOR_RESOURCES": "STARTING",
    "INITIALIZING": "RUNNING",
    "SETTING_UP_TABLES": "RUNNING",
    "RESETTING": "RESETTING",
    "RUNNING": "RUNNING",
    "STOPPING": "STOPPING",
}
"""The pipeline's state while its update is in one of these."""


def create(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    validate_settings(call.json)
    if call.json.get("dry_run"):
        return {"effective_settings": _settings(call.json, "")}
    _check_name(workspace, call, "")
    pipeline_id = str(uuid.uuid4())
    now = int(time.time() * 1000)
    document = {
        "pipeline_id": pipeline_id,
        "spec": _settings(call.json, pipeline_id),
        "creator": call.user,
        "run_as": _run_as(workspace, call, call.user),
        "created": now,
        "last_modified": now,
    }
    workspace.state.put("pipeline", pipeline_id, document)
    Acl(workspace.state, "pipelines", pipeline_id).replace({call.user: "IS_OWNER"})
    return {"pipeline_id": pipeline_id}


def get(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    pipeline = _pipeline(workspace, call, "CAN_VIEW")
    legacy = "target" in pipeline["spec"]
    mode = "LEGACY_PUBLISHING_MODE" if legacy else "DEFAULT_PUBLISHING_MODE"
    return {
        **_summary(workspace, pipeline),
        "spec": pipeline["spec"],
        "last_modified": pipeline["last_modified"],
        "effective_publishing_mode": mode,
        "run_as": {principal_field(pipeline["run_as"]): pipeline["run_as"]},
    }


def edit(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    """Replaces all settings."""
    pipeline = _pipeline(workspace, call, "CAN_MANAGE")
    validate_settings(call.json)
    expected = call.json.get("expected_last_modified")
    if expected and int(expected) != pipeline["last_modified"]:
        raise ApiError(
            409,
            "RESOURCE_CONFLICT",
            f"The settings of pipeline {pipeline['pipeline_id']} were modified at "
            f"{pipeline['last_modified']}, after the expected {expected}.",
        )
    _check_publishing(pipeline["spec"], call.json)
    _check_name(workspace, call, pipeline["pipeline_id"])
    pipeline["spec"] = _settings(call.json, pipeline["pipeline_id"])
    pipeline["run_as"] = _run_as(workspace, call, pipeline["run_as"])
    pipeline["last_modified"] = max(int(time.time() * 1000), pipeline["last_modified"] + 1)
    workspace.state.put("pipeline", pipeline["pipeline_id"], pipeline)
    return {}


def delete(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    """Stops the pipeline and removes it, with its tables unless ``cascade`` is false."""
    pipeline = _pipeline(workspace, call, "CAN_MANAGE")
    pipeline_id = pipeline["pipeline_id"]
    updates(workspace).stop(pipeline_id)
    if call.query.get("cascade", "true").lower() != "false":
        _drop_tables(workspace, pipeline_id)
    workspace.state.delete("pipeline", pipeline_id)
    Acl(workspace.state, "pipelines", pipeline_id).drop()
    return {}


def list_pipelines(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    pattern = _name_pattern(call.query.get("filter", ""))
    found = [
        _summary(workspace, pipeline)
        for _, pipeline in workspace.state.list("pipeline")
        if pattern.fullmatch(pipeline["spec"].get("name", ""))
        and Acl(workspace.state, "pipelines", pipeline["pipeline_id"]).allows(call.user, "CAN_VIEW")
    ]
    found.sort(key=lambda item: str(item["name"]))
    return page(found, call, "statuses", default_size=25)


def start_update(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    pipeline = _pipeline(workspace, call, "CAN_RUN")
    update = updates(workspace).start(pipeline, call.json, call.user)
    if update is None:
        active = updates(workspace).active(pipeline["pipeline_id"])
        shown = active["update_id"] if active else ""
        raise ApiError(409, "RESOURCE_CONFLICT", f"An active update {shown} already exists.")
    return {"update_id": update["update_id"]}


def get_update(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    pipeline = _pipeline(workspace, call, "CAN_VIEW")
    update_id = call.params["update_id"]
    update = updates(workspace).get(pipeline["pipeline_id"], update_id)
    if update is None:
        raise ApiError(
            404, "RESOURCE_DOES_NOT_EXIST", f"The specified update {update_id} was not found."
        )
    return {"update": _shown(update)}


def list_updates(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    pipeline = _pipeline(workspace, call, "CAN_VIEW")
    found = [_shown(update) for update in updates(workspace).list(pipeline["pipeline_id"])]
    until = call.query.get("until_update_id")
    ids = [update["update_id"] for update in found]
    if until in ids:
        found = found[ids.index(until) :]
    return page(found, call, "updates", default_size=25)


def stop(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    pipeline = _pipeline(workspace, call, "CAN_RUN")
    updates(workspace).stop(pipeline["pipeline_id"])
    return {}


def list_events(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    pipeline = _pipeline(workspace, call, "CAN_VIEW")
    updates(workspace)
    return EventLog(workspace.state, pipeline["pipeline_id"]).page(call.query)


def _pipeline(workspace: LocalWorkspace, call: Call, level: str) -> Document:
    """The pipeline of the path. Raises ApiError 404, or 403 without the level."""
    pipeline_id = call.params["pipeline_id"]
    found = workspace.state.get("pipeline", pipeline_id)
    if found is None:
        raise ApiError(
            404, "RESOURCE_DOES_NOT_EXIST", f"The specified pipeline {pipeline_id} was not found."
        )
    if not Acl(workspace.state, "pipelines", pipeline_id).allows(call.user, level):
        action = {"CAN_VIEW": "View", "CAN_RUN": "Run", "CAN_MANAGE": "Manage"}[level]
        raise ApiError(
            403,
            "PERMISSION_DENIED",
            f"{call.user} does not have {action} permissions on pipeline {pipeline_id}. Please "
            "contact the owner or an administrator for access.",
        )
    return found


def _summary(workspace: LocalWorkspace, pipeline: Document) -> dict[str, Any]:
    recent = updates(workspace).list(pipeline["pipeline_id"])[:_RECENT]
    latest = recent[0]["state"] if recent else "COMPLETED"
    return {
        "pipeline_id": pipeline["pipeline_id"],
        "name": pipeline["spec"].get("name", ""),
        "state": "IDLE" if latest in ENDED else _STATES[latest],
        "health": "UNHEALTHY" if latest == "FAILED" else "HEALTHY",
        "creator_user_name": pipeline["creator"],
        "run_as_user_name": pipeline["run_as"],
        "latest_updates": [
            {
                "update_id": update["update_id"],
                "state": update["state"],
                "creation_time": _iso(update["creation_time"]),
            }
            for update in recent
        ],
    }


def _drop_tables(workspace: LocalWorkspace, pipeline_id: str) -> None:
    tables = [t for t in workspace.metastore.tables() if t.pipeline_id == pipeline_id]
    if not tables:
        return
    spark = workspace.spark.session()
    for table in tables:
        spark.sql(f"DROP TABLE IF EXISTS {spark_name(table.full_name)}")
        workspace.metastore.drop(table)
    spark.stop()
    shutil.rmtree(workspace.home / "pipelines" / pipeline_id, ignore_errors=True)


def _shown(update: Document) -> Document:
    return {key: value for key, value in update.items() if key != "number"}


def _settings(body: Document, pipeline_id: str) -> Document:
    kept = {key: value for key, value in body.items() if key not in _NOT_SETTINGS}
    return {"id": pipeline_id, **kept}


def _check_publishing(before: Document, after: Document) -> None:
    """A pipeline stays in the publishing mode that it was made in. Raises ApiError 400."""
    if before.get("target") and after.get("schema"):
        raise ApiError(
            400,
            "INVALID_PARAMETER_VALUE",
            "[CANNOT_SET_SCHEMA_FOR_EXISTING_PIPELINE] Schema cannot be set for an existing "
            "pipeline in the legacy publishing mode. Complete the migration to the default "
            "publishing mode first.",
        )
    if before.get("schema") and after.get("target"):
        raise ApiError(
            400,
            "INVALID_PARAMETER_VALUE",
            "Target cannot be set for an existing pipeline in the default publishing mode.",
        )


def _check_name(workspace: LocalWorkspace, call: Call, own_id: str) -> None:
    name = call.json.get("name", "")
    if call.json.get("allow_duplicate_names"):
        return
    for _, pipeline in workspace.state.list("pipeline"):
        if pipeline["spec"].get("name") == name and pipeline["pipeline_id"] != own_id:
            raise ApiError(
                409,
                "RESOURCE_CONFLICT",
                f"The pipeline name '{name}' is already used by another pipeline. This check can "
                "be skipped by setting `allow_duplicate_names = true` in the request.",
            )


def _run_as(workspace: LocalWorkspace, call: Call, default: str) -> str:
    """Raises ApiError 403 for another one than before or the caller, unless an admin asks."""
    given = call.json.get("run_as") or {}
    name = str(given.get("service_principal_name") or given.get("user_name") or default)
    if name not in (default, call.user) and not is_admin(workspace.state, call.user):
        raise ApiError(
            403,
            "PERMISSION_DENIED",
            f"User {call.user} does not have permission to run the pipeline as {name}.",
        )
    return name


def _name_pattern(text: str) -> re.Pattern[str]:
    """Reads ``name LIKE '%shopping%'``. Raises ApiError 400 for another filter."""
    if not text:
        return re.compile(".*", re.DOTALL)
    found = re.fullmatch(r"\s*name\s+LIKE\s+'(.*)'\s*", text, re.IGNORECASE | re.DOTALL)
    if not found:
        raise ApiError(400, "INVALID_PARAMETER_VALUE", f"Unsupported filter: {text}")
    pieces = re.split(r"([%_])", found[1])
    wild = {"%": ".*", "_": "."}
    return re.compile("".join(wild.get(piece, re.escape(piece)) for piece in pieces), re.DOTALL)


def _iso(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")


_ONE = "/api/2.0/pipelines/{pipeline_id}"

ROUTES = (
    Route("POST", "/api/2.0/pipelines", create),
    Route("GET", "/api/2.0/pipelines", list_pipelines),
    Route("GET", _ONE, get),
    Route("PUT", _ONE, edit),
    Route("DELETE", _ONE, delete),
    Route("POST", f"{_ONE}/updates", start_update),
    Route("GET", f"{_ONE}/updates", list_updates),
    Route("GET", f"{_ONE}/updates/{{update_id}}", get_update),
    Route("POST", f"{_ONE}/stop", stop),
    Route("GET", f"{_ONE}/events", list_events),
)
