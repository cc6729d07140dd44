"""How many of today's rows break each rule: asked for by a click, one statement a table, and
counted outside of the page."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from medallion_core.model import Entity
from medallion_core.profile import BrokenRows, count_broken_rows
from pages.components.frame.connection import asker, asker_of_job
from pages.components.frame.job_button import result_of, show_job_button
from pages.components.frame.jobs import Job, counts
from pages.components.frame.session import session
from pages.components.frame.text import count

_HELP = "Counts, before anything is deployed, what each rule will find in today's rows."

CountJob = Job[str, BrokenRows]


def broken_rows(entity: Entity) -> dict[str, int]:
    """By the rule's name, as last counted for exactly this entity; empty where it was not."""
    job = _job(entity)
    return job.result.broken if job and job.result and job.of == entity else {}


def show_count_button(entity: Entity) -> None:
    job = _job(entity)
    show_job_button(
        "Count on today's rows",
        job,
        lambda: _start(entity),
        key="count_rows",
        icon=":material/calculate:",
        help_text=_HELP,
    )
    counted = result_of(
        job, entity, "The table has changed since its rows were counted: count them again."
    )
    if counted is not None:
        st.caption(
            f"Of {count(counted.row_count, 'row')} today, {counted.quarantined:,} would be "
            f"quarantined, {counted.dropped:,} dropped and {counted.passed:,} pass."
        )


def _start(entity: Entity) -> None:
    person = asker_of_job().person

    def work(report: Callable[[str], None]) -> BrokenRows:
        return count_broken_rows(person, entity, report)

    counts().start(asker().name, _name(entity), work, person.cancel, entity)


def _job(entity: Entity) -> CountJob | None:
    return counts().find(asker().name, _name(entity))


def _name(entity: Entity) -> str:
    """Of the table, in the design that is open: no name has more than one line."""
    design = session().design
    return "\n".join([design.settings.pipeline_name if design else "", entity.name])
