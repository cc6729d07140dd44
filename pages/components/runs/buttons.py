"""Starting and stopping updates. A click is a job, which starts one; the next waits for its end."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from medallion_core.builder import Builder
from medallion_core.errors import MedallionError
from medallion_core.job import Wish
from medallion_core.model import Design
from medallion_core.tables.inventory import pipeline_tables
from pages.components.deploy.deployments import is_busy, start_run
from pages.components.frame.connection import asker
from pages.components.frame.text import count, show_error

_REFUSED = "stop_refused"


def show_run_buttons(design: Design, active: str | None, failed: Sequence[str]) -> None:
    """``active`` is the update that goes on; ``failed`` are the tables that failed last."""
    with st.container(horizontal=True):
        if active:
            st.button("Stop", icon=":material/stop:", on_click=stop, args=(design,))
        else:
            _start_button("Run", ":material/play_arrow:", design, Wish())
            if failed:
                label = f"Run {count(len(failed), 'failed table')}"
                wish = Wish(only=tuple(failed))
                _start_button(label, ":material/replay:", design, wish)
            with st.popover("Full refresh", icon=":material/restart_alt:"):
                _show_refresh(design)
    refusal: MedallionError | None = st.session_state.pop(_REFUSED, None)
    if refusal is not None:
        show_error(refusal)


def _show_refresh(design: Design) -> None:
    st.caption("Empties the tables and reads everything again. Streams lose what is gone.")
    chosen = st.multiselect("Tables", pipeline_tables(design), key="refresh_tables")
    if chosen:
        label, wish = f"Refresh {count(len(chosen), 'table')}", Wish(again=tuple(chosen))
        _start_button(label, ":material/restart_alt:", design, wish)
    elif st.checkbox("Every table: what their sources no longer hold is lost", key="refresh_all"):
        _start_button("Refresh all tables", ":material/restart_alt:", design, Wish(all_again=True))


def _start_button(label: str, icon: str, design: Design, wish: Wish) -> None:
    st.button(
        label,
        icon=icon,
        type="primary" if wish == Wish() else "secondary",
        on_click=start_run,
        args=(design, wish),
        disabled=is_busy(design),
    )


def stop(design: Design) -> None:
    try:
        Builder(asker()).stop(design.settings.pipeline_name)
    except MedallionError as error:
        st.session_state[_REFUSED] = error
