"""A run is read once for all who look at it, and less often the longer it lasts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from medallion_core.run import RunStatus
from pages.components.runs import watching
from pages.components.runs.watching import Watcher, pause
from tests.pages.designs import shop_design

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_browsers_that_look_at_once_read_the_run_once(monkeypatch: pytest.MonkeyPatch) -> None:
    logs: list[object] = []

    def read_run(*given: object) -> RunStatus:
        logs.append(given[-1])
        return RunStatus("p", "u", "RUNNING")

    clock = [100.0]
    monkeypatch.setattr(watching, "read_run", read_run)
    monkeypatch.setattr(watching, "as_app", lambda: None)
    monkeypatch.setattr(watching.time, "monotonic", lambda: clock[0])
    watcher, design = Watcher("p", "u"), shop_design()
    assert watcher.look(design) is watcher.look(design)
    assert len(logs) == 1
    clock[0] += watching.POLL_SECONDS
    watcher.look(design)
    assert len(logs) == 2
    assert logs[0] is logs[1], "what was read before is not read again"


@pytest.mark.parametrize(
    ("minutes", "state", "seconds"),
    [(0, "RUNNING", 1), (5, "RUNNING", 5), (600, "RUNNING", 15), (600, "COMPLETED", 1)],
)
def test_a_long_run_is_asked_for_less_often(minutes: int, state: str, seconds: float) -> None:
    status = RunStatus("p", "u", state, started_at=NOW - timedelta(minutes=minutes))
    assert pause(status, NOW) == seconds
