"""Deployments as the workspace knows them, and the job that makes one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from medallion_core.builder import Builder
from medallion_core.check import checked_bundle
from medallion_core.deploy import (
    Plan,
    StepResult,
    deployed_design,
    find_manifest,
    past_design,
)
from medallion_core.deploy.drafts import Draft, save_draft
from medallion_core.deploy.manifest import Manifest
from medallion_core.deploy.permit import permit_look
from medallion_core.errors import MedallionError
from medallion_core.job import Order, Told, Wish
from medallion_core.model import Design
from medallion_core.model.file import dump_design
from medallion_core.repair import Fix
from medallion_core.run import RunStatus
from medallion_core.tables.inventory import given_up
from medallion_core.trust import Asker
from medallion_core.workspace.folders import workspace_root
from pages.components.frame.connection import as_app, asker, asker_of_job
from pages.components.frame.jobs import Job, jobs
from pages.components.frame.session import session

ROUNDS = 5
"""How often a job mends what failed before it hands over to a person."""

_PLANNED = "planned"
_ADOPTED = "mended_adopted"
"""What the job made that ended last, once it was seen."""

Report = Callable[[StepResult | str], None]


@dataclass(frozen=True, slots=True)
class Deployed:
    """The design as it was when the job began, and as it is after what was mended; ``revision`` is
    that of the draft that holds it."""

    before: Design
    after: Design
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person agreed to: files edited by hand that may be replaced, tables that may be read
    again in full, and tables that the pipeline may make no longer."""

    overwrite: tuple[str, ...] = ()
    full_refresh: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Running:
    """What was deployed last, read once for everything that a page shows of it."""

    design: Design
    manifest: Manifest

    @property
    def pipeline_id(self) -> str:
        return self.manifest.pipeline_id

    def design_at(self, moment: datetime | None) -> Design:
        """What was deployed when a run began: that it did, and by that it is judged."""
        found = self.manifest.deployment_at(moment)
        if found is None or found == self.manifest.history[-1]:
            return self.design
        return _past_design(self.manifest.pipeline_name, found.number, found.at)


def what_runs(design: Design) -> Running | None:
    """What was deployed last of the design's pipeline: its runs are shown, judged and diagnosed by
    that design. The open one may name what the person may not see. None before the first.

    Raises MedallionError NOT_OWNER where it is somebody else's: its runs tell values and rules.
    NOT_DEPLOYED where no deployment came to its end.
    """
    name = design.settings.pipeline_name
    manifest = find_manifest(as_app(), name)
    if manifest is None:
        return None
    permit_look(asker(), name)
    if not manifest.history:
        return Running(deployed_design(as_app(), name), manifest)
    last = manifest.history[-1]
    return Running(_past_design(name, last.number, last.at), manifest)


@st.cache_resource(scope="session", max_entries=4, show_spinner=False)
def _past_design(pipeline_name: str, number: int, at: str) -> Design:
    """What was deployed does not change; ``at`` tells it from a pipeline that is gone. The same
    object each time, so that what is found out of it is kept with it."""
    del at
    return past_design(as_app(), pipeline_name, number)


def plan_of(design: Design, consent: Consent) -> Plan:
    """The plan for exactly this, made once until it is deployed or asked for again."""
    wanted = (dump_design(design), consent.overwrite, consent.full_refresh)
    planned: tuple[object, Plan] | None = st.session_state.get(_PLANNED)
    if planned is None or planned[0] != wanted:
        with st.spinner("Generating and checking the code"):
            # Kept with the design, for the plan as well: said by itself where it takes a second.
            checked_bundle(design, workspace_root(as_app()))
        with st.spinner("Comparing the design with what is deployed"):
            order = Order(
                overwrite=consent.overwrite,
                full_refresh=consent.full_refresh,
            )
            plan = Builder(asker()).plan(design, order)
        planned = st.session_state[_PLANNED] = (wanted, plan)
    return planned[1]


def forget_plan() -> None:
    st.session_state.pop(_PLANNED, None)


def deployment_job(design: Design) -> Job[StepResult | str, Deployed] | None:
    """Deploying, running or mending this pipeline; None where the person began none since
    the app did."""
    return jobs().find(asker().name, design.settings.pipeline_name)


def is_busy(design: Design) -> bool:
    job = deployment_job(design)
    return job is not None and job.running


def adopt_mended(job: Job[StepResult | str, Deployed]) -> None:
    """Makes the design that the job mended the open one, unless it was edited meanwhile. Once: who
    goes back to what it was before means that."""
    state, result = session(), job.result
    if result is None or st.session_state.get(_ADOPTED) is result:
        return
    st.session_state[_ADOPTED] = result
    if state.design == result.before != result.after:
        state.open(Draft(result.after, result.revision))


def start_deployment(design: Design, plan: Plan, consent: Consent, *, run: bool) -> None:
    """Applies the plan in the background and, if asked, runs and mends until it has succeeded."""
    wish = Wish() if run else None
    order = Order(
        run=wish,
        rounds=ROUNDS,
        overwrite=consent.overwrite,
        full_refresh=consent.full_refresh,
        deleted=consent.deleted,
    )
    who, revision = asker_of_job(), session().revision
    _start(design, lambda report: _do(who, Draft(design, revision), order, report, plan))


def start_mended(design: Design, mended: Design, fixes: Sequence[Fix]) -> None:
    """Deploys ``mended``, which is ``design`` after ``fixes``, with what they need besides, and
    runs it."""
    order = Order(after=tuple(fixes), rounds=ROUNDS, deleted=given_up(design, mended))
    who, revision = asker_of_job(), session().revision
    _start(mended, lambda report: _do(who, Draft(mended, revision), order, report))


def start_run(design: Design, wish: Wish) -> None:
    """Runs what is deployed. It is mended only where that is the open design: its draft would be
    lost otherwise."""
    who, opened, revision = asker_of_job(), session().design, session().revision

    def run(report: Report) -> Deployed:
        latest = deployed_design(who.app, design.settings.pipeline_name)
        rounds = ROUNDS if latest == opened else 0
        order = Order(deploy=False, run=wish, validate=False, rounds=rounds)
        return _do(who, Draft(latest, revision), order, report)

    _start(design, run)


def _start(design: Design, work: Callable[[Report], Deployed]) -> None:
    jobs().start(asker().name, design.settings.pipeline_name, work)
    forget_plan()


def _do(
    who: Asker, draft: Draft, order: Order, report: Report, plan: Plan | None = None
) -> Deployed:
    """How a run stands is read by the pages themselves, which show more of it. What is mended is
    saved over the draft that the job began with, and over no other."""
    saved = [draft]

    def tell(told: Told) -> None:
        if not isinstance(told, RunStatus):
            report(told)

    def keep(mended: Design) -> None:
        try:
            saved.append(save_draft(who, Draft(mended, saved[-1].revision)))
        except MedallionError as error:
            if error.code != "DRAFT_CHANGED":
                raise
            report("The draft was edited meanwhile and stays; what is mended is deployed.")

    outcome = Builder(who).carry_out(draft.design, order, plan=plan, tell=tell, keep=keep)
    return Deployed(draft.design, outcome.design, saved[-1].revision)
