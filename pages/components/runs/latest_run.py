"""The latest update of the pipeline, live, with what can be started and stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from medallion_core.model import Design
from medallion_core.run import active_update, begun_at, latest_update
from medallion_core.tables.inventory import pipeline_tables
from pages.components.deploy.deployments import Running, what_runs
from pages.components.frame.connection import as_app
from pages.components.frame.text import empty_state
from pages.components.runs.buttons import show_run_buttons
from pages.components.runs.code import show_code_changes
from pages.components.runs.view import last_status, show_run

if TYPE_CHECKING:
    from databricks.sdk.service.pipelines import UpdateInfo


def show_latest_run(design: Design) -> None:
    """Nothing where there is no pipeline yet."""
    running = what_runs(design)
    if running is None:
        return
    show_code_changes(running)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("Run", width="content")
        latest = show_controls(running)
    if latest is not None:
        show_run(running.design_at(begun_at(latest)), running.pipeline_id, latest.update_id or "")
    else:
        empty_state("Deployed, not run yet", "Run it: the tables are filled and checked here.")


def show_controls(running: Running) -> UpdateInfo | None:
    """The buttons that fit the latest update; returns it, None where there is none."""
    latest = latest_update(as_app(), running.pipeline_id)
    status = last_status(latest.update_id or "") if latest else None
    active = None if status and status.ended else active_update(as_app(), running.pipeline_id)
    made = pipeline_tables(running.design)
    failed = [t.name for t in status.tables if t.state == "FAILED"] if status else []
    show_run_buttons(running.design, active, [name for name in failed if name in made])
    return latest
