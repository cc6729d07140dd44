"""The latest update of the pipeline, live, with what can be started and stopped."""

from __future__ import annotations

import streamlit as st

from medallion_core.model import Design
from medallion_core.run import active_update, latest_update
from pages.components.deploy.deployments import what_runs
from pages.components.frame.connection import as_app
from pages.components.frame.text import empty_state
from pages.components.runs.buttons import show_run_buttons
from pages.components.runs.code import show_code_changes
from pages.components.runs.view import last_status, show_run


def show_latest_run(design: Design) -> None:
    """Nothing where there is no pipeline yet."""
    running = what_runs(design)
    if running is None:
        return
    st.subheader("Run")
    show_code_changes(running)
    update_id = show_controls(running.design, running.pipeline_id)
    if update_id:
        show_run(running.design, running.pipeline_id, update_id)
    else:
        empty_state("Deployed, not run yet", "Run it: the tables are filled and checked here.")


def show_controls(design: Design, pipeline_id: str) -> str:
    """The buttons that fit the latest update; returns its id, empty where there is none."""
    latest = latest_update(as_app(), pipeline_id)
    update_id = (latest.update_id or "") if latest else ""
    status = last_status(update_id)
    active = None if status and status.ended else active_update(as_app(), pipeline_id)
    failed = [t.name for t in status.tables if t.state == "FAILED"] if status else []
    show_run_buttons(design, active, failed)
    return update_id
