"""Updates of the past, read in full once: what has ended does not change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from medallion_core.model import AppliedFix
from medallion_core.run import RunStatus, read_run
from pages.components.deploy.deployments import Running
from pages.components.frame.connection import as_app
from pages.components.frame.typed import Row

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def moment(text: str) -> datetime | None:
    """None for what somebody wrote into the file that is no moment."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def mended_after(
    run: RunStatus, runs: Sequence[RunStatus], fixes: Sequence[AppliedFix]
) -> list[AppliedFix]:
    """What was mended between a failed ``run`` and the next of ``runs``."""
    if run.state != "FAILED" or run.started_at is None:
        return []
    began = run.started_at.replace(microsecond=0)
    later = [other.started_at for other in runs if (other.started_at or _LONG_AGO) > run.started_at]
    until = min(filter(None, later), default=datetime.max.replace(tzinfo=UTC))
    return [fix for fix in fixes if began <= (moment(fix.applied_at) or _LONG_AGO) <= until]


def read_past_run(running: Running, run: RunStatus) -> RunStatus:
    """``run`` with its tables and events, by what was deployed when it began. Raises
    MedallionError where that design cannot be read."""
    read: dict[str, RunStatus] = st.session_state.setdefault("past_runs_read", {})
    if run.update_id in read:
        return read[run.update_id]
    design = running.design_at(run.started_at)
    full = read_run(as_app(), design, running.pipeline_id, run.update_id)
    if full.ended:
        read[run.update_id] = full
    return full


def run_row(run: RunStatus, mended: Sequence[AppliedFix] = ()) -> Row:
    checks = [e for table in run.tables for e in table.expectations]
    passed, failed = sum(e.passed for e in checks), sum(e.failed for e in checks)
    return {
        "started": run.started_at,
        "state": f"{run.state}, then mended" if mended else run.state,
        "seconds": run.seconds,
        "rows": sum(table.rows_written for table in run.tables),
        "dropped": sum(table.rows_dropped for table in run.tables),
        "broken": failed,
        "passed": passed / (passed + failed) if passed + failed else None,
        "kind": "full refresh" if run.full_refresh else "validate" if run.validate_only else "",
        "update": run.update_id,
    }
