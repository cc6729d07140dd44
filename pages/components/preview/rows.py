"""The rows that code gives on samples of its sources: computed by a click, as who asks, outside of
the page."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import streamlit as st

from medallion_core.builder import Builder
from medallion_core.check.sampled import Sample
from medallion_core.model import Design
from medallion_core.model.file import dump_design
from medallion_core.tables.inventory import inventory
from pages.components.frame.columns import show_values
from pages.components.frame.connection import asker, asker_of_job
from pages.components.frame.job_button import result_of, show_job_button
from pages.components.frame.jobs import Job, samples
from pages.components.frame.text import plain

SampleJob = Job[str, Sample]


def show_rows(design: Design, path: str) -> None:
    """Of a table whose code stands in this file. Nothing is written anywhere."""
    tables = [each.name for each in inventory(design).tables if each.file == path]
    if not tables:
        return
    show_sampled_rows(design, st.selectbox("Table", tables) if len(tables) > 1 else tables[0])


def show_sampled_rows(design: Design, table: str) -> None:
    """Of this table, by a click."""
    job = _job(design, table)
    show_job_button(
        "Compute rows from samples",
        job,
        lambda: _start(design, table),
        key="sample_rows",
        icon=":material/table_rows:",
    )
    if job is None:
        return
    sample = result_of(
        job,
        _identity(design),
        "The design has changed since its rows were computed: compute them again.",
    )
    if sample is not None:
        st.caption(plain(sample.note))
        show_values(sample.rows, f"Rows of {table}")


def _start(design: Design, table: str) -> None:
    who = asker_of_job()

    def work(report: Callable[[str], None]) -> Sample:
        return Builder(who).sample(design, table, tell=report)

    name, stop = _name(design, table), who.person.cancel
    samples().start(asker().name, name, work, stop, _identity(design))


def _job(design: Design, table: str) -> SampleJob | None:
    return samples().find(asker().name, _name(design, table))


def _name(design: Design, table: str) -> str:
    """No name has more than one line. By whose rights rows were read is part of it: a name alone
    proves nothing where no token is forwarded."""
    return "\n".join([asker().mode, design.settings.pipeline_name, table])


def _identity(design: Design) -> str:
    """What tells the design from any other, and is short enough to be kept beside rows."""
    return design.find_out_once(
        "identity", lambda: sha256(dump_design(design).encode()).hexdigest()
    )
