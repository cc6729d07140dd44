"""The plan of a deployment as a table, and the deployment as it goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import streamlit as st

from medallion_core.deploy import Action, Plan, Step, StepResult, edited_by_hand
from pages.components.deploy.deployments import Consent, Deployed
from pages.components.frame.code import show_code
from pages.components.frame.filters import filtered, show_findings
from pages.components.frame.jobs import Job
from pages.components.frame.refreshes import show_refreshes
from pages.components.frame.text import count, plain, show_error
from pages.components.frame.typed import Row

POLL_SECONDS = 1
_LINES_SHOWN = 8
_OVERWRITE, _REFRESH, _DELETE = "plan_overwrite", "plan_refresh:", "plan_delete:"
_MANY, _MANY_HEIGHT = 8, 280
_TOLD = "job_told"
_LOST_BY_REFRESH = "Rows that their sources no longer hold are lost."
_LEFT_BEHIND = "Nothing fills it any more; the platform keeps it, inactive, until it is dropped."
_LABELS = {"running": "At work", "error": "Stopped by an error", "complete": "Done"}

_SIGNS = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.DELETE: "−",
    Action.GRANT: "✓",
    Action.REFRESH: "↻",
    Action.KEEP: "=",
}


def ask_consent() -> Consent:
    """What a person agreed to in the plan that they have seen."""
    return Consent(
        overwrite=tuple(st.session_state.get(_OVERWRITE, ())),
        full_refresh=_agreed(_REFRESH),
        deleted=_agreed(_DELETE),
    )


def _agreed(kind: str) -> tuple[str, ...]:
    """The tables whose box is ticked."""
    boxes = {str(key): value for key, value in st.session_state.items()}
    return tuple(
        sorted(key.removeprefix(kind) for key, on in boxes.items() if key.startswith(kind) and on)
    )


def open_consents(plan: Plan, consent: Consent) -> int:
    """How many tables nobody has agreed to yet: to be read again in full, or to be let go."""
    return len({*plan.unconfirmed} | ({*plan.gone} - {*consent.deleted}))


def show_plan(plan: Plan, consent: Consent) -> None:
    if plan.changes:
        settings = plan.design.settings
        st.markdown(
            f"**{count(len(plan.changes), 'step')}**: {plain(_in_words(plan))}. "
            f"The tables go to **{plain(f'{settings.catalog}.{settings.schema}')}**."
        )
    if plan.unscheduled:
        st.warning(plain(plan.unscheduled), icon=":material/event_busy:")
    if plan.waiting:
        told = ", ".join(plan.waiting)
        st.warning(
            f"{count(len(plan.waiting), 'table')} to be read again in full since an earlier "
            f"deployment: {plain(told)}. The next run from here does it; a schedule goes on with "
            "the rows that are there.",
            icon=":material/hourglass_top:",
        )
    _ask_for(plan, consent)
    steps = plan.changes
    if st.toggle("Show what stays as it is", key="plan_everything"):
        steps = plan.steps
    if steps:
        rows = filtered([_step_row(step) for step in steps], "plan_steps")
        st.dataframe(rows, hide_index=True, placeholder="")
    _show_diffs(plan)
    _show_refreshes(plan)


def _show_refreshes(plan: Plan) -> None:
    """What later runs cost: tables that are computed anew each time, and why. Read once somebody
    wants to know."""
    label = "Tables that every later run computes in full"
    told = st.expander(label, icon=":material/update:", key="plan_in_full", on_change="rerun")
    if told.open:
        with told:
            show_refreshes(plan.design, plan.bundle, all_views=False)


def show_refused(plan: Plan) -> None:
    """Why the design cannot be deployed, in place of what deploying it would do."""
    with st.container(border=True):
        reasons = count(len(plan.refused), "reason")
        st.markdown(f"**This design is not deployed or run**, for {reasons}:")
        show_findings(plan.refused, "plan_refused")
        st.page_link("pages/design.py", label="Go to Design", icon=":material/arrow_forward:")


def _ask_for(plan: Plan, consent: Consent) -> None:
    """Nothing that a person wrote is replaced, and no table read again, without a word."""
    edited = sorted({*edited_by_hand(plan.steps), *consent.overwrite})
    if edited:
        st.warning(
            f"{count(len(edited), 'file')} edited by hand since the last deployment. What is not "
            "chosen below stays as it was edited.",
            icon=":material/edit_document:",
        )
        st.multiselect("Replace these files", edited, key=_OVERWRITE)
    _ask_for_tables(
        f"must be read again in full. {_LOST_BY_REFRESH}",
        _REFRESH,
        {table: plan.why(table) for table in (*plan.unconfirmed, *consent.full_refresh)},
    )
    _ask_for_tables(
        f"made no longer. {_LEFT_BEHIND}", _DELETE, {table: plan.why(table) for table in plan.gone}
    )


def _ask_for_tables(what: str, kind: str, tables: dict[str, str]) -> None:
    """Each table with why, and a box to agree beside it."""
    if not tables:
        return
    st.warning(f"{count(len(tables), 'table')} {what}", icon=":material/contact_support:")
    height: int | Literal["content"] = _MANY_HEIGHT if len(tables) > _MANY else "content"
    with st.container(height=height, border=len(tables) > _MANY, gap="xxsmall"):
        for table, why in sorted(tables.items()):
            told = f": {plain(why)}" if why else ""
            st.checkbox(f"Agree for **{plain(table)}**{told}", key=f"{kind}{table}")


def _in_words(plan: Plan) -> str:
    counts = Counter(map(_what, plan.changes))
    return ", ".join(f"{number} × {what}" for what, number in counts.items())


def _what(step: Step) -> str:
    """``create file``; a grant says it in one word."""
    return " ".join(dict.fromkeys([step.action.value, step.kind.value]))


def _step_row(step: Step) -> Row:
    return {
        "action": f"{_SIGNS[step.action]} {step.action.value}",
        "what": step.kind.value,
        "name": step.subject,
        "detail": step.detail,
    }


def _show_diffs(plan: Plan) -> None:
    different = {step.subject: step for step in plan.steps if step.differences}
    if not different:
        return
    with st.expander(count(len(different), "difference"), icon=":material/difference:"):
        chosen = st.selectbox("File", list(different), key="plan_diff")
        show_code(different[chosen].diff, "diff", height=400)


def show_job(job: Job[StepResult | str, Deployed]) -> None:
    """A deployment and its runs: polled as it goes, folded away when there is more to see."""
    st.session_state[_TOLD] = _told(job)
    polled = POLL_SECONDS if job.running else None
    st.fragment(_show_job, run_every=polled)(job)


def _told(job: Job[StepResult | str, Deployed]) -> tuple[int, bool]:
    """What the rest of the page depends on: how far the runs are, and whether they go on."""
    return sum(isinstance(report, str) for report in job.reports), job.running


def _show_job(job: Job[StepResult | str, Deployed]) -> None:
    if _told(job) != st.session_state[_TOLD]:
        st.rerun()
    state: Literal["running", "error", "complete"] = (
        "running" if job.running else "error" if job.error else "complete"
    )
    done = list(job.reports)
    told = f"{_LABELS[state]}: {count(len(done), 'step')}"
    alone = are_all_there_is(job)
    latest = f" · {_result_line(done[-1])}" if done and job.running and not alone else ""
    box = st.status(f"{told}{latest}", state=state, expanded=alone)
    with box:
        _show_results(done, running=job.running)
    if job.error is not None:
        show_error(job.error)


def _show_results(done: Sequence[StepResult | str], *, running: bool) -> None:
    """As it goes the latest, and all that was refused; of what is over everything, many steps as a
    table above what came of them."""
    steps = [each for each in done if isinstance(each, StepResult)]
    if running:
        before, latest = done[:-_LINES_SHOWN], done[-_LINES_SHOWN:]
        done = [*filter(_is_refused, before), *latest]
    elif len(steps) > _LINES_SHOWN:
        rows = list(map(_result_row, steps))
        st.dataframe(filtered(rows, "job_results"), hide_index=True, placeholder="")
        done = [each for each in done if isinstance(each, str)]
    with st.container(gap="xxsmall"):
        for result in done:
            st.markdown(_result_line(result))


def _is_refused(result: StepResult | str) -> bool:
    return isinstance(result, StepResult) and result.outcome != "done"


def _result_row(result: StepResult) -> Row:
    step = result.step
    words = f"{_what(step)} {step.subject}"
    return {"what": words, "outcome": result.outcome, "why": result.message}


def are_all_there_is(job: Job[StepResult | str, Deployed]) -> bool:
    """Once the tables of a run are to be watched, its steps leave the room to them."""
    runs = any(isinstance(report, str) for report in job.reports)
    return job.error is not None or (job.running and not runs)


def _result_line(result: StepResult | str) -> str:
    if isinstance(result, str):
        return f":material/arrow_forward: {plain(result)}"
    step = result.step
    words = plain(f"{_what(step)} {step.subject}")
    if not _is_refused(result):
        return f":green[:material/check:] {words}"
    return f":orange[:material/block:] {words}: {plain(result.message)}"
