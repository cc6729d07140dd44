"""The loop's own decisions, over attempts that fail as they are told to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.repair import Evidence, Needs, Repaired, loop, repair_loop
from medallion_core.run import RunStatus
from medallion_core.run.events import RunError
from tests.repair.test_catalogue import DESIGN, error

ZERO = "[DIVIDE_BY_ZERO] Division by zero."
IN_PLACE = "[DELTA_SOURCE_IGNORE_DELETE] Detected deleted data."


@dataclass
class Fake:
    """Answers each attempt with the next of ``failures``, and with success after the last."""

    failures: list[list[RunError]]
    designs: list[Design] = field(default_factory=list)
    needs: list[Needs] = field(default_factory=list)

    def attempt(self, design: Design, needs: Needs) -> RunStatus:
        self.designs.append(design)
        self.needs.append(needs)
        errors = self.failures.pop(0) if self.failures else []
        state = "FAILED" if errors else "COMPLETED"
        return RunStatus("p1", "u1", state, errors=tuple(errors))


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    monkeypatch.setattr(loop, "gather_evidence", lambda *_: Evidence())
    return Fake([])


def run(fake: Fake, **options: Any) -> Repaired:
    return repair_loop(fake, DESIGN, fake.attempt, **{"rounds": 5} | options)  # type: ignore[arg-type]


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
    assert [entity.name for entity in outcome.design.entities] == ["orders_2"]


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


def test_a_fix_that_would_make_the_design_refused_is_not_applied(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first, *_) = DESIGN.entities
    twice = replace(DESIGN, entities=(*DESIGN.entities, first))
    monkeypatch.setattr(loop, "apply_fix", lambda *_: twice)
    fake.failures = [[error("silver_orders", ZERO)]]
    lines: list[str] = []
    outcome = run(fake, report=lines.append)
    assert outcome.design == DESIGN
    assert any("2 tables would be called" in line for line in lines)


def test_without_rounds_what_failed_is_told_and_nothing_mended(fake: Fake) -> None:
    fake.failures = [[error("silver_orders", ZERO)]]
    outcome = run(fake, rounds=0)
    assert (outcome.design, len(fake.designs)) == (DESIGN, 1)
    assert [d.code for d in outcome.rounds[0].open] == ["DIVIDES_BY_ZERO"]
