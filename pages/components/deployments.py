"""Deployments as the workspace knows them, and the job that makes one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from medallion_core.deploy import (
    Deployment,
    Plan,
    StepResult,
    apply_plan,
    deployed_pipeline,
    grant_readers,
    plan_deploy,
)
from medallion_core.design_file import dump_design
from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.repair import Fix
from medallion_core.run import run_all, validate_run, watch_run
from medallion_core.workspace import Workspace
from pages.components.connection import as_app, persons_email
from pages.components.jobs import Job, jobs

_PLANNED = "planned"

Report = Callable[[StepResult | str], None]


@dataclass(frozen=True, slots=True)
class Deployed:
    pipeline_id: str
    update_id: str = ""


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
    return jobs().find(design.settings.pipeline_name)


def start_deployment(design: Design, plan: Plan, *, run: bool) -> None:
    """Applies the plan in the background and, if asked, starts a run."""
    workspace = as_app()

    def deploy(report: Report) -> Deployed:
        deployment = apply_plan(workspace, plan, report)
        if not run:
            return Deployed(deployment.pipeline_id)
        return _run(workspace, design, deployment, deployment.full_refresh, report)

    jobs().start(design.settings.pipeline_name, deploy)
    forget_plan()


def start_mended(design: Design, fixes: Sequence[Fix]) -> None:
    """Deploys a design after its fixes and runs it, with what the fixes need besides."""
    workspace, by = as_app(), persons_email()
    overwrite = tuple(path for fix in fixes for path in fix.overwrite)
    refresh = tuple(table for fix in fixes for table in fix.full_refresh)

    def deploy(report: Report) -> Deployed:
        plan = plan_deploy(workspace, design, overwrite=overwrite, full_refresh=refresh, by=by)
        deployment = apply_plan(workspace, plan, report)
        return _run(workspace, design, deployment, (*deployment.full_refresh, *refresh), report)

    jobs().start(design.settings.pipeline_name, deploy)
    forget_plan()


def _run(
    workspace: Workspace,
    design: Design,
    deployment: Deployment,
    refresh: Sequence[str],
    report: Report,
) -> Deployed:
    """Has the service check every dataset first; what that finds is the latest update then."""
    pipeline_id = deployment.pipeline_id
    report("The service checks every dataset")
    checked = validate_run(workspace, design, pipeline_id)
    if checked.state != "COMPLETED":
        return Deployed(pipeline_id, checked.update_id)
    report("A run is started")
    tables = tuple(dict.fromkeys(refresh))
    update_id = run_all(workspace, design, pipeline_id, again=tables)
    let_readers_in_after(workspace, design, pipeline_id, update_id)
    return Deployed(pipeline_id, update_id)


def let_readers_in_after(
    workspace: Workspace, design: Design, pipeline_id: str, update_id: str
) -> None:
    """Waits for the run in the background: only tables that exist can be granted on."""

    def follow(_: Report) -> None:
        *_, status = watch_run(workspace, design, pipeline_id, update_id)
        if status.state == "COMPLETED":
            grant_readers(workspace, design)

    jobs().start(f"{design.settings.pipeline_name} readers", follow)
