"""The whole job, once: check, plan, apply, run and mend, readers.

The command line and the app change a workspace through this module alone. ``plan_job`` shows what
an order would do, ``do_job`` carries it out and tells each step. Both ask first whether it may be
done for who asks (``permit``) and whether the design may be deployed at all
(``design_refusals``); every attempt of a job goes through both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from medallion_core.check import design_refusals, require_accepted
from medallion_core.deploy import (
    Deployment,
    Plan,
    StepResult,
    apply_plan,
    deployed,
    deployed_design,
    find_deployment,
    grant_readers,
    plan_deploy,
)
from medallion_core.deploy.manifest import read_manifest
from medallion_core.deploy.permit import (
    audited,
    folder_of,
    permit,
    require_code,
    require_own_tables,
)
from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.repair import (
    Consent,
    Diagnosis,
    Fix,
    Needs,
    Risk,
    Round,
    needs_of,
    nobody,
    repair_loop,
    silent,
)
from medallion_core.run import (
    RunStatus,
    Verdict,
    run_all,
    start_run,
    stop_run,
    validate_run,
    verdict,
    wait_until_idle,
    watch_run,
)
from medallion_core.text.identifiers import quote_name
from medallion_core.trust import Asker, require_owner
from medallion_core.workspace import Workspace
from medallion_core.workspace.errors import patiently

Told: TypeAlias = StepResult | RunStatus | str
"""A step of a deployment, how a run stands, or a line for people."""
Tell = Callable[[Told], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a run does. Nothing given: every table is brought what is new."""

    only: tuple[str, ...] = ()
    """Only these tables."""
    again: tuple[str, ...] = ()
    """Only these, read again in full."""
    all_again: bool = False
    """Every table, read again in full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked for, and what was agreed to.

    ``deploy`` brings the workspace
    up to the design first; without it the design has to be the one that is deployed. ``run`` is
    None where nothing is to be run; with ``validate`` every dataset is checked before. What fails
    is mended and run again up to ``rounds`` times.

    ``overwrite`` names files that a person edited and that may be replaced, ``full_refresh``
    tables that may be read again in full. ``after`` are fixes that the design holds already: the
    first attempt does what else they need.
    """

    deploy: bool = True
    run: Wish | None = Wish()
    validate: bool = True
    rounds: int = 0
    overwrite: tuple[str, ...] = ()
    full_refresh: tuple[str, ...] = ()
    after: tuple[Fix, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an order, step by step.

    ``design`` is the design as it was mended, ``steps`` what deploying it took, ``rounds`` what
    each run came to and what was mended after it, ``status`` the last run, ``verdict`` how that
    was judged, ``readers`` the grants that followed. Without a run the last four are empty.
    """

    design: Design
    deployment: Deployment
    steps: tuple[StepResult, ...]
    rounds: tuple[Round, ...] = ()
    status: RunStatus | None = None
    verdict: Verdict | None = None
    readers: tuple[StepResult, ...] = ()

    @property
    def met(self) -> bool:
        """Whether it was run and met every criterion."""
        return self.verdict is not None and self.verdict.met


def plan_job(asker: Asker, design: Design, order: Order) -> Plan:
    """What deploying would do. Reads only; what the order is refused for stands in the plan.

    Raises MedallionError as ``permit`` does: who may not deploy it sees no plan.
    """
    refused = design_refusals(design)
    if not refused:
        permit(asker, design, "deploy", writes=True)
    plan = plan_deploy(
        asker.app,
        design,
        overwrite=order.overwrite,
        full_refresh=order.full_refresh,
        by=asker.name,
    )
    return replace(plan, refused=tuple(dict.fromkeys((*refused, *plan.refused))))


def do_job(
    asker: Asker,
    design: Design,
    order: Order,
    *,
    plan: Plan | None = None,
    consent: Consent = nobody,
    tell: Tell = silent,
    keep: Callable[[Design], None] = silent,
) -> Outcome:
    """Carries out the order, to the verdict where it is to be run.

    ``plan`` is the one that a person saw: exactly that is applied, or nothing. ``consent`` is
    asked before anything is mended that is not safe. ``keep`` is given each design that was
    mended, before it is deployed.

    Raises MedallionError DESIGN_REFUSED, DEPLOYED_DIFFERS, CODE_CHANGED, as ``permit`` does, what
    deploying raises, and UPDATE_ACTIVE where the pipeline runs already.
    """
    require_accepted(design_refusals(design))
    action = _in_a_word(order)
    permit(asker, design, action, writes=order.deploy)
    with audited(asker, design.settings.pipeline_name, action, _agreed(order)):
        return _done(asker, design, order, plan, consent, tell, keep)


def _done(
    asker: Asker,
    design: Design,
    order: Order,
    plan: Plan | None,
    consent: Consent,
    tell: Tell,
    keep: Callable[[Design], None],
) -> Outcome:
    ws, job = asker.app, _Job(asker, order, plan, consent, tell)
    if order.run is None:
        deployment = job.deploy(design, needs_of(order.after))
        return Outcome(design=design, deployment=deployment, steps=tuple(job.steps))
    done = repair_loop(
        ws,
        design,
        job.attempt,
        rounds=order.rounds,
        after=order.after,
        consent=consent,
        report=tell,
        keep=keep,
    )
    pipeline_id = done.status.pipeline_id
    wait_until_idle(ws, pipeline_id)
    judged = verdict(ws, done.design, pipeline_id, done.status.update_id)
    readers = _let_readers_in(ws, done.design, pipeline_id, tell) if judged.met else ()
    return Outcome(
        design=done.design,
        deployment=job.deployment,
        steps=tuple(job.steps),
        rounds=done.rounds,
        status=done.status,
        verdict=judged,
        readers=readers,
    )


def stop_job(asker: Asker, pipeline_name: str) -> None:
    """Stops the update that runs. Raises MedallionError NOT_OWNER or NOT_DEPLOYED."""
    require_owner(asker, folder_of(asker, pipeline_name), f"stop {pipeline_name}")
    deployment = find_deployment(asker.app, pipeline_name)
    if deployment is None:
        raise MedallionError("NOT_DEPLOYED", f"{pipeline_name!r} was not deployed yet.")
    with audited(asker, pipeline_name, "stop"):
        stop_run(asker.app, deployment.pipeline_id)


def _in_a_word(order: Order) -> str:
    """What is noted of an order, and completes "may not"."""
    if order.after:
        return "repair"
    if order.run is None:
        return "deploy"
    return "deploy and run" if order.deploy else "run"


def _agreed(order: Order) -> str:
    """What was agreed to besides, in words; empty where nothing was."""
    wish = order.run or Wish()
    parts = [
        f"replaces {', '.join(order.overwrite)}" if order.overwrite else "",
        f"reads again {', '.join(order.full_refresh)}" if order.full_refresh else "",
        f"reads again {', '.join(wish.again)}" if wish.again else "",
        "reads every table again" if wish.all_again else "",
    ]
    return "; ".join(filter(None, parts))


class _Job:
    """The attempts of one job. Only the first one applies the plan that was seen, runs what is
    deployed without deploying, or runs some tables alone."""

    def __init__(
        self, asker: Asker, order: Order, plan: Plan | None, consent: Consent, tell: Tell
    ) -> None:
        self._asker = asker
        self._ws = asker.app
        self._order = order
        self._plan = plan
        self._consent = consent
        self._tell = tell
        self._first = True
        self.steps: list[StepResult] = []
        self.deployment = Deployment(pipeline_id="", root_path="")

    def attempt(self, design: Design, needs: Needs) -> RunStatus:
        """Deploys, validates and runs once, to the end; what does not validate is not run."""
        self.deploy(design, needs)
        require_code(self._asker, design.settings.pipeline_name)
        status = self._validate(design) if self._order.validate else None
        if status is None or status.state == "COMPLETED":
            update_id = self._start(design, needs)
            self._tell(f"Update {update_id} runs.")
            for status in watch_run(
                self._ws, design, self.deployment.pipeline_id, update_id, tell=self._tell
            ):
                self._tell(status)
        if status is None:
            raise MedallionError("UPDATE_NOT_FOUND", "The pipeline has no such update.")
        kind = "Validation" if status.validate_only else "Update"
        self._tell(f"{kind} {status.update_id} is {status.state}.")
        self._first = False
        return status

    def deploy(self, design: Design, needs: Needs) -> Deployment:
        """The workspace as the design wants it."""
        if self._order.deploy or not self._first:
            self.deployment = apply_plan(self._ws, self._planned(design, needs), self._step)
            _require_ours(self._asker, design, needs.drop)
            for table in needs.drop:
                self._ws.execute(f"DROP TABLE IF EXISTS {_own_table(design, table)}")
        else:
            self.deployment = _as_deployed(self._ws, design)
        return self.deployment

    def _planned(self, design: Design, needs: Needs) -> Plan:
        """The plan that was seen, else a new one. Tables that it would have to read again in full
        need consent."""
        if self._plan and self._first:
            return _of_this_design(self._plan, design)
        order = replace(
            self._order,
            overwrite=(*self._order.overwrite, *needs.overwrite),
            full_refresh=(*self._order.full_refresh, *needs.full_refresh, *needs.drop),
        )
        plan = plan_job(self._asker, design, order)
        if not plan.unconfirmed or not self._consent(_refresh_needed(plan)):
            return plan
        agreed = (*order.full_refresh, *plan.unconfirmed)
        return plan_job(self._asker, design, replace(order, full_refresh=agreed))

    def _validate(self, design: Design) -> RunStatus:
        self._tell("The service checks every dataset.")
        return validate_run(self._ws, design, self.deployment.pipeline_id)

    def _start(self, design: Design, needs: Needs) -> str:
        """A run of every table also reads again in full what that was agreed to for."""
        wish, pipeline_id = self._order.run or Wish(), self.deployment.pipeline_id
        if self._first and (wish.only or wish.again):
            return start_run(
                self._ws, pipeline_id, refresh=wish.only, full_refresh_selection=wish.again
            )
        wanted = (*self.deployment.full_refresh, *needs.full_refresh, *wish.again)
        again = tuple(dict.fromkeys(wanted))
        return run_all(self._ws, design, pipeline_id, full_refresh=wish.all_again, again=again)

    def _step(self, result: StepResult) -> None:
        self.steps.append(result)
        self._tell(result)


def _of_this_design(plan: Plan, design: Design) -> Plan:
    if plan.design != design:
        raise MedallionError(
            "PLAN_OUTDATED",
            "The design was edited since this plan was made.",
            "Look at the new plan, then deploy again.",
        )
    return plan


def _as_deployed(ws: Workspace, design: Design) -> Deployment:
    """The latest deployment, which has to be of this design."""
    name = design.settings.pipeline_name
    deployment = patiently(lambda: deployed(ws, design))
    if patiently(lambda: deployed_design(ws, name)) != design:
        raise MedallionError(
            "DEPLOYED_DIFFERS",
            f"The design of {name!r} differs from what is deployed.",
            "Deploy it first; or open the design that is deployed.",
        )
    return deployment


def _require_ours(asker: Asker, design: Design, tables: tuple[str, ...]) -> None:
    """That no table is dropped but the pipeline's own."""
    if tables:
        manifest = read_manifest(folder_of(asker, design.settings.pipeline_name))
        require_own_tables(asker, design, manifest, tables)


def _own_table(design: Design, table: str) -> str:
    """The three-level name of one of the pipeline's tables, as SQL."""
    return quote_name(design.settings.catalog, design.settings.schema, table)


def _refresh_needed(plan: Plan) -> Diagnosis:
    tables = ", ".join(plan.unconfirmed)
    sentence = f"The design's changes need {tables} to be read again in full."
    change = f"Reads {tables} again in full."
    code = "FULL_REFRESH_NEEDED"
    fix = Fix(code, tables, change, sentence, full_refresh=plan.unconfirmed)
    return Diagnosis(code, tables, sentence, Risk.ASKS, fix=fix)


def _let_readers_in(
    ws: Workspace, design: Design, pipeline_id: str, tell: Tell
) -> tuple[StepResult, ...]:
    """Only tables that exist can be granted on, so readers come last."""
    return tuple(patiently(lambda: grant_readers(ws, design, pipeline_id, tell)))
