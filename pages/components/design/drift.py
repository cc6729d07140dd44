"""Whether the sources have changed since the design was made, and the design that follows them."""

from __future__ import annotations

import streamlit as st

from medallion_core.builder import Builder
from medallion_core.edit.drift import Drift, follow_drift
from medallion_core.model import Design
from pages.components.frame.connection import asker
from pages.components.frame.session import keep_edit
from pages.components.frame.text import errors_shown, plain

_FOUND = "drift_found"


def show_drift(design: Design) -> None:
    """Asked for by a click: one statement for all tables, one more for each folder of files. What
    was found of another design says nothing of this one."""
    name = design.settings.pipeline_name
    if st.button("Check for schema drift", icon=":material/sync_problem:"):
        with errors_shown(), st.spinner("Comparing the sources with the design"):
            st.session_state[_FOUND] = (name, Builder(asker()).drift(design))
    of, found = st.session_state.get(_FOUND, ("", []))
    if of != name:
        return
    if not found:
        st.success("The sources are as they were.", icon=":material/check:")
    for number, drift in enumerate(found):
        _show_change(drift, number)


def _show_change(drift: Drift, number: int) -> None:
    types = " → ".join(filter(None, [drift.before, drift.now]))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{plain(f'{drift.entity}.{drift.column}')}** is {drift.kind.value}: {plain(types)}",
            width="content",
        )
        if st.button("Take it over", key=f"drift_{number}"):
            with errors_shown():
                keep_edit(lambda now: follow_drift(now, drift))
                name, found = st.session_state[_FOUND]
                st.session_state[_FOUND] = (name, [each for each in found if each != drift])
                st.rerun()
