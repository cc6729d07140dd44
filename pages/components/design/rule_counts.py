"""How many of today's rows break each rule: asked for by a click, one statement a table, and
counted outside of the page."""

from __future__ import annotations

import streamlit as st

from medallion_core.model import Entity
from medallion_core.profile import BrokenRows, count_broken_rows
from medallion_core.workspace import STOPPED
from pages.components.frame.connection import asker, asker_of_job
from pages.components.frame.jobs import Job, counts
from pages.components.frame.session import session
from pages.components.frame.text import count, errors_shown, show_error

POLL_SECONDS = 1

CountJob = Job[str, tuple[Entity, BrokenRows]]


def broken_rows(entity: Entity) -> dict[str, int]:
    """By the rule's name, as last counted for exactly this entity; empty where it was not."""
    counted = _counted(entity)
    return counted.broken if counted else {}


def show_count_button(entity: Entity) -> None:
    help_text = "Counts, before anything is deployed, what each rule will find in today's rows."
    job = _job(entity)
    running = job is not None and job.running
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Count on today's rows",
            icon=":material/calculate:",
            help=help_text,
            disabled=running,
            on_click=_start,
            args=(entity,),
        )
        if job is not None and running:
            st.button("Cancel", key="cancel_count", on_click=job.cancel, disabled=job.cancelled)
            st.fragment(_wait, run_every=POLL_SECONDS)(job)
    if job is not None and job.error is not None and job.error.code != STOPPED:
        show_error(job.error)
    if (known := _counted(entity)) is not None:
        st.caption(
            f"Of {count(known.row_count, 'row')} today, {known.quarantined:,} would be "
            f"quarantined, {known.dropped:,} dropped and {known.passed:,} pass."
        )


def _start(entity: Entity) -> None:
    """Before the page is drawn, so that it shows at once what goes on."""
    with errors_shown():
        who = asker_of_job()
        counts().start(
            asker().name,
            _name(entity),
            lambda _: (entity, count_broken_rows(who.person, entity)),
            who.person.cancel,
        )


def _wait(job: CountJob) -> None:
    if not job.running:
        st.rerun()
    st.caption(":material/progress_activity: Counting")


def _job(entity: Entity) -> CountJob | None:
    return counts().find(asker().name, _name(entity))


def _name(entity: Entity) -> str:
    """Of the table, in the design that is open: no name has more than one line."""
    design = session().design
    return "\n".join([design.settings.pipeline_name if design else "", entity.name])


def _counted(entity: Entity) -> BrokenRows | None:
    job = _job(entity)
    of, counted = job.result if job and job.result else (None, None)
    return counted if of == entity else None
