"""Updates of the past, read in full once: what has ended does not change."""

from __future__ import annotations

import streamlit as st

from medallion_core.model import Design
from medallion_core.run import RunStatus, read_run
from pages.components.frame.connection import as_app


def read_past_run(design: Design, pipeline_id: str, run: RunStatus) -> RunStatus:
    """``run`` with its tables and events."""
    read: dict[str, RunStatus] = st.session_state.setdefault("past_runs_read", {})
    if run.update_id in read:
        return read[run.update_id]
    full = read_run(as_app(), design, pipeline_id, run.update_id)
    if full.ended:
        read[run.update_id] = full
    return full
