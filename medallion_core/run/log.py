"""What the service says of a pipeline's updates: which there are, and their events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from medallion_core.run.events import Told
from medallion_core.workspace import Workspace
from medallion_core.workspace.errors import remote_errors

if TYPE_CHECKING:
    from databricks.sdk.service.pipelines import UpdateInfo

EVENTS_A_PAGE = 250
"""The most that the service gives at once."""

ENDED = frozenset({"COMPLETED", "FAILED", "CANCELED"})


@dataclass
class EventLog:
    """The events of one update as far as they were read: what they tell, and their ids, so that
    each counts once. ``read_events`` adds what is new."""

    pipeline_id: str
    update_id: str
    told: Told = field(default_factory=Told)
    _seen: set[str] = field(default_factory=set, init=False)
    _last: str = field(default="", init=False)

    def add(self, events: Sequence[dict[str, Any]]) -> None:
        for event in events:
            if event["id"] not in self._seen:
                self._seen.add(event["id"])
                self._last = event["timestamp"]
                self.told.add(event)

    @property
    def filter(self) -> str:
        """In the words of the service's filter, which knows timestamp, id, update_id and level.
        The last moment is read again, since events may share it."""
        wanted = f"update_id = '{self.update_id}'"
        return f"{wanted} AND timestamp >= '{self._last}'" if self._last else wanted


def read_events(ws: Workspace, log: EventLog) -> None:
    """Adds the events that are newer than the log's. ``page_token`` excludes the filter."""
    path = f"/api/2.0/pipelines/{log.pipeline_id}/events"
    query: dict[str, Any] = {"filter": log.filter, "order_by": ["timestamp asc"]}
    while True:
        with remote_errors("Reading the events of the run"):
            page = ws.client.api_client.do(
                "GET", path, query={**query, "max_results": EVENTS_A_PAGE}
            )
        answer = page if isinstance(page, dict) else {}
        log.add(answer.get("events") or [])
        if not answer.get("next_page_token"):
            return
        query = {"page_token": answer["next_page_token"]}


def active_update(ws: Workspace, pipeline_id: str) -> str | None:
    """The id of the update that is running, None where none is."""
    latest = latest_update(ws, pipeline_id)
    return latest.update_id if latest and update_state(latest) not in ENDED else None


def latest_update(ws: Workspace, pipeline_id: str) -> UpdateInfo | None:
    """The newest update, validations included; None before the first."""
    updates = recent_updates(ws, pipeline_id, limit=1)
    return updates[0] if updates else None


def recent_updates(ws: Workspace, pipeline_id: str, limit: int) -> list[UpdateInfo]:
    """Newest first, validations included."""
    with remote_errors("Listing the updates of the pipeline"):
        answer = ws.client.pipelines.list_updates(pipeline_id, max_results=limit)
    return answer.updates or []


def begun_at(update: UpdateInfo) -> datetime | None:
    """When the update was asked for."""
    created = update.creation_time
    return datetime.fromtimestamp(created / 1000, UTC) if created else None


def update_state(update: UpdateInfo) -> str:
    """The service's word for it: ``RUNNING``."""
    return update.state.value if update.state else "CREATED"
