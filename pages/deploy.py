"""Deploy: the plan, the permissions, the deployment, and the run until all criteria are met."""

from __future__ import annotations

import streamlit as st

from medallion_core.deploy import Plan
from medallion_core.model import Design
from pages.components.deploy.deployments import (
    Consent,
    adopt_mended,
    deployment_job,
    forget_plan,
    plan_of,
    start_deployment,
)
from pages.components.deploy.owners import show_owners
from pages.components.deploy.permissions import show_permissions
from pages.components.deploy.plan import (
    ask_consent,
    open_consents,
    show_job,
    show_plan,
    show_refused,
)
from pages.components.deploy.readers import show_readers
from pages.components.deploy.rollback import show_past_deployments
from pages.components.deploy.still_open import show_still_open
from pages.components.frame.page import run_page
from pages.components.frame.session import session
from pages.components.frame.text import count, empty_state, errors_shown, show_each
from pages.components.runs.latest_run import show_latest_run


def show_page() -> None:
    st.title("Deploy")
    design = session().design
    if design is None:
        empty_state(
            "Nothing to deploy yet",
            "Open or propose a design; it is deployed and run from here.",
            "pages/design.py",
            "Go to Design",
        )
        return
    job = deployment_job(design)
    if job is not None and job.running:
        show_job(job)
        with errors_shown():
            show_latest_run(design)
        return
    if job is not None:
        adopt_mended(job)
        design = session().design or design
    show_each(
        lambda: show_deployment(design),
        lambda: show_job(job) if job is not None else None,
        lambda: show_latest_run(design),
        lambda: show_owners(design),
        lambda: show_past_deployments(design),
    )


def show_deployment(design: Design) -> None:
    """What deploying would change; folded away where nothing would."""
    consent = ask_consent()
    plan = plan_of(design, consent)
    if plan.refused:
        show_refused(plan)
    elif plan.changes:
        with st.container(border=True):
            show_deploy_buttons(design, plan, consent)
            show_still_open(design)
            show_plan(plan, consent)
            show_permissions(design, plan)
            show_readers(plan)
    else:
        label = "Everything is deployed as designed"
        with st.expander(label, icon=":material/check_circle:", key="plan_folded"):
            st.button("Compare again", icon=":material/refresh:", on_click=forget_plan)
            show_plan(plan, consent)
            show_permissions(design, plan)
            show_readers(plan)


def show_deploy_buttons(design: Design, plan: Plan, consent: Consent) -> None:
    waiting = open_consents(plan, consent)
    with st.container(horizontal=True):
        if st.button(
            "Deploy and run",
            type="primary",
            icon=":material/rocket_launch:",
            disabled=bool(waiting),
        ):
            start_deployment(design, plan, consent, run=True)
            st.rerun()
        if st.button("Deploy only", icon=":material/upload:", disabled=bool(waiting)):
            start_deployment(design, plan, consent, run=False)
            st.rerun()
        st.button("Compare again", icon=":material/refresh:", on_click=forget_plan)
    if waiting:
        st.caption(f"Agree for {count(waiting, 'table')} below first.")


run_page(show_page)
