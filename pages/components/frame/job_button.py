"""A button that begins work outside of the page; beside it, how far that is, and how to end it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from medallion_core.workspace import STOPPED
from pages.components.frame.calm import draw_again_when_calm
from pages.components.frame.jobs import Job, Result
from pages.components.frame.text import errors_shown, plain, show_error

POLL_SECONDS = 1


def show_job_button(
    label: str,
    job: Job[str, Any] | None,
    begin: Callable[[], None],
    *,
    key: str,
    icon: str,
    help_text: str = "",
) -> None:
    """``job`` is the one that ``begin`` began last, in whichever browser of the person."""
    running = job is not None and job.running
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            label,
            key=key,
            icon=icon,
            help=help_text or None,
            disabled=running,
            on_click=_begin,
            args=(begin,),
        )
        if job is not None and running:
            st.button("Cancel", key=f"cancel_{key}", on_click=job.cancel, disabled=job.cancelled)
            st.fragment(_wait, run_every=POLL_SECONDS)(job, key)


def result_of(job: Job[str, Result] | None, of: object, changed: str) -> Result | None:
    """What came of ``job``, if that is about ``of`` as it is now; else, and where it failed, the
    reason is shown: ``changed`` or the error. Nothing is said of what a person cancelled."""
    if job is None or job.running:
        return None
    if job.of != of:
        if job.result is not None:
            st.caption(changed)
        return None
    if job.error is not None and job.error.code != STOPPED:
        show_error(job.error)
    return job.result


def _begin(begin: Callable[[], None]) -> None:
    """Before the page is drawn, so that it shows at once what goes on."""
    with errors_shown():
        begin()


def _wait(job: Job[str, Any], key: str) -> None:
    if not job.running:
        draw_again_when_calm(f"{key}_ended")
    doing = job.reports[-1] if job.reports else "Starting"
    st.caption(f":material/progress_activity: {plain(doing)}")
