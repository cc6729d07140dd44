"""Watching an update over the service's real limits: pages, filters, retries, silence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from databricks.sdk.errors import ResourceConflict
from databricks.sdk.service.pipelines import (
    GetUpdateResponse,
    ListUpdatesResponse,
    StartUpdateResponse,
    UpdateInfo,
    UpdateInfoCause,
    UpdateInfoState,
)

from medallion_core.errors import MedallionError
from medallion_core.model import Design, Settings
from medallion_core.run import (
    STUCK_AFTER,
    RunStatus,
    run_status,
    start_run,
    validate_run,
    watch_run,
)
from medallion_core.run import events as run_events
from medallion_core.run.events import told
from medallion_core.run.log import EventLog, read_events
from medallion_core.workspace import Workspace

DESIGN = Design(Settings("sales", "main", "gold"))


class Service:
    """Answers the calls that ``run`` makes from a script: ``states`` of updates by id, a list
    each that is played one call at a time, and pages of events."""

    def __init__(
        self,
        states: dict[str, list[UpdateInfoState]],
        pages: list[dict[str, Any]] | None = None,
        causes: dict[str, UpdateInfoCause] | None = None,
    ) -> None:
        self._states = states
        self._pages = pages or [{}]
        self._causes = causes or {}
        self.queries: list[dict[str, Any]] = []
        self.client = SimpleNamespace(
            pipelines=SimpleNamespace(
                get_update=self.get_update,
                list_updates=self.list_updates,
                start_update=self.start_update,
            ),
            api_client=SimpleNamespace(do=self.do),
        )

    def as_workspace(self) -> Workspace:
        return cast(Workspace, self)

    def info(self, update_id: str) -> UpdateInfo:
        return UpdateInfo(
            update_id=update_id,
            pipeline_id="p",
            state=self._states[update_id][0],
            cause=self._causes.get(update_id),
        )

    def get_update(self, pipeline_id: str, update_id: str) -> GetUpdateResponse:
        info = self.info(update_id)
        if len(self._states[update_id]) > 1:
            self._states[update_id].pop(0)
        return GetUpdateResponse(update=info)

    def list_updates(self, pipeline_id: str, max_results: int) -> ListUpdatesResponse:
        newest_first = list(reversed(self._states))
        return ListUpdatesResponse(updates=[self.info(name) for name in newest_first[:max_results]])

    def start_update(self, pipeline_id: str, **options: Any) -> None:
        raise ResourceConflict("An active update already exists.")

    def do(self, method: str, path: str, query: dict[str, Any]) -> dict[str, Any]:
        self.queries.append(query)
        return self._pages.pop(0) if len(self._pages) > 1 else self._pages[0]


def event(number: int, message: str = "") -> dict[str, Any]:
    return {
        "id": str(number),
        "timestamp": f"2026-03-01T10:00:{number:02d}.000Z",
        "level": "INFO",
        "message": message,
    }


def no_sleep(waits: list[float]) -> Callable[[float], None]:
    return waits.append


def test_later_pages_are_asked_for_by_token_alone_and_events_count_once() -> None:
    service = Service(
        {}, [{"events": [event(1), event(2)], "next_page_token": "t"}, {"events": [event(2)]}, {}]
    )
    log = EventLog("p", "u1")
    read_events(service.as_workspace(), log)
    assert service.queries[0]["filter"] == "update_id = 'u1'"
    assert set(service.queries[1]) == {"page_token", "max_results"}
    assert [line.id for line in log.told.lines] == ["1", "2"]


def test_a_second_look_asks_only_for_what_is_newer() -> None:
    service = Service({}, [{"events": [event(1), event(7)]}, {}])
    log = EventLog("p", "u1")
    read_events(service.as_workspace(), log)
    read_events(service.as_workspace(), log)
    assert service.queries[1]["filter"] == (
        "update_id = 'u1' AND timestamp >= '2026-03-01T10:00:07.000Z'"
    )


def test_a_look_takes_in_new_events_only_and_keeps_none_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: list[str] = []
    take_in = run_events._take_in
    monkeypatch.setattr(
        run_events, "_take_in", lambda found, each: (taken.append(each["id"]), take_in(found, each))
    )
    progress = {"details": {"flow_progress": {"metrics": {"num_output_rows": 5}}}}
    of = {"origin": {"dataset_name": "sales"}}
    service = Service(
        {},
        [{"events": [event(1) | progress | of]}, {"events": [event(1) | progress | of, event(2)]}],
    )
    log = EventLog("p", "u1")
    for _ in range(2):
        read_events(service.as_workspace(), log)
    assert taken == ["1", "2"]
    assert log.told.tables["sales"].rows_written == 5


def test_tables_are_those_expected_and_those_that_were_written() -> None:
    view = {"output_dataset": "checked", "input_datasets": []}
    extra = {"flow_name": "by_hand", "dataset_name": "by_hand"}
    events = [
        {**event(1), "details": {"flow_definition": view}},
        {**event(2), "origin": extra, "details": {"flow_progress": {"status": "RUNNING"}}},
    ]
    update = UpdateInfo(update_id="u1", state=UpdateInfoState.RUNNING)
    tables = run_status(update, told(events), ["bronze_sales"]).tables
    assert [(table.name, table.state) for table in tables] == [
        ("bronze_sales", "QUEUED"),
        ("by_hand", "RUNNING"),
    ]


def test_watching_ends_with_the_update() -> None:
    states = [UpdateInfoState.QUEUED, UpdateInfoState.RUNNING, UpdateInfoState.COMPLETED]
    waits: list[float] = []
    watched = watch_run(
        Service({"u1": states}).as_workspace(), DESIGN, "p", "u1", sleep=no_sleep(waits)
    )
    assert [status.state for status in watched] == ["QUEUED", "RUNNING", "COMPLETED"]
    assert len(waits) == 2


def test_a_retry_of_the_platform_is_followed() -> None:
    service = Service(
        {"u1": [UpdateInfoState.FAILED], "u2": [UpdateInfoState.COMPLETED]},
        causes={"u2": UpdateInfoCause.RETRY_ON_FAILURE},
    )
    watched = watch_run(service.as_workspace(), DESIGN, "p", "u1", sleep=no_sleep([]))
    assert [(status.update_id, status.state) for status in watched] == [
        ("u1", "FAILED"),
        ("u2", "COMPLETED"),
    ]


def test_an_active_update_is_named() -> None:
    service = Service({"u9": [UpdateInfoState.RUNNING]})
    with pytest.raises(MedallionError, match="u9") as raised:
        start_run(service.as_workspace(), "p")
    assert raised.value.code == "UPDATE_ACTIVE"


def test_a_validation_is_repeated_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    service, asked = Service({}), []

    def start(pipeline_id: str, **options: Any) -> StartUpdateResponse:
        asked.append({name: value for name, value in options.items() if value})
        service._states["v1"] = [UpdateInfoState.COMPLETED]
        return StartUpdateResponse(update_id="v1")

    monkeypatch.setattr(service.client.pipelines, "start_update", start)
    validate_run(service.as_workspace(), DESIGN, "p")
    assert asked == [{"validate_only": True, "development": True}]


@pytest.mark.parametrize(
    ("state", "silence", "stuck"),
    [
        ("RUNNING", STUCK_AFTER + timedelta(seconds=1), True),
        ("RUNNING", STUCK_AFTER, False),
        ("FAILED", STUCK_AFTER * 2, False),
    ],
)
def test_silence_is_told_from_work(state: str, silence: timedelta, stuck: bool) -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    status = RunStatus("p", "u", state, last_event_at=now - silence)
    assert status.is_stuck(now) is stuck
