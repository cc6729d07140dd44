"""The plan of a deployment as a table, and the deployment as it goes."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from medallion_core.deploy import Plan, Step, StepResult
from pages.components.deployments import Deployed
from pages.components.editor import Row
from pages.components.jobs import Job
from pages.components.text import count, plain, show_error

POLL_SECONDS = 1

_SIGNS = {"create": "+", "update": "~", "delete": "−", "grant": "✓", "keep": "="}


def show_plan(plan: Plan) -> None:
    changes = [step for step in plan.steps if step.action != "keep"]
    if not changes:
        st.success("Everything is deployed as designed.", icon=":material/check:")
    else:
        st.markdown(f"**{count(len(changes), 'step')}**: {plain(_in_words(changes))}")
    everything = st.toggle("Show what is kept as it is", key="plan_everything", value=False)
    steps = plan.steps if everything else changes
    if steps:
        st.dataframe([_step_row(step) for step in steps], hide_index=True)


def _in_words(steps: list[Step]) -> str:
    counts = Counter(f"{step.action} {step.kind}" for step in steps)
    return ", ".join(f"{number} × {what}" for what, number in counts.items())


def _step_row(step: Step) -> Row:
    return {
        "action": f"{_SIGNS.get(step.action, '')} {step.action}",
        "what": step.kind,
        "name": step.subject,
        "detail": step.detail,
    }


def show_job(job: Job[StepResult, Deployed]) -> None:
    """A deployment: polled as it goes, folded away when it is done."""
    polled = POLL_SECONDS if job.running else None
    st.fragment(_show_job, run_every=polled)(job)


def _show_job(job: Job[StepResult, Deployed]) -> None:
    was_running = job.running
    state = "running" if was_running else "error" if job.error else "complete"
    label = {"running": "Deploying", "error": "Stopped by an error", "complete": "Deployed"}[state]
    done = list(job.reports)
    box = st.status(
        f"{label}: {count(len(done), 'step')} done", state=state, expanded=state != "complete"
    )
    for result in done:
        box.markdown(_result_line(result))
    if job.error is not None:
        show_error(job.error)
    if not was_running and st.session_state.pop("deployment_watched", False):
        st.rerun()
    if was_running:
        st.session_state["deployment_watched"] = True


def _result_line(result: StepResult) -> str:
    step = result.step
    return f":green[:material/check:] {plain(f'{step.action} {step.kind} {step.subject}')}"
