"""Runs: past updates of the pipeline; duration, rows and quality over time."""

from __future__ import annotations

import streamlit as st

from medallion_core.model import AppliedFix, Design
from medallion_core.run import RunStatus, list_runs
from pages.components.deploy.deployments import (
    Running,
    adopt_mended,
    deployment_job,
    what_runs,
)
from pages.components.deploy.owners import show_audit
from pages.components.deploy.plan import show_job
from pages.components.frame.columns import moment_column, rows_key, ticked
from pages.components.frame.connection import as_app
from pages.components.frame.page import run_page
from pages.components.frame.session import session
from pages.components.frame.text import empty_state, errors_shown, exact, plain
from pages.components.runs.charts import show_charts
from pages.components.runs.code import show_code_changes
from pages.components.runs.latest_run import show_controls
from pages.components.runs.past_runs import mended_after, moment, read_past_run, run_row
from pages.components.runs.view import show_run

_CHOSEN = "run_chosen"
"""The update that is looked into, wherever it stands in the list."""

SHOWN = 15
"""Updates that are looked at in full: each costs a few calls the first time."""


def show_page() -> None:
    st.title("Runs")
    design = session().design
    if design is None:
        empty_state(
            "No design is open",
            "Open a design; the past runs of its pipeline are shown here.",
            "pages/design.py",
            "Go to Design",
        )
        return
    running = what_runs(design)
    if running is None:
        empty_state(
            "This pipeline is not deployed yet",
            "Deploy it and run it; each run is kept here.",
            "pages/deploy.py",
            "Go to Deploy",
        )
        return
    job = deployment_job(design)
    if job is not None:
        adopt_mended(job)
        design = session().design or design
        show_job(job)
    show_code_changes(running)
    show_controls(running)
    runs = list_runs(as_app(), running.pipeline_id, SHOWN)
    if runs:
        show_runs(running, runs)
    else:
        empty_state("This pipeline has not run yet", "Run it; each run is kept here.")
    show_fixes(design)
    show_audit(design)


def show_runs(running: Running, listed: list[RunStatus]) -> None:
    """Those of ``listed`` that can be read; why the others cannot stands above."""
    runs: list[RunStatus] = []
    with st.spinner("Reading past runs"):
        for run in listed:
            with errors_shown():
                runs.append(read_past_run(running, run))
    mended = [mended_after(run, listed, running.design.fixes) for run in runs]
    rows = [run_row(run, fixes) for run, fixes in zip(runs, mended, strict=True)]
    before = st.session_state.get(_CHOSEN)
    chosen = st.dataframe(
        rows,
        key=rows_key("past_runs", (run.update_id for run in runs)),
        hide_index=True,
        placeholder="",
        on_select="rerun",
        selection_mode="single-row",
        selection_default=ticked([n for n, run in enumerate(runs) if run.update_id == before]),
        column_config={
            "started": moment_column(),
            "seconds": st.column_config.NumberColumn(format="%.0f"),
            "rows": st.column_config.NumberColumn(format="localized"),
            "broken": st.column_config.NumberColumn("rule violations", format="localized"),
            "passed": st.column_config.ProgressColumn(
                "checks passed", min_value=0.0, max_value=1.0, format="percent"
            ),
        },
    ).selection.rows
    st.session_state[_CHOSEN] = runs[chosen[0]].update_id if chosen else None
    if not chosen:
        st.caption("Tick a run to look into it.")
        show_charts(rows)
        return
    run = runs[chosen[0]]
    st.header(f"Run {exact(run.update_id)}")
    show_what_followed(running, run, mended[chosen[0]])
    with errors_shown():
        ran = running.design_at(run.started_at)
        is_latest = run.update_id == listed[0].update_id
        if not is_latest:
            st.caption("Others came after it: what the tables hold now says nothing of it.")
        show_run(ran, running.pipeline_id, run.update_id, is_latest=is_latest)


def show_what_followed(running: Running, run: RunStatus, fixes: list[AppliedFix]) -> None:
    """What was mended after the run, and that something else is deployed since."""
    for fix in fixes:
        st.info(
            f"**Mended afterwards**: {plain(fix.subject)}: {plain(fix.change)}",
            icon=":material/healing:",
        )
    was, last = running.manifest.deployment_at(run.started_at), running.manifest.number
    if was is not None and was.number != last:
        st.caption(
            f"Judged by deployment {was.number}, which it ran. Deployment {last} is there now."
        )


def show_fixes(design: Design) -> None:
    """What ``FIXES.md`` says, the latest first."""
    if not design.fixes:
        return
    st.header("Mended")
    st.dataframe(
        [
            {
                "when": moment(fix.applied_at),
                "table": fix.subject,
                "what": fix.change,
                "why": fix.reason,
                "by whose consent": fix.consent,
            }
            for fix in reversed(design.fixes)
        ],
        hide_index=True,
        placeholder="",
        column_config={"when": moment_column()},
    )


run_page(show_page)
