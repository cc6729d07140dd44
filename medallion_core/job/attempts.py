"""The attempts of one job: deploy, validate, run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from medallion_core.check import require_accepted
from medallion_core.deploy import (
    Deployment,
    Plan,
    StepResult,
    apply_plan,
    deployed,
    deployed_design,
)
from medallion_core.deploy.permit import require_code
from medallion_core.errors import MedallionError
from medallion_core.job.order import Order, Tell, Wish
from medallion_core.job.plan import plan_job
from medallion_core.model import Design
from medallion_core.repair import (
    FULL_REFRESH_NEEDED,
    TABLES_LEFT_BEHIND,
    Consent,
    Diagnosis,
    Fix,
    Needs,
    Risk,
)
from medallion_core.run import RunStatus, run_all, start_run, validate_run, watch_run
from medallion_core.tables.inventory import check_tables
from medallion_core.trust import Asker
from medallion_core.workspace import Workspace
from medallion_core.workspace.errors import patiently

Names: TypeAlias = tuple[str, ...]


class Attempts:
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
            self.deployment = self._apply(self._planned(design, needs))
        else:
            self.deployment = _as_deployed(self._ws, design)
        return self.deployment

    def _apply(self, plan: Plan) -> Deployment:
        """Code that nobody deployed or accepted stops it: a schedule would run it unasked."""
        require_accepted(plan.refused)
        require_code(self._asker, plan.design.settings.pipeline_name, plan)
        return apply_plan(self._ws, plan, self._step)

    def _planned(self, design: Design, needs: Needs) -> Plan:
        """The plan that was seen, else a new one. Tables that it would have to read again in full,
        or would make no longer, need consent. What was agreed to overwrite was agreed to as it lay
        there then."""
        if self._plan and self._first:
            seen = _of_this_design(self._plan, design)
            return replace(seen, deleted=(*seen.deleted, *self._order.deleted))
        order = replace(
            self._order,
            overwrite=needs.overwrite if self._plan else (*self._order.overwrite, *needs.overwrite),
            full_refresh=(*self._order.full_refresh, *needs.full_refresh),
            deleted=(*self._order.deleted, *needs.deleted),
        )
        plan = plan_job(self._asker, design, order)
        agreed = replace(
            order,
            full_refresh=(*order.full_refresh, *self._agreed(_refresh_needed, plan.unconfirmed)),
            deleted=(*order.deleted, *self._agreed(_left_behind, plan.left_behind)),
        )
        return plan if agreed == order else plan_job(self._asker, design, agreed)

    def _agreed(self, ask: Callable[[Names], Diagnosis], tables: Names) -> Names:
        """``tables``, or none of them where nobody agrees."""
        return tables if tables and self._consent(ask(tables)) else ()

    def _validate(self, design: Design) -> RunStatus:
        self._tell("The service checks every dataset.")
        return validate_run(self._ws, design, self.deployment.pipeline_id)

    def _start(self, design: Design, needs: Needs) -> str:
        """A run of every table also reads again in full what that was agreed to for. Where
        failures are mended the platform is not to repeat what failed in between."""
        mends = self._order.rounds > 0
        wish, pipeline_id = self._order.run or Wish(), self.deployment.pipeline_id
        if self._first and (wish.only or wish.again):
            return start_run(
                self._ws,
                pipeline_id,
                refresh=_checked(design, wish),
                full_refresh_selection=wish.again,
                development=mends,
            )
        wanted = (*self.deployment.full_refresh, *needs.full_refresh, *wish.again)
        again = tuple(dict.fromkeys(wanted))
        return run_all(
            self._ws,
            design,
            pipeline_id,
            full_refresh=wish.all_again,
            again=again,
            development=mends,
        )

    def _step(self, result: StepResult) -> None:
        self.steps.append(result)
        self._tell(result)


def _checked(design: Design, wish: Wish) -> tuple[str, ...]:
    """What is refreshed: the tables that are asked for, and those that check them."""
    wanted = dict.fromkeys((*wish.only, *check_tables(design)))
    return tuple(table for table in wanted if table not in wish.again)


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


def _refresh_needed(tables: Names) -> Diagnosis:
    names = ", ".join(tables)
    sentence = f"The design's changes need a full refresh of {names}."
    change = f"Refreshes {names} in full."
    code = FULL_REFRESH_NEEDED
    fix = Fix(code, names, change, sentence, full_refresh=tables)
    return Diagnosis(code, names, sentence, Risk.ASKS, fix=fix)


def _left_behind(tables: Names) -> Diagnosis:
    names = ", ".join(tables)
    sentence = f"By the design's changes the pipeline makes {names} no longer."
    code = TABLES_LEFT_BEHIND
    fix = Fix(code, names, f"Makes {names} no longer.", sentence, left=tables)
    return Diagnosis(code, names, sentence, Risk.ASKS, fix=fix)
