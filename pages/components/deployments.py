"""Deployments as the workspace knows them, and the job that makes one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from medallion_core.deploy import Plan, StepResult, apply_plan, deployed_pipeline, plan_deploy
from medallion_core.design_file import dump_design
from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.run import start_run
from medallion_core.workspace import Workspace
from pages.components.connection import as_app
from pages.components.jobs import Job, jobs

_PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class Deployed:
    pipeline_id: str
    update_id: str = ""


def pipeline_of(design: Design) -> str:
    """The id of the design's pipeline; empty where it was not deployed yet."""
    try:
        return deployed_pipeline(as_app(), design)
    except MedallionError as error:
        if error.code == "NOT_DEPLOYED":
            return ""
        raise


def plan_of(design: Design) -> Plan:
    """The plan for exactly this design, made once until it is deployed or asked for again."""
    text = dump_design(design)
    planned: tuple[str, Plan] | None = st.session_state.get(_PLANNED)
    if planned is None or planned[0] != text:
        with st.spinner("Comparing the design with what is deployed"):
            planned = st.session_state[_PLANNED] = (text, plan_deploy(as_app(), design))
    return planned[1]


def forget_plan() -> None:
    st.session_state.pop(_PLANNED, None)


def deployment_job(design: Design) -> Job[StepResult, Deployed] | None:
    return jobs().find(design.settings.pipeline_name)


def start_deployment(design: Design, plan: Plan, *, run: bool) -> None:
    """Applies the plan in the background and, if asked, starts a run."""
    workspace = as_app()
    jobs().start(
        design.settings.pipeline_name, lambda report: _deploy(workspace, plan, run, report)
    )
    forget_plan()


def _deploy(
    workspace: Workspace, plan: Plan, run: bool, report: Callable[[StepResult], None]
) -> Deployed:
    deployment = apply_plan(workspace, plan, report)
    update_id = start_run(workspace, deployment.pipeline_id) if run else ""
    return Deployed(deployment.pipeline_id, update_id)
