"""An update of the pipeline: started, watched, stopped, judged.

Nothing is kept here but what the service says: any page, process or person that knows the
pipeline can watch the same update.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.run.events import (
    RunError,
    RunEvent,
    TableRun,
    Told,
)
from medallion_core.run.log import (
    ENDED,
    EventLog,
    active_update,
    begun_at,
    latest_update,
    read_events,
    recent_updates,
    update_state,
)
from medallion_core.tables.inventory import pipeline_tables
from medallion_core.workspace import Workspace
from medallion_core.workspace.errors import patiently, remote_errors

if TYPE_CHECKING:
    from databricks.sdk.service.pipelines import UpdateInfo

POLL_SECONDS = 2.0
STUCK_AFTER = timedelta(minutes=20)
"""Serverless compute may take minutes to come; a longer silence deserves a look."""

IDLE_WITHIN_SECONDS = 120
RETRY_WITHIN_SECONDS = 10


@dataclass(frozen=True, slots=True)
class RunStatus:
    """What is known of one update. ``tables`` holds every expected table, those that no event
    has named yet as QUEUED, and what else the pipeline writes; views write nothing."""

    pipeline_id: str
    update_id: str
    state: str
    _: KW_ONLY
    cause: str = ""
    full_refresh: bool = False
    validate_only: bool = False
    tables: tuple[TableRun, ...] = ()
    errors: tuple[RunError, ...] = ()
    events: tuple[RunEvent, ...] = ()
    started_at: datetime | None = None
    ended_at: datetime | None = None
    last_event_at: datetime | None = None

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def seconds(self) -> float | None:
        """None while it runs."""
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()

    def is_stuck(self, now: datetime) -> bool:
        """Whether an update that has not ended has been silent for too long."""
        last = self.last_event_at or self.started_at
        return not self.ended and last is not None and now - last > STUCK_AFTER


def start_run(
    ws: Workspace,
    pipeline_id: str,
    *,
    full_refresh: bool = False,
    refresh: Sequence[str] = (),
    full_refresh_selection: Sequence[str] = (),
    validate_only: bool = False,
    development: bool = False,
) -> str:
    """Starts an update and returns its id. The selections name tables. ``development`` keeps the
    compute for the next one and lets the platform repeat nothing by itself, which is right where
    a failure is looked into at once.
    https://docs.databricks.com/api/workspace/pipelines/startupdate

    Raises MedallionError UPDATE_ACTIVE where one is running already.
    """
    _require_idle(ws, pipeline_id)
    asked: dict[str, Any] = {
        "full_refresh": full_refresh or None,
        "refresh_selection": list(refresh) or None,
        "full_refresh_selection": list(full_refresh_selection) or None,
        "validate_only": validate_only or None,
    }
    try:
        with remote_errors("Starting the update"):
            started = ws.client.pipelines.start_update(
                pipeline_id, **asked, development=development or None
            )
    except MedallionError:
        # A call whose answer was lost is sent again, and finds the update that it started.
        latest = latest_update(ws, pipeline_id)
        if latest and latest.update_id and _is_as_asked(latest, asked):
            return latest.update_id
        _require_idle(ws, pipeline_id)
        raise
    return started.update_id or ""


def _require_idle(ws: Workspace, pipeline_id: str) -> None:
    active = active_update(ws, pipeline_id)
    if active is not None:
        raise MedallionError(
            "UPDATE_ACTIVE",
            f"The pipeline is already running update {active}.",
            "Watch that one, or stop it first.",
        )


def _is_as_asked(update: UpdateInfo, asked: dict[str, Any]) -> bool:
    active = update_state(update) not in ENDED
    return active and all((getattr(update, name) or None) == value for name, value in asked.items())


def stop_run(ws: Workspace, pipeline_id: str) -> None:
    """Asks for the active update to be canceled; does not wait for it."""
    with remote_errors("Stopping the pipeline"):
        ws.client.pipelines.stop(pipeline_id)


def read_run(
    ws: Workspace,
    design: Design,
    pipeline_id: str,
    update_id: str,
    log: EventLog | None = None,
) -> RunStatus:
    """What is known now. With the ``log`` of an earlier call only newer events are fetched."""
    with remote_errors("Reading the update"):
        update = ws.client.pipelines.get_update(pipeline_id, update_id).update
    if update is None:
        raise MedallionError("UPDATE_NOT_FOUND", f"The pipeline has no update {update_id}.")
    log = log or EventLog(pipeline_id, update_id)
    read_events(ws, log)
    return run_status(update, log.told, pipeline_tables(design))


def run_status(update: UpdateInfo, told: Told, expected: Sequence[str]) -> RunStatus:
    """An update and what its events tell as one picture. Pure."""
    found = told.tables
    others = {name: table for name, table in found.items() if table.state != "QUEUED"}
    tables = {name: found.get(name, TableRun(name)) for name in expected} | others
    state = update_state(update)
    return RunStatus(
        pipeline_id=update.pipeline_id or "",
        update_id=update.update_id or "",
        state=state,
        cause=update.cause.value if update.cause else "",
        full_refresh=bool(update.full_refresh),
        validate_only=bool(update.validate_only),
        tables=tuple(tables.values()),
        errors=told.errors,
        events=tuple(told.lines),
        started_at=begun_at(update) or told.first_at,
        ended_at=told.last_at if state in ENDED else None,
        last_event_at=told.last_at,
    )


def watch_run(
    ws: Workspace,
    design: Design,
    pipeline_id: str,
    update_id: str,
    *,
    poll_seconds: float = POLL_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
    tell: Callable[[str], None] | None = None,
) -> Iterator[RunStatus]:
    """The update's states until it has ended. A retry that the platform starts is followed, and
    a service that is out of reach for a while is waited for; ``tell`` hears of it."""
    while True:
        look = partial(
            read_run, ws, design, pipeline_id, update_id, EventLog(pipeline_id, update_id)
        )
        status = patiently(look, tell)
        yield status
        while not status.ended:
            sleep(poll_seconds)
            status = patiently(look, tell)
            yield status
        retry = _retry_of(ws, status, sleep, tell)
        if retry is None:
            return
        update_id = retry


def run_all(
    ws: Workspace,
    design: Design,
    pipeline_id: str,
    *,
    full_refresh: bool = False,
    again: Sequence[str] = (),
    development: bool = False,
) -> str:
    """Starts an update of every table, those in ``again`` in full, and returns its id.

    A selection leaves out what it does not name, so the others are named with it.
    """
    if full_refresh or not again:
        return start_run(ws, pipeline_id, full_refresh=full_refresh, development=development)
    others = [table for table in pipeline_tables(design) if table not in again]
    return start_run(
        ws,
        pipeline_id,
        refresh=others,
        full_refresh_selection=again,
        development=development,
    )


def validate_run(
    ws: Workspace, design: Design, pipeline_id: str, *, poll_seconds: float = POLL_SECONDS
) -> RunStatus:
    """An update that resolves every dataset and writes none, to its end."""
    update_id = start_run(ws, pipeline_id, validate_only=True, development=True)
    *_, status = watch_run(ws, design, pipeline_id, update_id, poll_seconds=poll_seconds)
    return status


def wait_until_idle(
    ws: Workspace,
    pipeline_id: str,
    *,
    seconds: float = IDLE_WITHIN_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Returns when the pipeline has come to rest, or after ``seconds``: the verdict says which."""
    waited = 0.0
    while waited < seconds:
        state = patiently(lambda: _pipeline_state(ws, pipeline_id))
        if state in ("IDLE", "FAILED"):
            return
        sleep(POLL_SECONDS)
        waited += POLL_SECONDS


def _pipeline_state(ws: Workspace, pipeline_id: str) -> str:
    with remote_errors("Reading the state of the pipeline"):
        state = ws.client.pipelines.get(pipeline_id).state
    return state.value if state else ""


def list_runs(ws: Workspace, pipeline_id: str, limit: int = 25) -> list[RunStatus]:
    """Past updates, newest first, without their tables and events: ``read_run`` has those."""
    return [run_status(update, Told(), []) for update in recent_updates(ws, pipeline_id, limit)]


def _retry_of(
    ws: Workspace,
    status: RunStatus,
    sleep: Callable[[float], None],
    tell: Callable[[str], None] | None,
) -> str | None:
    """The update by which the platform retries a failed one, if it does so soon."""
    if status.state != "FAILED" or status.validate_only:
        return None
    for attempt in range(2):
        latest = patiently(lambda: latest_update(ws, status.pipeline_id), tell)
        cause = latest.cause.value if latest and latest.cause else ""
        if latest and latest.update_id != status.update_id and cause == "RETRY_ON_FAILURE":
            return latest.update_id
        if attempt == 0 and _may_be_retried(status):
            sleep(RETRY_WITHIN_SECONDS)
    return None


def _may_be_retried(status: RunStatus) -> bool:
    """The platform says of a retry in the log before it starts one."""
    return any("retry" in event.message.lower() for event in status.events)
