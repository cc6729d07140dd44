"""Jobs by REST, version 2.2: settings, and runs of them."""

from __future__ import annotations

import secrets
import time
from typing import Any

from local_workspace.principals import is_admin
from local_workspace.rest.acl import Acl
from local_workspace.rest.api import ApiError, Call, Route, page
from local_workspace.rest.job_runs import JobRuns
from local_workspace.state import Document
from local_workspace.workspace import LocalWorkspace

_NOT_SETTINGS = ("access_control_list", "job_id")
_DEFAULTS = {
    "email_notifications": {},
    "webhook_notifications": {},
    "timeout_seconds": 0,
    "max_concurrent_runs": 1,
    "format": "MULTI_TASK",
}
_TASK_DEFAULTS = {"run_if": "ALL_SUCCESS", "timeout_seconds": 0, "email_notifications": {}}


def create(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    settings = _settings(call.json)
    job = {
        "job_id": secrets.randbelow(10**15),
        "creator_user_name": call.user,
        "run_as_user_name": _run_as(workspace, call, settings, call.user),
        "created_time": int(time.time() * 1000),
        "settings": settings,
    }
    workspace.state.put("job", str(job["job_id"]), job)
    Acl(workspace.state, "jobs", str(job["job_id"])).replace({call.user: "IS_OWNER"})
    return {"job_id": job["job_id"]}


def get(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    return _job(workspace, call, call.query.get("job_id"), "CAN_VIEW")


def reset(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    """Replaces all settings."""
    job = _job(workspace, call, call.required("job_id"), "CAN_MANAGE")
    return _change(workspace, call, job, call.required("new_settings"))


def update(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    """Replaces the fields that are given, tasks by their keys."""
    job = _job(workspace, call, call.required("job_id"), "CAN_MANAGE")
    removed = set(call.json.get("fields_to_remove") or [])
    kept = {name: value for name, value in job["settings"].items() if name not in removed}
    new = dict(call.json.get("new_settings") or {})
    if "tasks" in new:
        tasks = {task["task_key"]: task for task in (*kept.get("tasks", []), *new["tasks"])}
        new["tasks"] = list(tasks.values())
    return _change(workspace, call, job, kept | new)


def delete(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    job = _job(workspace, call, call.required("job_id"), "CAN_MANAGE")
    JobRuns.of(workspace).drop(job["job_id"])
    workspace.state.delete("job", str(job["job_id"]))
    Acl(workspace.state, "jobs", str(job["job_id"])).drop()
    return {}


def list_jobs(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    name = call.query.get("name", "").lower()
    found = [
        job
        for key, job in workspace.state.list("job")
        if Acl(workspace.state, "jobs", key).allows(call.user, "CAN_VIEW")
        and name in ("", str(job["settings"].get("name", "")).lower())
    ]
    if call.query.get("expand_tasks") != "true":
        found = [job | {"settings": _without_tasks(job["settings"])} for job in found]
    return page(found, _limited(call), "jobs", default_size=20)


def run_now(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    job = _job(workspace, call, call.required("job_id"), "CAN_MANAGE_RUN")
    run = JobRuns.of(workspace).start(job, call.json, call.user)
    return {"run_id": run["run_id"], "number_in_job": run["run_id"]}


def get_run(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    return _run(workspace, call, call.query.get("run_id"), "CAN_VIEW")


def list_runs(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    asked, active = call.query.get("job_id"), call.query.get("active_only") == "true"
    found = [
        {name: value for name, value in run.items() if name != "tasks"}
        for run in JobRuns.of(workspace).list(asked)
        if Acl(workspace.state, "jobs", str(run["job_id"])).allows(call.user, "CAN_VIEW")
        and not (active and "result_state" in run["state"])
    ]
    return page(found, _limited(call), "runs", default_size=25)


def cancel_run(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    run = _run(workspace, call, call.required("run_id"), "CAN_MANAGE_RUN")
    JobRuns.of(workspace).cancel(run["run_id"])
    return {}


def get_output(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    """Of one task's run: its metadata, and the error that ended it."""
    asked = str(call.query.get("run_id"))
    for run in JobRuns.of(workspace).list(None):
        for task in run["tasks"]:
            if asked == str(task["run_id"]):
                _run(workspace, call, run["run_id"], "CAN_VIEW")
                failed = task["state"].get("result_state") == "FAILED"
                error = {"error": task["state"]["state_message"]} if failed else {}
                return {"metadata": task, **error}
    raise _no_run(asked)


def _change(
    workspace: LocalWorkspace, call: Call, job: Document, wanted: Document
) -> dict[str, Any]:
    settings = _settings(wanted)
    if "run_as" in job["settings"]:
        settings.setdefault("run_as", job["settings"]["run_as"])
    job["settings"] = settings
    job["run_as_user_name"] = _run_as(workspace, call, settings, job["run_as_user_name"])
    workspace.state.put("job", str(job["job_id"]), job)
    return {}


def _settings(body: Document) -> Document:
    """Raises ApiError 400 for tasks that do not fit together."""
    given = {key: value for key, value in body.items() if key not in _NOT_SETTINGS}
    settings: Document = {**_DEFAULTS, **given}
    tasks = [_TASK_DEFAULTS | task for task in settings.get("tasks") or []]
    keys = [task.get("task_key", "") for task in tasks]
    for key in keys:
        if not key or keys.count(key) > 1:
            raise _invalid(f"Task keys have to be unique and not empty: '{key}'.")
    for task in tasks:
        for needed in task.get("depends_on") or []:
            if needed["task_key"] not in keys:
                raise _invalid(
                    f"Task '{task['task_key']}' depends on the unknown task '{needed['task_key']}'."
                )
    return settings | {"tasks": tasks}


def _run_as(workspace: LocalWorkspace, call: Call, settings: Document, default: str) -> str:
    """Raises ApiError 403 for another one than before or the caller, unless an admin asks."""
    given = settings.get("run_as") or {}
    name = str(given.get("service_principal_name") or given.get("user_name") or default)
    if name not in (default, call.user) and not is_admin(workspace.state, call.user):
        raise ApiError(
            403, "PERMISSION_DENIED", f"User {call.user} may not set run_as of a job to {name}."
        )
    return name


def _job(workspace: LocalWorkspace, call: Call, job_id: Any, level: str) -> Document:
    found = workspace.state.get("job", str(job_id))
    if found is None:
        raise ApiError(400, "INVALID_PARAMETER_VALUE", f"Job {job_id} does not exist.")
    _require(workspace, call, str(job_id), level)
    return found


def _run(workspace: LocalWorkspace, call: Call, run_id: Any, level: str) -> Document:
    found = JobRuns.of(workspace).get(str(run_id))
    if found is None:
        raise _no_run(str(run_id))
    _require(workspace, call, str(found["job_id"]), level)
    return found


def _require(workspace: LocalWorkspace, call: Call, job_id: str, level: str) -> None:
    if not Acl(workspace.state, "jobs", job_id).allows(call.user, level):
        names = {"CAN_VIEW": "View", "CAN_MANAGE_RUN": "Manage Run", "CAN_MANAGE": "Manage"}
        raise ApiError(
            403,
            "PERMISSION_DENIED",
            f"User {call.user} does not have {names[level]} permissions on job {job_id}. Please "
            "contact the owner or an administrator for access.",
        )


def _no_run(run_id: str) -> ApiError:
    return ApiError(400, "INVALID_PARAMETER_VALUE", f"Run {run_id} does not exist.")


def _invalid(message: str) -> ApiError:
    return ApiError(400, "INVALID_PARAMETER_VALUE", message)


def _without_tasks(settings: Document) -> Document:
    return {name: value for name, value in settings.items() if name != "tasks"}


def _limited(call: Call) -> Call:
    """Jobs call the size of a page ``limit``."""
    query = {**call.query, "max_results": call.query.get("limit", "")}
    return Call(call.method, call.path, call.params, query, call.headers, call.body, call.user)


_ROOT = "/api/2.2/jobs"

ROUTES = (
    Route("POST", f"{_ROOT}/create", create),
    Route("GET", f"{_ROOT}/get", get),
    Route("POST", f"{_ROOT}/reset", reset),
    Route("POST", f"{_ROOT}/update", update),
    Route("POST", f"{_ROOT}/delete", delete),
    Route("GET", f"{_ROOT}/list", list_jobs),
    Route("POST", f"{_ROOT}/run-now", run_now),
    Route("GET", f"{_ROOT}/runs/get", get_run),
    Route("GET", f"{_ROOT}/runs/list", list_runs),
    Route("POST", f"{_ROOT}/runs/cancel", cancel_run),
    Route("GET", f"{_ROOT}/runs/get-output", get_output),
)
