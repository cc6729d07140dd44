"""Starting and stopping updates. Each click starts one; the service refuses a second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.run import start_run, stop_run
from medallion_core.tables.inventory import expected_tables
from pages.components.deploy.deployments import follow_run
from pages.components.frame.connection import as_app
from pages.components.frame.text import count, show_error

_REFUSED = "run_refused"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a run should do besides bringing what is new. All empty: just that."""

    refresh: tuple[str, ...] = ()
    """Only these tables."""
    full_refresh_selection: tuple[str, ...] = ()
    full_refresh: bool = False


def show_run_buttons(
    design: Design, pipeline_id: str, active: str | None, failed: Sequence[str]
) -> None:
    """``active`` is the update that goes on; ``failed`` are the tables that failed last."""
    with st.container(horizontal=True):
        if active:
            st.button("Stop", icon=":material/stop:", on_click=stop, args=(pipeline_id,))
        else:
            _start_button("Run", ":material/play_arrow:", design, pipeline_id, Wish())
            if failed:
                label = f"Run {count(len(failed), 'failed table')}"
                wish = Wish(refresh=tuple(failed))
                _start_button(label, ":material/replay:", design, pipeline_id, wish)
            with st.popover("Full refresh", icon=":material/restart_alt:"):
                _show_refresh(design, pipeline_id)
    refusal: MedallionError | None = st.session_state.pop(_REFUSED, None)
    if refusal is not None:
        show_error(refusal)


def _show_refresh(design: Design, pipeline_id: str) -> None:
    st.caption("Empties the tables and reads everything again. Streams lose what is gone.")
    chosen = st.multiselect("Tables", expected_tables(design), key="refresh_tables")
    label = f"Refresh {count(len(chosen), 'table')}" if chosen else "Refresh all tables"
    wish = Wish(full_refresh_selection=tuple(chosen), full_refresh=not chosen)
    _start_button(label, ":material/restart_alt:", design, pipeline_id, wish)


def _start_button(label: str, icon: str, design: Design, pipeline_id: str, wish: Wish) -> None:
    st.button(
        label,
        icon=icon,
        type="primary" if wish == Wish() else "secondary",
        on_click=start,
        args=(design, pipeline_id, wish),
    )


def start(design: Design, pipeline_id: str, wish: Wish) -> None:
    workspace = as_app()
    try:
        update_id = start_run(
            workspace,
            pipeline_id,
            full_refresh=wish.full_refresh,
            refresh=wish.refresh,
            full_refresh_selection=wish.full_refresh_selection,
        )
    except MedallionError as error:
        st.session_state[_REFUSED] = error
    else:
        follow_run(design, pipeline_id, update_id)


def stop(pipeline_id: str) -> None:
    try:
        stop_run(as_app(), pipeline_id)
    except MedallionError as error:
        st.session_state[_REFUSED] = error
