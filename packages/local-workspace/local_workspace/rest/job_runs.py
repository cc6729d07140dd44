"""Runs of jobs: each task as soon as those that it depends on are done."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from local_workspace.rest.job_tasks import TaskError, TaskRun, run_task
from local_workspace.state import Document
from local_workspace.workspace import LocalWorkspace

_DONE = ("SUCCESS", "FAILED", "CANCELED", "UPSTREAM_FAILED", "EXCLUDED")


class JobRuns:
    """All runs of one workspace. Those that a dead server left behind are failed at once."""

    _all: ClassVar[WeakKeyDictionary[LocalWorkspace, JobRuns]] = WeakKeyDictionary()
    _lock = threading.Lock()

    @classmethod
    def of(cls, workspace: LocalWorkspace) -> JobRuns:
        with cls._lock:
            if workspace not in cls._all:
                cls._all[workspace] = cls(workspace)
            return cls._all[workspace]

    def __init__(self, workspace: LocalWorkspace) -> None:
        self._workspace = workspace
        self._cancelled: dict[int, threading.Event] = {}
        for run in self.list(None):
            if "result_state" not in run["state"]:
                self._end(run, "FAILED", "The run was lost because the workspace was restarted.")

    def start(self, job: Document, request: Mapping[str, Any], user: str) -> Document:
        run = _new(job, request, user)
        self._put(run)
        self._cancelled[run["run_id"]] = threading.Event()
        threading.Thread(target=self._execute, args=(job, run), daemon=True).start()
        return run

    def list(self, job_id: str | None) -> list[Document]:
        """The newest first."""
        found = [run for _, run in self._workspace.state.list("job_run")]
        kept = [run for run in found if job_id in (None, str(run["job_id"]))]
        return sorted(kept, key=lambda run: -int(run["start_time"]))

    def get(self, run_id: str) -> Document | None:
        return self._workspace.state.get("job_run", run_id)

    def cancel(self, run_id: int) -> None:
        if run_id in self._cancelled:
            self._cancelled[run_id].set()

    def drop(self, job_id: int) -> None:
        for run in self.list(str(job_id)):
            self.cancel(run["run_id"])
            self._workspace.state.delete("job_run", str(run["run_id"]))

    def _put(self, run: Document) -> None:
        self._workspace.state.put("job_run", str(run["run_id"]), run)

    def _execute(self, job: Document, run: Document) -> None:
        for task in in_order(run["tasks"]):
            self._run_one(job, run, task)
        failed = [task for task in run["tasks"] if task["state"]["result_state"] == "FAILED"]
        if self._cancelled[run["run_id"]].is_set():
            self._end(run, "CANCELED", "Run cancelled.")
        elif failed:
            text = failed[0]["state"]["state_message"]
            self._end(run, "FAILED", f"Task {failed[0]['task_key']} failed with message: {text}.")
        else:
            self._end(run, "SUCCESS", "")

    def _run_one(self, job: Document, run: Document, task: Document) -> None:
        cancelled = self._cancelled[run["run_id"]]
        refused = "CANCELED" if cancelled.is_set() else blocked(task, run["tasks"])
        task["start_time"] = int(time.time() * 1000)
        if refused:
            _finish(task, refused, "")
        else:
            task["state"] = {"life_cycle_state": "RUNNING", "state_message": ""}
            task["status"] = {"state": "RUNNING"}
            self._put(run)
            self._attempt(job, run, task, cancelled)
        self._put(run)

    def _attempt(
        self, job: Document, run: Document, task: Document, cancelled: threading.Event
    ) -> None:
        given = TaskRun(self._workspace, job["run_as_user_name"], job, run, task, cancelled)
        try:
            run_task(given)
        except TaskError as error:
            _finish(task, "FAILED", str(error))
        except Exception as error:
            _finish(task, "FAILED", f"{type(error).__name__}: {error}")
        else:
            _finish(task, "CANCELED" if cancelled.is_set() else "SUCCESS", "")

    def _end(self, run: Document, result: str, message: str) -> None:
        for task in run["tasks"]:
            if "result_state" not in task["state"]:
                _finish(task, result, message)
        _finish(run, result, message)
        self._put(run)


def in_order(tasks: list[Document]) -> Iterable[Document]:
    """Each task after those that it depends on. In a ring, the rest as it stands."""
    waiting, done = list(tasks), set[str]()
    while waiting:
        ready = [
            task
            for task in waiting
            if all(needed["task_key"] in done for needed in task.get("depends_on") or [])
        ]
        for task in ready or waiting:
            yield task
            done.add(task["task_key"])
        waiting = [task for task in waiting if task["task_key"] not in done]


def blocked(task: Document, tasks: list[Document]) -> str:
    """The result of a task that must not run, since of what became of those before it."""
    by_key = {each["task_key"]: each for each in tasks}
    needed = task.get("depends_on") or []
    results = [by_key[each["task_key"]]["state"]["result_state"] for each in needed]
    for each in needed:
        outcome = by_key[each["task_key"]].get("condition_task", {}).get("outcome")
        if "outcome" in each and each["outcome"] != outcome:
            return "EXCLUDED"
    good = [result == "SUCCESS" for result in results]
    bad = [result in ("FAILED", "UPSTREAM_FAILED", "CANCELED") for result in results]
    may = {
        "ALL_SUCCESS": all(good),
        "AT_LEAST_ONE_SUCCESS": any(good) or not needed,
        "NONE_FAILED": not any(bad),
        "ALL_DONE": True,
        "AT_LEAST_ONE_FAILED": any(bad),
        "ALL_FAILED": all(bad) and bool(needed),
    }[task["run_if"]]
    if may:
        return ""
    return "UPSTREAM_FAILED" if any(bad) else "EXCLUDED"


def _new(job: Document, request: Mapping[str, Any], user: str) -> Document:
    settings, now = job["settings"], int(time.time() * 1000)
    defaults = {item["name"]: item["default"] for item in settings.get("parameters") or []}
    given = defaults | dict(request.get("job_parameters") or {})
    only = request.get("only") or [task["task_key"] for task in settings["tasks"]]
    return {
        "run_id": secrets.randbelow(10**15),
        "job_id": job["job_id"],
        "run_name": settings.get("name", ""),
        "creator_user_name": user,
        "run_type": "JOB_RUN",
        "trigger": "ONE_TIME",
        "start_time": now,
        "run_page_url": f"/jobs/{job['job_id']}/runs",
        "job_parameters": [{"name": name, "value": value} for name, value in given.items()],
        "pipeline_params": dict(request.get("pipeline_params") or {}),
        "state": {"life_cycle_state": "RUNNING", "state_message": ""},
        "status": {"state": "RUNNING"},
        "tasks": [
            {
                **task,
                "run_id": secrets.randbelow(10**15),
                "attempt_number": 0,
                "state": {"life_cycle_state": "PENDING", "state_message": ""},
                "status": {"state": "PENDING"},
            }
            for task in settings["tasks"]
            if task["task_key"] in only
        ],
    }


def _finish(holder: Document, result: str, message: str) -> None:
    """Of a run or of a task: how it ended, in the older words and in the newer ones."""
    now = int(time.time() * 1000)
    skipped = result in ("UPSTREAM_FAILED", "EXCLUDED")
    holder["state"] = {
        "life_cycle_state": "SKIPPED" if skipped else "TERMINATED",
        "result_state": result,
        "state_message": message,
    }
    code = {"FAILED": "RUN_EXECUTION_ERROR", "CANCELED": "USER_CANCELED"}.get(result, result)
    kind = "SUCCESS" if result in ("SUCCESS", "EXCLUDED", "CANCELED") else "CLIENT_ERROR"
    details = {"code": code, "type": kind, "message": message}
    holder["status"] = {"state": "TERMINATED", "termination_details": details}
    holder["end_time"] = now
    holder.setdefault("start_time", now)
