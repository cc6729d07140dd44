"""The life of an update: queued, run in a child process, stopped, found dead after a restart."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from local_workspace.catalog.errors import SqlError
from local_workspace.lakeflow.job import Job
from local_workspace.lakeflow.launcher import Launcher, Running
from local_workspace.rest import faults
from local_workspace.rest.api import ApiError
from local_workspace.rest.events import EventLog
from local_workspace.rest.update_job import make_job
from local_workspace.state import Document
from local_workspace.workspace import LocalWorkspace

ENDED = ("COMPLETED", "FAILED", "CANCELED")
_RECENT = 5


class Updates:
    """All updates of one workspace. Those that a dead server left behind are failed at once."""

    def __init__(self, workspace: LocalWorkspace) -> None:
        self._workspace = workspace
        self._state = workspace.state
        self._running: dict[str, Child] = {}
        self._launcher = Launcher(workspace.home, workspace.spark.environment)
        self._lock = threading.Lock()
        for _, update in self._state.list("update"):
            if update["state"] not in ENDED:
                self._end_orphan(update)

    def start(self, pipeline: Document, request: Mapping[str, Any], user: str) -> Document | None:
        """None while another update of the pipeline is active."""
        pipeline_id = pipeline["pipeline_id"]
        with self._lock:
            if self.active(pipeline_id):
                return None
            update = self._new(pipeline, request)
            child = Child(self._workspace, pipeline, update, user, self._launcher)
            self._running[update["update_id"]] = child
        child.thread.start()
        return update

    def active(self, pipeline_id: str) -> Document | None:
        found = [item for item in self.list(pipeline_id) if item["state"] not in ENDED]
        return found[0] if found else None

    def list(self, pipeline_id: str) -> list[Document]:
        """The newest first."""
        found = [update for _, update in self._state.list("update", f"{pipeline_id}/")]
        return sorted(found, key=lambda update: -int(update["number"]))

    def get(self, pipeline_id: str, update_id: str) -> Document | None:
        return self._state.get("update", f"{pipeline_id}/{update_id}")

    def stop(self, pipeline_id: str) -> None:
        """Returns at once; the update ends as CANCELED soon after."""
        update = self.active(pipeline_id)
        child = self._running.get(update["update_id"]) if update else None
        if child is not None:
            child.stop()

    def close(self) -> None:
        """Stops all children and waits for them."""
        for child in self._running.values():
            child.stop()
        for child in self._running.values():
            child.thread.join(10)
        self._launcher.close()

    def drop(self, pipeline_id: str) -> None:
        for update in self.list(pipeline_id):
            self._state.delete("update", f"{pipeline_id}/{update['update_id']}")

    def _new(self, pipeline: Document, request: Mapping[str, Any]) -> Document:
        known = self.list(pipeline["pipeline_id"])
        update = {
            "update_id": str(uuid.uuid4()),
            "pipeline_id": pipeline["pipeline_id"],
            "number": int(known[0]["number"]) + 1 if known else 1,
            "state": "QUEUED",
            "cause": request.get("cause") or "API_CALL",
            "creation_time": int(time.time() * 1000),
            "full_refresh": bool(request.get("full_refresh")),
            "full_refresh_selection": list(request.get("full_refresh_selection") or []),
            "refresh_selection": list(request.get("refresh_selection") or []),
            "validate_only": bool(request.get("validate_only")),
            "config": pipeline["spec"],
        }
        self._state.put("update", f"{update['pipeline_id']}/{update['update_id']}", update)
        return update

    def _end_orphan(self, update: Document) -> None:
        stopping = update["state"] == "STOPPING"
        record = Record(self._workspace, {"spec": update["config"], **update}, update)
        if stopping:
            record.progress("CANCELED")
        else:
            record.fail("The update was lost because the workspace was restarted.")


class Record:
    """Writes an update's state and events."""

    def __init__(self, workspace: LocalWorkspace, pipeline: Document, update: Document) -> None:
        self._state = workspace.state
        self.update = update
        self._log = EventLog(workspace.state, update["pipeline_id"])
        self._origin = {
            "cloud": "AWS",
            "region": "local",
            "org_id": 0,
            "pipeline_type": "WORKSPACE",
            "pipeline_id": update["pipeline_id"],
            "pipeline_name": pipeline["spec"].get("name", ""),
            "update_id": update["update_id"],
            "request_id": update["update_id"],
        }

    def created(self, user: str) -> None:
        shown = ("cause", "full_refresh", "full_refresh_selection", "refresh_selection")
        details = {name: self.update[name] for name in (*shown, "validate_only", "config")}
        self.event(
            {
                "event_type": "create_update",
                "level": "INFO",
                "message": f"Update {self._short} started by {self.update['cause']} ({user}).",
                "details": {"create_update": details},
            }
        )

    def progress(self, state: str) -> None:
        self.event(
            {
                "event_type": "update_progress",
                "level": "INFO",
                "message": f"Update {self._short} is {state}.",
                "details": {"update_progress": {"state": state}},
            }
        )

    def fail(self, message: str, class_name: str = "java.lang.IllegalStateException") -> None:
        exception = {"class_name": class_name, "message": message, "stack": []}
        self.event(
            {
                "event_type": "update_progress",
                "level": "ERROR",
                "message": f"Update {self._short} is FAILED.",
                "details": {"update_progress": {"state": "FAILED"}},
                "error": {"fatal": True, "exceptions": [exception]},
            }
        )

    def event(self, event: Mapping[str, Any]) -> None:
        """Adds an event; one of the update's progress sets its state, which never leaves an end."""
        state = (event.get("details") or {}).get("update_progress", {}).get("state")
        if state and self.update["state"] not in ENDED:
            self.update["state"] = state
            key = f"{self.update['pipeline_id']}/{self.update['update_id']}"
            self._state.put("update", key, self.update)
        self._log.add(event, self._origin)

    @property
    def _short(self) -> str:
        return str(self.update["update_id"])[:6]


def whole_events(lines: Iterable[bytes]) -> Iterator[Document]:
    """What a process tells, an event a line. One that is killed may leave a part of its last."""
    return (json.loads(line) for line in lines if line.endswith(b"\n"))


class Child:
    """The process of one update and the thread that listens to it."""

    def __init__(
        self,
        workspace: LocalWorkspace,
        pipeline: Document,
        update: Document,
        user: str,
        launcher: Launcher,
    ) -> None:
        self._workspace = workspace
        self._pipeline = pipeline
        self._user = user
        self._launcher = launcher
        self._record = Record(workspace, pipeline, dict(update))
        self._process: Running | None = None
        self._code: int | None = None
        self._stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def stop(self) -> None:
        if not self._stopping.is_set():
            self._stopping.set()
            self._record.progress("STOPPING")
        if self._process is not None:
            self._process.stdin.close()

    def _run(self) -> None:
        record = self._record
        record.created(self._user)
        record.progress("WAITING_FOR_RESOURCES")
        try:
            job = make_job(self._workspace, self._pipeline, record.update)
            if faults.take_hang(self._workspace):
                self._hang()
            else:
                self._listen(job)
        except ApiError as error:
            record.fail(
                error.message, "com.databricks.pipelines.common.errors.DLTAnalysisException"
            )
        except SqlError as error:
            record.fail(error.message, "com.databricks.sql.UnityCatalogServiceException")
        except Exception as error:
            record.fail(f"{type(error).__name__}: {error}")
        if record.update["state"] not in ENDED:
            self._end()

    def _hang(self) -> None:
        """An update that never gets further."""
        self._record.progress("INITIALIZING")
        self._record.progress("RUNNING")
        self._stopping.wait()

    def _listen(self, job: Job) -> None:
        folder = job.storage / "updates"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{job.update_id}.json"
        path.touch(0o600)
        path.write_text(job.dump(), encoding="utf-8")
        self._process = self._launcher.start(path, path.with_suffix(".log"))
        if self._stopping.is_set():
            self.stop()
        for event in whole_events(self._process.stdout):
            if not self._stopping.is_set():
                self._record.event(event)
        self._code = self._process.wait()

    def _end(self) -> None:
        """The child is gone without a last word."""
        if self._stopping.is_set():
            self._record.progress("CANCELED")
            return
        self._record.fail(f"The pipeline's process ended unexpectedly with exit code {self._code}.")


_all: WeakKeyDictionary[LocalWorkspace, Updates] = WeakKeyDictionary()
_all_lock = threading.Lock()


def updates(workspace: LocalWorkspace) -> Updates:
    """The updates of a workspace: one object for each that runs."""
    with _all_lock:
        if workspace not in _all:
            _all[workspace] = Updates(workspace)
        return _all[workspace]
