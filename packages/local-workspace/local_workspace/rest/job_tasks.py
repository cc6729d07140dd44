"""What a task of a job does: update a pipeline, run SQL, compare two values."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local_workspace.catalog.errors import SqlError
from local_workspace.rest.acl import Acl
from local_workspace.rest.api import ApiError
from local_workspace.rest.updates import ENDED, updates
from local_workspace.rest.warehouses import check as check_warehouse
from local_workspace.rest.workspace_files import tree
from local_workspace.rest.workspace_tree import plain_path
from local_workspace.sql.commands import run as run_sql
from local_workspace.sql.session import open_session
from local_workspace.sql.statements import Statement, split
from local_workspace.state import Document
from local_workspace.workspace import LocalWorkspace

POLL_SECONDS = 0.2
_REFERENCE = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
_NUMBERS = {
    "GREATER_THAN": lambda left, right: left > right,
    "GREATER_THAN_OR_EQUAL": lambda left, right: left >= right,
    "LESS_THAN": lambda left, right: left < right,
    "LESS_THAN_OR_EQUAL": lambda left, right: left <= right,
}


class TaskError(Exception):
    """Why a task has failed."""


@dataclass(frozen=True, slots=True)
class TaskRun:
    """One task of a run; ``user`` is who the job runs as."""

    workspace: LocalWorkspace
    user: str
    job: Document
    run: Document
    task: Document
    cancelled: threading.Event

    def resolve(self, text: str) -> str:
        """``text`` with the values of ``{{job.parameters.x}}`` and the like."""
        return _REFERENCE.sub(lambda found: self._value(found[1]), text)

    def _value(self, name: str) -> str:
        parameters = {item["name"]: item["value"] for item in self.run["job_parameters"]}
        known = {f"job.parameters.{key}": value for key, value in parameters.items()}
        known |= {"job.id": self.job["job_id"], "job.run_id": self.run["run_id"]}
        for task in self.run["tasks"]:
            state = str(task["state"].get("result_state", "")).lower()
            known[f"tasks.{task['task_key']}.result_state"] = state
        if name not in known:
            raise TaskError(f"The reference {{{{{name}}}}} has no value")
        return str(known[name])


def run_task(given: TaskRun) -> None:
    """Returns when the task has succeeded or was cancelled. Raises TaskError, ApiError or
    SqlError."""
    kind = next((name for name in _KINDS if name in given.task), "")
    if not kind:
        raise TaskError("The local workspace runs pipeline, SQL and condition tasks only")
    try:
        _KINDS[kind](given)
    except (ApiError, SqlError) as error:
        raise TaskError(error.message) from error


def _update_pipeline(given: TaskRun) -> None:
    settings = given.task["pipeline_task"]
    pipeline_id = given.resolve(settings["pipeline_id"])
    pipeline = given.workspace.state.get("pipeline", pipeline_id)
    if pipeline is None:
        raise TaskError(f"The specified pipeline {pipeline_id} was not found")
    if not Acl(given.workspace.state, "pipelines", pipeline_id).allows(given.user, "CAN_RUN"):
        raise TaskError(f"{given.user} does not have Run permissions on pipeline {pipeline_id}")
    refresh = settings.get("full_refresh") or given.run["pipeline_params"].get("full_refresh")
    request = {"cause": "JOB_TASK", "full_refresh": bool(refresh)}
    started = updates(given.workspace).start(pipeline, request, given.user)
    if started is None:
        raise TaskError(f"An active update of pipeline {pipeline_id} already exists")
    _wait_for_update(given, pipeline_id, started["update_id"])


def _wait_for_update(given: TaskRun, pipeline_id: str, update_id: str) -> None:
    all_updates = updates(given.workspace)
    while True:
        update = all_updates.get(pipeline_id, update_id) or {"state": "CANCELED"}
        if update["state"] in ENDED:
            break
        if given.cancelled.wait(POLL_SECONDS):
            all_updates.stop(pipeline_id)
    if update["state"] != "COMPLETED" and not given.cancelled.is_set():
        raise TaskError(f"Update {update_id} of pipeline {pipeline_id} is {update['state']}")


def _run_sql_file(given: TaskRun) -> None:
    settings = given.task["sql_task"]
    check_warehouse(given.resolve(settings["warehouse_id"]))
    if "file" not in settings:
        raise TaskError("The local workspace runs SQL tasks with a file only")
    objects = tree(given.workspace)
    path = plain_path(given.resolve(settings["file"]["path"]))
    objects.require(path)
    objects.check(path, given.user, "CAN_READ")
    values = settings.get("parameters") or {}
    parameters = {name: given.resolve(str(value)) for name, value in values.items()}
    session = open_session(given.workspace, given.user)
    try:
        for statement in split(objects.disk(path).read_text(encoding="utf-8"), ";"):
            if Statement(statement).tokens and not given.cancelled.is_set():
                run_sql(session, statement, parameters or None)
    finally:
        session.close()


def _compare(given: TaskRun) -> None:
    settings = given.task["condition_task"]
    left, right = given.resolve(settings["left"]), given.resolve(settings["right"])
    operator = settings["op"]
    if operator in ("EQUAL_TO", "NOT_EQUAL"):
        holds = (left == right) == (operator == "EQUAL_TO")
    else:
        holds = _NUMBERS[operator](_number(left), _number(right))
    settings["outcome"] = str(holds).lower()


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise TaskError(f"'{text}' is not a number") from None


_KINDS: dict[str, Callable[[TaskRun], Any]] = {
    "pipeline_task": _update_pipeline,
    "sql_task": _run_sql_file,
    "condition_task": _compare,
}
