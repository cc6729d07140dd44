"""Numbers that look like none among amounts are asked about, before anybody sums them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from medallion_core.edit import answer_question
from medallion_core.model import Aggregation, RuleAction, Scalar, Settings
from medallion_core.propose import propose_design
from tests.propose.memory import Memory

CASES: dict[str, tuple[list[Scalar | None], str]] = {
    "nines below zero": ([-999.0 if n % 20 == 0 else n * 1.5 for n in range(200)], "is -999 in 10"),
    "minus one": ([-1 if n % 20 == 0 else n % 37 for n in range(200)], "is -1 in 10"),
    "nines far above": ([9999 if n % 20 == 0 else n % 70 for n in range(200)], "is 9999 in 10"),
    "nines far below what is below zero": (
        [-999.0 if n % 20 == 0 else n % 60 - 29.5 for n in range(200)],
        "is -999 in 10",
    ),
    "in text": (["-999" if n % 20 == 0 else f"{n}" for n in range(200)], "is -999 in 10"),
    "nines among the others": ([n * 10 - 1 for n in range(1, 201)], ""),
    "nines that come once": ([9999 if n == 5 else n % 70 for n in range(200)], ""),
    "what goes below zero by itself": ([n % 60 - 29 for n in range(200)], ""),
    "days of late delivery": ([n % 12 - 1 for n in range(200)], "is -1 in 17"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_stands_for_none_is_asked_about(name: str) -> None:
    values, told = CASES[name]
    rows: dict[str, list[Scalar | None]] = {
        "policy_id": [*range(len(values))],
        "sold_on": [date(2024, 1, 1) + timedelta(days=n % 90) for n in range(len(values))],
        "premium": values,
    }
    memory = Memory({"policies": rows})
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    found = [q for q in design.questions if "stands for none" in q.detail]
    assert len(found) == bool(told)
    assert told in "".join(question.detail for question in found)
    for question in found:
        *sums, aside = question.answers
        assert [(a.measures, a.aggregation) for a in sums] == [
            (("`premium`",), Aggregation.NONE),
            (("`premium`",), Aggregation.SUM),
        ]
        [rule] = set(answer_question(design, question, aside).entity("policies").rules) - set(
            design.entity("policies").rules
        )
        number = told.split()[1]
        assert rule.condition == f"`premium` IS NULL OR `premium` <> {number}"
        assert rule.action is RuleAction.QUARANTINE


def test_what_nothing_sums_may_stand_for_none_too() -> None:
    rows: dict[str, list[Scalar | None]] = {
        "reading_id": [*range(200)],
        "read_on": [date(2024, 1, 1) + timedelta(days=n % 90) for n in range(200)],
        "temperature": [-999.0 if n % 20 == 0 else n % 60 - 29.5 for n in range(200)],
    }
    memory = Memory({"readings": rows})
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    [question] = [q for q in design.questions if "stands for none" in q.detail]
    assert "temperature is -999 in 10" in question.detail
    assert [answer.label for answer in question.answers] == ["Set such rows aside"]
