"""The loop's own decisions, over a workspace that fails as it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from medallion_core.deploy import Action, Deployment, Plan, TableStep
from medallion_core.deploy.manifest import Manifest
from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.repair import Evidence, loop, repair_loop
from medallion_core.run import Criterion, RunStatus, Verdict
from medallion_core.run.events import RunError
from tests.repair.test_catalogue import DESIGN, error

ZERO = "[DIVIDE_BY_ZERO] Division by zero."
IN_PLACE = "[DELTA_SOURCE_IGNORE_DELETE] Detected deleted data."


@dataclass
class Fake:
    """Answers each update with the next of ``failures``, and with success after the last."""

    failures: list[list[RunError]]
    designs: list[Design] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    stale: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()

    def plan(self, ws: object, design: Design, **options: Any) -> Plan:
        self.agreed = tuple(options["full_refresh"])
        return Plan(
            design=design,
            root_path="/Workspace/p",
            steps=tuple(TableStep(subject=each, action=Action.REFRESH) for each in self.stale),
            manifest=Manifest("p"),
            by="ann",
            full_refresh=self.agreed,
        )

    def apply(self, ws: object, plan: Plan, report: object) -> Deployment:
        if plan.unconfirmed:
            raise MedallionError("FULL_REFRESH_NEEDED", "Some tables are stale.")
        self.designs.append(plan.design)
        return Deployment(pipeline_id="p1", root_path="/Workspace/p")

    def execute(self, statement: str) -> None:
        self.statements.append(statement)

    def watch(self, ws: object, design: Design, pipeline: str, update: str) -> Iterator[RunStatus]:
        errors = self.failures.pop(0) if self.failures else []
        state = "FAILED" if errors else "COMPLETED"
        yield RunStatus(pipeline, update, state, errors=tuple(errors))


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    made = Fake([])
    monkeypatch.setattr(loop, "plan_deploy", made.plan)
    monkeypatch.setattr(loop, "apply_plan", made.apply)
    monkeypatch.setattr(loop, "run_all", lambda *_, **__: "u1")
    monkeypatch.setattr(loop, "watch_run", made.watch)
    monkeypatch.setattr(loop, "validate_run", lambda *_: RunStatus("p1", "u0", "COMPLETED"))
    monkeypatch.setattr(loop, "gather_evidence", lambda *_: Evidence())
    monkeypatch.setattr(loop, "wait_until_idle", lambda *_: None)
    monkeypatch.setattr(loop, "verdict", lambda *_: Verdict((Criterion("idle", True, ""),)))
    return made


def run(fake: Fake, **options: Any) -> loop.RepairOutcome:
    return repair_loop(fake, DESIGN, **options)  # type: ignore[arg-type]


def test_several_failures_are_mended_in_one_round(fake: Fake) -> None:
    fake.failures = [[error("silver_orders", ZERO), error("fact_orders", ZERO)]]
    outcome = run(fake)
    assert len(outcome.rounds) == 2
    assert len(outcome.rounds[0].applied) == 2
    assert [fix.failure for fix in outcome.design.fixes] == ["DIVIDES_BY_ZERO"] * 2
    assert fake.designs[-1] == outcome.design


def test_the_same_fix_is_not_tried_twice(fake: Fake) -> None:
    changed = error("bronze_orders", "[DELTA_SCHEMA_CHANGED] Detected schema change.")
    fake.failures = [[changed]] * 5
    outcome = run(fake)
    assert [len(round_.applied) for round_ in outcome.rounds] == [1, 0]
    assert [d.code for d in outcome.rounds[-1].open] == ["SCHEMA_HAS_CHANGED"]


def test_rounds_are_bounded(fake: Fake) -> None:
    texts = [
        ZERO,
        "[DELTA_SCHEMA_CHANGED] Changed.",
        "[AUTOCDC_MICROBATCH_VALIDATION.NULL_SEQUENCE]",
    ]
    fake.failures = [[error("silver_orders", text)] for text in texts]
    outcome = run(fake, rounds=2)
    assert [len(round_.applied) for round_ in outcome.rounds] == [1, 1, 0]


def test_an_unknown_failure_changes_nothing(fake: Fake) -> None:
    fake.failures = [[error("silver_orders", "[SOMETHING_NEW] Nobody has seen this.")]]
    outcome = run(fake, consent=lambda diagnosis: "anybody")
    assert outcome.design == DESIGN
    assert len(fake.designs) == 1
    assert [d.code for d in outcome.rounds[0].open] == ["UNKNOWN"]


def test_what_asks_is_done_on_consent_only(fake: Fake) -> None:
    fake.failures = [[error("bronze_orders", IN_PLACE)]]
    assert run(fake).design == DESIGN
    fake.failures = [[error("bronze_orders", IN_PLACE)]]
    outcome = run(fake, consent=lambda diagnosis: "ann@example.com")
    assert [fix.consent for fix in outcome.design.fixes] == ["ann@example.com"]
    assert fake.statements == [
        "DROP TABLE IF EXISTS `main`.`gold`.`bronze_orders`",
        "DROP TABLE IF EXISTS `main`.`gold`.`silver_orders`",
    ]


def test_a_fix_that_no_longer_applies_leaves_the_design(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Design:
        raise MedallionError("INVALID_EDIT", "The rule is gone.")

    monkeypatch.setattr(loop, "apply_fix", refuse)
    fake.failures = [[error("silver_orders", ZERO)]]
    lines: list[str] = []
    outcome = run(fake, report=lines.append)
    assert replace(outcome.design, fixes=()) == DESIGN
    assert any("The rule is gone." in line for line in lines)


def test_tables_are_read_again_in_full_on_consent_only(fake: Fake) -> None:
    fake.stale = ("silver_orders",)
    with pytest.raises(MedallionError, match="stale"):
        run(fake)
    run(fake, consent=lambda diagnosis: "ann@example.com")
    assert fake.agreed == ("silver_orders",)
