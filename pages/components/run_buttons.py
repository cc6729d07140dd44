"""Starting and stopping updates. Each click starts one; the service refuses a second."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from medallion_core.errors import MedallionError
from medallion_core.generate import expected_tables
from medallion_core.model import Design
from medallion_core.run import start_run, stop_run
from pages.components.connection import as_app
from pages.components.text import count

_REFUSED = "run_refused"


def show_run_buttons(
    design: Design, pipeline_id: str, active: str | None, failed: Sequence[str] = ()
) -> None:
    """``active`` is the update that goes on; ``failed`` are the tables that failed last."""
    with st.container(horizontal=True):
        if active:
            st.button("Stop", icon=":material/stop:", on_click=stop, args=(pipeline_id,))
        else:
            _start_button("Run", ":material/play_arrow:", pipeline_id, primary=True)
            if failed:
                label = f"Run {count(len(failed), 'failed table')}"
                _start_button(label, ":material/replay:", pipeline_id, refresh=tuple(failed))
            _show_refresh(design, pipeline_id)
    refusal: MedallionError | None = st.session_state.pop(_REFUSED, None)
    if refusal is not None:
        raise refusal


def _show_refresh(design: Design, pipeline_id: str) -> None:
    with st.popover("Full refresh", icon=":material/restart_alt:"):
        st.caption("Empties the tables and reads everything again. Streams lose what is gone.")
        chosen = st.multiselect("Tables", expected_tables(design), key="refresh_tables")
        if chosen:
            label = f"Refresh {count(len(chosen), 'table')}"
            _start_button(label, ":material/restart_alt:", pipeline_id, full=tuple(chosen))
        else:
            _start_button("Refresh all tables", ":material/restart_alt:", pipeline_id, all_=True)


def _start_button(
    label: str,
    icon: str,
    pipeline_id: str,
    *,
    primary: bool = False,
    refresh: tuple[str, ...] = (),
    full: tuple[str, ...] = (),
    all_: bool = False,
) -> None:
    st.button(
        label,
        icon=icon,
        type="primary" if primary else "secondary",
        on_click=start,
        args=(pipeline_id, refresh, full, all_),
    )


def start(pipeline_id: str, refresh: tuple[str, ...], full: tuple[str, ...], all_: bool) -> None:
    try:
        start_run(
            as_app(), pipeline_id, full_refresh=all_, refresh=refresh, full_refresh_selection=full
        )
    except MedallionError as error:
        st.session_state[_REFUSED] = error


def stop(pipeline_id: str) -> None:
    try:
        stop_run(as_app(), pipeline_id)
    except MedallionError as error:
        st.session_state[_REFUSED] = error
