"""Deployments as the workspace knows them, and the job that makes one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from medallion_core.deploy import Plan, StepResult, deployed_design, deployed_pipeline
from medallion_core.deploy.drafts import save_draft
from medallion_core.errors import MedallionError
from medallion_core.job import Order, Told, Wish, do_job, plan_job
from medallion_core.model import Design
from medallion_core.model.file import dump_design
from medallion_core.repair import Fix
from medallion_core.run import RunStatus
from medallion_core.workspace import Workspace
from pages.components.frame.connection import as_app, persons_email
from pages.components.frame.jobs import Job, jobs
from pages.components.frame.session import session

ROUNDS = 5
"""How often a job mends what failed before it hands over to a person."""

_PLANNED = "planned"

Report = Callable[[StepResult | str], None]


@dataclass(frozen=True, slots=True)
class Deployed:
    """The design as it was when the job began, and as it is after what was mended."""

    before: Design
    after: Design


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person agreed to: files edited by hand that may be replaced, and tables that may be
    read again in full."""

    overwrite: tuple[str, ...] = ()
    full_refresh: tuple[str, ...] = ()


def pipeline_of(design: Design) -> str:
    """The id of the design's pipeline; empty where it was not deployed yet."""
    try:
        return deployed_pipeline(as_app(), design)
    except MedallionError as error:
        if error.code == "NOT_DEPLOYED":
            return ""
        raise


def plan_of(design: Design, consent: Consent) -> Plan:
    """The plan for exactly this, made once until it is deployed or asked for again."""
    wanted = (dump_design(design), consent)
    planned: tuple[object, Plan] | None = st.session_state.get(_PLANNED)
    if planned is None or planned[0] != wanted:
        with st.spinner("Comparing the design with what is deployed"):
            order = Order(
                by=persons_email(),
                overwrite=consent.overwrite,
                full_refresh=consent.full_refresh,
            )
            plan = plan_job(as_app(), design, order)
        planned = st.session_state[_PLANNED] = (wanted, plan)
    return planned[1]


def forget_plan() -> None:
    st.session_state.pop(_PLANNED, None)


def deployment_job(design: Design) -> Job[StepResult | str, Deployed] | None:
    """Deploying, running or mending this pipeline; None where nobody did since the app began."""
    return jobs().find(design.settings.pipeline_name)


def is_busy(design: Design) -> bool:
    job = deployment_job(design)
    return job is not None and job.running


def adopt_mended(job: Job[StepResult | str, Deployed]) -> None:
    """Makes the design that the job mended the open one, unless it was edited meanwhile."""
    state = session()
    if job.result is not None and state.design == job.result.before:
        state.design = job.result.after


def start_deployment(design: Design, plan: Plan, *, run: bool) -> None:
    """Applies the plan in the background and, if asked, runs and mends until it has succeeded."""
    wish = Wish() if run else None
    order = Order(by=plan.by, run=wish, rounds=ROUNDS)
    workspace = as_app()
    _start(design, lambda report: _do(workspace, design, order, report, plan))


def start_mended(design: Design, fixes: Sequence[Fix]) -> None:
    """Deploys ``design``, which holds ``fixes``, with what they need besides, and runs it."""
    order = Order(by=persons_email(), after=tuple(fixes), rounds=ROUNDS)
    workspace = as_app()
    _start(design, lambda report: _do(workspace, design, order, report))


def start_run(design: Design, wish: Wish) -> None:
    """Runs what is deployed. It is mended only where that is the open design: its draft would be
    lost otherwise."""
    workspace, by = as_app(), persons_email()

    def run(report: Report) -> Deployed:
        latest = deployed_design(workspace, design.settings.pipeline_name)
        rounds = ROUNDS if latest == design else 0
        order = Order(by=by, deploy=False, run=wish, validate=False, rounds=rounds)
        return _do(workspace, latest, order, report)

    _start(design, run)


def _start(design: Design, work: Callable[[Report], Deployed]) -> None:
    jobs().start(design.settings.pipeline_name, work)
    forget_plan()


def _do(
    workspace: Workspace, design: Design, order: Order, report: Report, plan: Plan | None = None
) -> Deployed:
    """How a run stands is read by the pages themselves, which show more of it."""

    def tell(told: Told) -> None:
        if not isinstance(told, RunStatus):
            report(told)

    def keep(mended: Design) -> None:
        save_draft(workspace, mended)

    outcome = do_job(workspace, design, order, plan=plan, tell=tell, keep=keep)
    return Deployed(design, outcome.design)
