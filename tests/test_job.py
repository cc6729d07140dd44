"""The whole job over a service in memory: what is refused, what is done and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from medallion_core.check import refusals
from medallion_core.deploy import (
    Action,
    Deployment,
    GrantStep,
    Plan,
    StepResult,
    TableStep,
    apply_plan,
)
from medallion_core.deploy import plan_deploy as real_plan
from medallion_core.deploy.apply import _require_consent
from medallion_core.deploy.manifest import Manifest
from medallion_core.errors import MedallionError
from medallion_core.job import Order, Outcome, Told, Wish, attempts, do_job, job, plan_job
from medallion_core.job import plan as planning
from medallion_core.model import Design, Finding, Level, Proofs, Settings
from medallion_core.repair import Evidence, Fix, loop
from medallion_core.run import Criterion, RunStatus, Verdict
from medallion_core.run.events import RunError
from medallion_core.tables.inventory import given_up
from medallion_core.tables.privileges import Privilege
from medallion_core.trust import Asker, own_asker
from tests.repair.faults import IDS, entity, rule
from tests.repair.test_catalogue import error

ZERO = "[DIVIDE_BY_ZERO] Division by zero."
IN_PLACE = "[DELTA_SOURCE_IGNORE_DELETE] Detected deleted data."
ORDERS = entity("orders", IDS, rules=(rule("100 / qty > 1"),))
DESIGN = Design(Settings("sales", "main", "gold"), (ORDERS,))
TWICE = replace(DESIGN, entities=(ORDERS, entity("orders", {"id": "int"})))

BROKEN = Finding(Level.ERROR, "src/a.py", "This is not Python.", "Generate it again.")
READER = GrantStep(
    subject="SELECT on table main.gold.dim_order",
    action=Action.GRANT,
    privilege=Privilege(
        "SELECT", "TABLE", ("main", "gold", "dim_order"), "readers", why="query it"
    ),
)


class Untouchable:
    """A workspace that must not be asked anything but whose it is."""

    user_name = "ann"

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was asked for")


@dataclass
class Service:
    """Does what it is asked and notes it. Each update ends with the next of ``failures``, and in
    success after the last; ``stale`` tables need a full refresh, those that are ``gone`` are made
    no longer."""

    done: list[str] = field(default_factory=list)
    failures: list[list[RunError]] = field(default_factory=list)
    stale: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    deployed_now: Design = DESIGN
    invalid: bool = False
    ended: str = ""
    user_name: str = "app"
    refusal: MedallionError | None = None
    changed: MedallionError | None = None
    noted: list[str] = field(default_factory=list)
    development: list[bool] = field(default_factory=list)

    def permit(self, asker: Asker, design: Design, action: str, *, writes: bool) -> None:
        self.noted.append(f"may {asker.name} {action}, {writes}")
        if self.refusal:
            raise self.refusal

    def require_code(self, *_: object) -> None:
        if self.changed:
            raise self.changed

    @contextmanager
    def audited(self, asker: Asker, name: str, action: str, consent: str = "") -> Iterator[None]:
        self.noted.append(f"{asker.name}: {action} {name}; {consent}")
        yield

    def note(self, asker: Asker, name: str, action: str, consent: str) -> None:
        self.noted.append(f"{asker.name}: {action} {name}; {consent}")

    def plan_deploy(self, ws: object, design: Design, **options: Any) -> Plan:
        self.done.append("plan")
        return Plan(
            design=design,
            root_path="/Workspace/sales",
            steps=(
                *(TableStep(subject=name, action=Action.REFRESH) for name in self.stale),
                *(TableStep(subject=name, action=Action.DELETE) for name in self.gone),
            ),
            manifest=Manifest("sales"),
            by=options["by"],
            full_refresh=tuple(options["full_refresh"]),
            deleted=tuple(options["deleted"]),
        )

    def apply_plan(self, ws: object, plan: Plan, report: Callable[[Any], None]) -> Deployment:
        _require_consent(plan)
        self.done.append("apply")
        self.deployed_now = plan.design
        for step in plan.changes:
            report(StepResult(step))
        return Deployment(pipeline_id="p1", root_path=plan.root_path)

    def deployed(self, *_: object) -> Deployment:
        return Deployment(pipeline_id="p1", root_path="/", full_refresh=("silver_orders",))

    def deployed_design(self, *_: object) -> Design:
        return self.deployed_now

    def validate_run(self, *_: object) -> RunStatus:
        self.done.append("validate")
        self.ended = "FAILED" if self.invalid else "COMPLETED"
        return RunStatus("p1", "v1", self.ended, validate_only=True)

    def run_all(
        self, *_: object, full_refresh: bool, again: tuple[str, ...], development: bool
    ) -> str:
        self.development.append(development)
        self.done.append(" ".join(["run", *again, *(["all again"] if full_refresh else [])]))
        return "u1"

    def start_run(
        self, *_: object, refresh: object, full_refresh_selection: object, development: bool
    ) -> str:
        self.development.append(development)
        self.done.append(f"run only {refresh} again {full_refresh_selection}")
        return "u1"

    def watch_run(self, *_: object, tell: Callable[[str], None]) -> Iterator[RunStatus]:
        errors = self.failures.pop(0) if self.failures else []
        self.ended = "FAILED" if errors else "COMPLETED"
        yield RunStatus("p1", "u1", "RUNNING")
        yield RunStatus("p1", "u1", self.ended, errors=tuple(errors))

    def wait_until_idle(self, *_: object) -> None:
        self.done.append("wait")

    def verdict(self, *_: object) -> Verdict:
        self.done.append("verdict")
        return Verdict((Criterion("Latest update completed", self.ended == "COMPLETED", ""),))

    def grant_readers(
        self, asker: Asker, design: Design, pipeline_id: str, report: Callable[[Any], None]
    ) -> list[Any]:
        self.done.append("readers")
        report(StepResult(READER))
        return [StepResult(READER)]


FACES = (
    *("plan_deploy", "apply_plan", "deployed", "deployed_design", "grant_readers"),
    *("validate_run", "run_all", "start_run", "watch_run", "wait_until_idle", "verdict"),
    *("permit", "audited", "note", "require_code"),
)
DEPLOYS = ["plan", "apply"]
ALL = Order()
JUDGES = ["wait", "verdict", "readers"]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    made = Service()
    serve(made, monkeypatch)
    return made


def serve(made: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts ``made`` in place of the workspace, wherever the job reaches it."""
    for name in FACES:
        homes = [module for module in (planning, attempts, job) if hasattr(module, name)]
        assert homes
        for module in homes:
            monkeypatch.setattr(module, name, getattr(made, name))
    monkeypatch.setattr(loop, "gather_evidence", lambda *_: Evidence())


def do(
    service: Service, design: Design = DESIGN, order: Order | None = None, **how: Any
) -> Outcome:
    return do_job(own_asker(service), design, order or Order(), **how)  # type: ignore[arg-type]


# ── What is refused ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "order",
    [
        Order(),
        Order(run=None),
        Order(deploy=False),
        Order(deploy=False, validate=False),
        Order(rounds=5),
    ],
    ids=["deploy and run", "deploy", "run", "run unchecked", "mend"],
)
def test_two_entities_of_one_name_are_refused_before_anything_is_done(
    service: Service, order: Order
) -> None:
    service.deployed_now = TWICE
    with pytest.raises(MedallionError, match="2 tables would be called bronze_orders") as raised:
        do(service, TWICE, order)
    assert raised.value.code == "DESIGN_REFUSED"
    assert raised.value.hint == "Rename one of them."
    assert service.done == []


def test_the_plan_says_why_and_asks_the_workspace_nothing() -> None:
    plan = plan_job(own_asker(Untouchable()), TWICE, Order())  # type: ignore[arg-type]
    assert {finding.subject for finding in plan.refused} == {"bronze_orders", "silver_orders"}
    assert plan.steps == ()


def test_an_error_in_the_bundle_is_refused_like_one_in_the_design(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refusals, "check_bundle", lambda _: [BROKEN])
    plan = real_plan(Untouchable(), DESIGN, by="ann")  # type: ignore[arg-type]
    assert plan.refused == (BROKEN,)
    with pytest.raises(MedallionError, match=r"src/a\.py: This is not Python"):
        apply_plan(Untouchable(), plan, lambda _: None)  # type: ignore[arg-type]


def test_a_run_of_a_design_that_is_not_deployed_is_refused(service: Service) -> None:
    other = replace(DESIGN, settings=replace(DESIGN.settings, owner="ann@example.com"))
    with pytest.raises(MedallionError) as raised:
        do(service, other, Order(deploy=False))
    assert raised.value.code == "DEPLOYED_DIFFERS"
    assert service.done == []


@pytest.mark.parametrize("order", [Order(), Order(run=None), Order(deploy=False), Order(rounds=5)])
def test_nothing_is_done_or_noted_for_who_may_not(service: Service, order: Order) -> None:
    service.refusal = MedallionError("NOT_ALLOWED", "ann may not.")
    with pytest.raises(MedallionError, match="ann may not"):
        do(service, order=order)
    assert service.done == []
    assert service.noted == [f"may app {word_of(order)}, {order.deploy}"]


def word_of(order: Order) -> str:
    if order.run is None:
        return "deploy"
    return "deploy and run" if order.deploy else "run"


def test_what_is_done_for_whom_is_noted_with_what_they_agreed_to(service: Service) -> None:
    do(service, order=Order(overwrite=("src/a.py",), run=Wish(all_again=True)))
    consent = "replaces src/a.py; full refresh of every table"
    assert f"app: deploy and run sales; {consent}" in service.noted
    fix = Fix("KIND_HAS_CHANGED", "dim_order", "Drops dim_order.", "Its kind changed.")
    do(service, order=Order(after=(fix,)))
    assert "app: repair sales; KIND_HAS_CHANGED: Drops dim_order." in service.noted


@pytest.mark.parametrize(
    ("order", "done"), [(Order(deploy=False), []), (Order(), ["plan"]), (Order(run=None), ["plan"])]
)
def test_code_that_nobody_deployed_is_neither_run_nor_deployed(
    service: Service, order: Order, done: list[str]
) -> None:
    service.changed = MedallionError("CODE_CHANGED", "Not as it was deployed: src/x.py (added).")
    with pytest.raises(MedallionError, match=r"src/x\.py"):
        do(service, order=order)
    assert service.done == done


# ── What is done, in which order ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("order", "done"),
    [
        (Order(), [*DEPLOYS, "validate", "run", *JUDGES]),
        (Order(rounds=5), [*DEPLOYS, "validate", "run", *JUDGES]),
        (Order(run=None), DEPLOYS),
        (Order(deploy=False), ["validate", "run silver_orders", *JUDGES]),
        (Order(deploy=False, validate=False), ["run silver_orders", *JUDGES]),
        (Order(run=Wish(all_again=True)), [*DEPLOYS, "validate", "run all again", *JUDGES]),
        (
            Order(deploy=False, validate=False, run=Wish(only=("dim_order",))),
            ["run only ('dim_order', 'row_balance') again ()", *JUDGES],
        ),
    ],
)
def test_the_steps_of_an_order(service: Service, order: Order, done: list[str]) -> None:
    outcome = do(service, order=order)
    assert service.done == done
    assert outcome.met is (order.run is not None)
    assert bool(outcome.readers) is (order.run is not None), "readers come after a met verdict"


def test_the_plan_that_a_person_saw_is_the_one_that_is_applied(service: Service) -> None:
    shown = plan_job(own_asker(service), DESIGN, Order())  # type: ignore[arg-type]
    service.done.clear()
    do(service, plan=shown)
    assert service.done[0] == "apply"


def test_a_plan_of_another_design_is_not_applied(service: Service) -> None:
    shown = plan_job(own_asker(service), replace(DESIGN, entities=()), Order())  # type: ignore[arg-type]
    service.done.clear()
    with pytest.raises(MedallionError, match="edited since this plan"):
        do(service, plan=shown)
    assert service.done == []


def test_what_does_not_validate_is_not_run_and_lets_nobody_in(service: Service) -> None:
    service.invalid = True
    outcome = do(service)
    assert service.done == [*DEPLOYS, "validate", "wait", "verdict"]
    assert (outcome.met, outcome.readers) == (False, ())


def test_each_round_goes_through_every_step(service: Service) -> None:
    service.failures = [[error("silver_orders", ZERO)]]
    kept: list[Design] = []
    outcome = do(service, order=Order(rounds=5), keep=kept.append)
    attempt = [*DEPLOYS, "validate", "run"]
    assert service.done == [*attempt, *attempt, *JUDGES]
    assert kept == [outcome.design] == [service.deployed_now]
    assert [round_.state for round_ in outcome.rounds] == ["FAILED", "COMPLETED"]


def test_the_platform_repeats_nothing_where_failures_are_mended(service: Service) -> None:
    do(service, order=Order(rounds=5))
    do(service, order=Order())
    do(service, order=Order(deploy=False, run=Wish(only=("fact_orders",)), rounds=5))
    assert service.development == [True, False, True]


def test_what_the_job_proves_is_proved_after_a_run_that_has_ended_well(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(DESIGN.settings, proofs=Proofs.JOB)
    design, foreign = replace(DESIGN, settings=settings), MedallionError("TABLE_NOT_OURS", "Bob's.")
    owned: list[MedallionError] = []

    def require_own(_: object, __: object, ___: object, tables: list[str]) -> None:
        service.done.append(f"own {tables}")
        if owned:
            raise owned[0]

    monkeypatch.setattr(job, "require_own_tables", require_own)
    monkeypatch.setattr(job, "folder_of", lambda *_: None)
    monkeypatch.setattr(job, "read_manifest", lambda _: None)
    monkeypatch.setattr(job, "make_proofs", lambda *_: service.done.append("prove"))
    attempt = [*DEPLOYS, "validate", "run", "wait"]
    proves = [*attempt, "own ['row_balance']", "prove", "verdict", "readers"]
    do(service, design)
    assert service.done == proves
    owned.append(foreign)
    told: list[Told] = []
    do(service, design, tell=told.append)
    assert service.done == [*proves, *(step for step in proves if step != "prove")]
    assert "They were not made: Bob's." in told
    service.failures = [[error("silver_orders", ZERO)]]
    do(service, design)
    assert service.done[-2:] == ["wait", "verdict"]


def test_without_rounds_nothing_is_mended_and_nobody_let_in(service: Service) -> None:
    service.failures = [[error("silver_orders", ZERO)]]
    outcome = do(service)
    assert (outcome.design, outcome.met) == (DESIGN, False)
    assert service.done == [*DEPLOYS, "validate", "run", "wait", "verdict"]
    assert [diagnosis.code for diagnosis in outcome.rounds[0].open] == ["DIVIDES_BY_ZERO"]


def test_only_the_first_run_is_of_some_tables(service: Service) -> None:
    service.failures = [[error("silver_orders", ZERO)]]
    wish = Wish(again=("silver_orders",))
    do(service, order=Order(deploy=False, validate=False, run=wish, rounds=5))
    first, *rest = service.done
    assert first == "run only ('row_balance',) again ('silver_orders',)"
    assert rest == [*DEPLOYS, "run silver_orders", *JUDGES]


def test_what_changes_its_kind_is_deployed_under_another_name_and_nothing_dropped(
    service: Service,
) -> None:
    service.failures = [[error("bronze_orders", IN_PLACE)]]
    outcome = do(service, order=Order(rounds=5), consent=lambda _: "ann@example.com")
    assert [entity.name for entity in outcome.design.entities] == ["orders_2"]
    assert not [done for done in service.done if "DROP" in done]


def test_tables_are_read_again_in_full_on_consent_only(service: Service) -> None:
    service.stale = ("silver_orders",)
    with pytest.raises(MedallionError, match="silver_orders would need a full refresh"):
        do(service)
    assert do(service, order=Order(full_refresh=("silver_orders",))).met
    assert do(service, consent=lambda _: "ann@example.com").met


def test_tables_are_made_no_longer_on_consent_only(service: Service) -> None:
    service.gone = ("silver_old", "silver_older")
    seen = plan_job(own_asker(service), DESIGN, Order())  # type: ignore[arg-type]
    for how in ({}, {"plan": seen}, {"order": Order(deleted=("silver_old",)), "plan": seen}):
        with pytest.raises(MedallionError, match="silver_older would be made no longer") as caught:
            do(service, **how)
        assert caught.value.code == "TABLES_LEFT_BEHIND"
    for how in ({"order": Order(deleted=service.gone)}, {"consent": lambda _: "ann@example.com"}):
        assert do(service, **how).met
    assert do(service, order=Order(deleted=service.gone), plan=seen).met


def test_what_a_fix_makes_no_longer_was_agreed_to_with_it(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = service.plan_deploy

    def compared(ws: object, design: Design, **options: Any) -> Plan:
        service.gone = given_up(service.deployed_now, design)
        return plan(ws, design, **options)

    monkeypatch.setattr(planning, "plan_deploy", compared)
    service.failures = [[error("bronze_orders", IN_PLACE)]]
    asked: list[str] = []
    do(service, order=Order(rounds=5), consent=lambda each: asked.append(each.code) or "ann")
    assert service.gone == ("bronze_orders", "silver_orders")
    assert asked == ["SOURCE_IS_NO_STREAM"]


def test_each_step_is_told_and_kept_in_the_outcome(service: Service) -> None:
    service.stale = ("silver_orders",)
    told: list[Told] = []
    outcome = do(service, order=Order(full_refresh=("silver_orders",)), tell=told.append)
    assert [result.step.subject for result in outcome.steps] == ["silver_orders"]
    assert [*outcome.steps, *outcome.readers] == [t for t in told if isinstance(t, StepResult)]
    assert [t.state for t in told if isinstance(t, RunStatus)] == ["RUNNING", "COMPLETED"]
    assert "Update u1 is COMPLETED." in told
