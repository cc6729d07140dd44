"""Runs of the past: judged by what they ran, and what was mended after them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from medallion_core.model import AppliedFix
from medallion_core.run import RunStatus
from pages.components.runs.charts import bars_of
from pages.components.runs.past_runs import mended_after, moment, run_row

START = datetime(2026, 1, 2, 3, 0, 0, 500_000, UTC)


def run(number: int, state: str) -> RunStatus:
    began = START + timedelta(minutes=10 * number)
    return RunStatus("p1", f"u{number}", state, started_at=began)


def fix(minutes: float, change: str) -> AppliedFix:
    at = (START + timedelta(minutes=minutes)).isoformat(timespec="seconds")
    return applied(change, at)


def applied(change: str, at: str) -> AppliedFix:
    return AppliedFix(
        failure="CODE",
        subject="silver_orders",
        change=change,
        reason="why",
        applied_at=at,
        consent="",
    )


RUNS = [run(2, "COMPLETED"), run(1, "FAILED"), run(0, "FAILED")]
FIXES = [fix(3, "first"), fix(12, "second"), fix(18, "third"), applied("no moment", "once")]


def test_a_failed_run_says_what_was_mended_before_the_next() -> None:
    told = {r.update_id: [f.change for f in mended_after(r, RUNS, FIXES)] for r in RUNS}
    assert told == {"u2": [], "u1": ["second", "third"], "u0": ["first"]}
    assert run_row(RUNS[1], FIXES[:1])["state"] == "FAILED, then mended"
    assert run_row(RUNS[1])["state"] == "FAILED"


def test_a_bar_is_called_by_when_its_run_began_and_what_became_of_it() -> None:
    rows = [run_row(RUNS[0]), run_row(RUNS[0]), run_row(RUNS[1], FIXES[:1])]
    unshown = [rows[0] | {"kind": "validate"}, rows[0] | {"started": None}]
    bars = list(bars_of([*unshown, *rows], ZoneInfo("Asia/Kolkata")))
    assert [bar["run"] for bar in bars] == [
        "01-02 08:40\nfailed",
        "01-02 08:50\ncompleted",
        "01-02 08:50\ncompleted 2",
    ]
    assert (bars[0]["began"], bars[0]["state"]) == ("2026-01-02 08:40:00", "failed, then mended")
    assert [bar["update"] for bar in bars] == ["u1", "u2", "u2"]


def test_what_is_no_moment_is_none() -> None:
    assert moment("once") is None
    assert moment("2026-01-02T03:04:05") == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
