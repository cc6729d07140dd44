"""Deployments as the workspace knows them, and the job that makes one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from medallion_core.deploy import (
    Plan,
    StepResult,
    apply_plan,
    deployed_pipeline,
    grant_readers,
    past_deployments,
    past_design,
    plan_deploy,
)
from medallion_core.deploy.drafts import save_draft
from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.model.file import dump_design
from medallion_core.repair import Fix, repair_loop
from medallion_core.run import RunStatus, watch_run
from medallion_core.workspace import Workspace
from pages.components.frame.connection import as_app, persons_email
from pages.components.frame.jobs import Job, jobs
from pages.components.frame.session import session

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
            plan = plan_deploy(
                as_app(),
                design,
                overwrite=consent.overwrite,
                full_refresh=consent.full_refresh,
                by=persons_email(),
            )
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
    workspace = as_app()

    def deploy(report: Report) -> Deployed:
        apply_plan(workspace, plan, report)
        if not run:
            return Deployed(design, design)
        return _until_done(workspace, design, report, by=plan.by)

    jobs().start(design.settings.pipeline_name, deploy)
    forget_plan()


def start_mended(design: Design, fixes: Sequence[Fix]) -> None:
    """Deploys ``design``, which holds ``fixes``, with what they need besides, and runs it."""
    workspace, by = as_app(), persons_email()

    def mend(report: Report) -> Deployed:
        return _until_done(workspace, design, report, by=by, after=fixes)

    jobs().start(design.settings.pipeline_name, mend)
    forget_plan()


def follow_run(design: Design, pipeline_id: str, update_id: str) -> None:
    """Waits in the background for an update to end. Readers are let in then, and what failed is
    mended if it is safe, and if ``design`` is what is deployed."""
    workspace, by = as_app(), persons_email()

    def follow(report: Report) -> Deployed:
        report(f"Update {update_id} runs.")
        *_, status = watch_run(workspace, design, pipeline_id, update_id)
        report(f"Update {update_id} is {status.state}.")
        if status.state == "COMPLETED":
            grant_readers(workspace, design)
        elif status.state == "FAILED" and _is_deployed(workspace, design):
            return _until_done(workspace, design, report, by=by, seen=status)
        return Deployed(design, design)

    jobs().start(design.settings.pipeline_name, follow)


def _until_done(
    workspace: Workspace,
    design: Design,
    report: Report,
    *,
    by: str,
    after: Sequence[Fix] = (),
    seen: RunStatus | None = None,
) -> Deployed:
    """Only tables that exist can be granted on, so readers come last."""
    outcome = repair_loop(
        workspace,
        design,
        after=after,
        seen=seen,
        by=by,
        report=report,
        keep=lambda mended: save_draft(workspace, mended),
    )
    if outcome.verdict.met:
        grant_readers(workspace, outcome.design)
    return Deployed(design, outcome.design)


def _is_deployed(workspace: Workspace, design: Design) -> bool:
    latest, *_ = past_deployments(workspace, design.settings.pipeline_name)
    return past_design(workspace, design.settings.pipeline_name, latest.number) == design
