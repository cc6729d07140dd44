"""Numbers that are named as times are read as such, or asked about, and never summed."""

from __future__ import annotations

import pytest

from medallion_core.model import Aggregation, Scalar, Settings
from medallion_core.propose import propose_design
from tests.propose.memory import Memory

SUM = Aggregation.SUM
SECOND = 1_704_067_200
DAYS = [20240101 + n % 28 for n in range(60)]
CASES: dict[str, tuple[str, list[Scalar | None], str, str]] = {
    "no day, no end": ("end_date", [0, 99999999, 99991231, *DAYS], "date", ""),
    "one day in all rows": ("end_date", [20240101] * 60, "date", ""),
    "one number in all rows": ("spent_on", [20240101] * 60, "bigint", ""),
    "no day in text": ("end_date", ["00000000", *map(str, DAYS)], "date", ""),
    "a day that is none": ("end_date", [20240230, *DAYS], "bigint", "days written as yyyyMMdd"),
    "one in text that is none": (
        "end_date",
        ["20240230", *map(str, DAYS)],
        "bigint",
        "written as yyyyMMdd",
    ),
    "days from 1970 on": ("due_date", [19723 + n for n in range(60)], "bigint", "reads as no time"),
    "days of months": ("date", [n % 31 + 1 for n in range(60)], "bigint", ""),
    "votes for candidates": ("candidate", [45292 + n for n in range(60)], "bigint", ""),
    "days of Excel": ("end_date", [45292 + n for n in range(60)], "bigint", "as Excel counts"),
    "and halves": ("end_date", [45292.5 + n for n in range(60)], "double", "as Excel counts"),
    "seconds and milliseconds": (
        "created",
        [SECOND + n if n % 2 else (SECOND + n) * 1000 for n in range(60)],
        "bigint",
        "in several units",
    ),
    "parts of seconds": ("created", [SECOND + n + 0.25 for n in range(60)], "double", "in several"),
    "a time in digits": ("ts", [20240101101500 + n for n in range(40)], "timestamp", ""),
    "a time in digits of text": (
        "ts",
        [f"{20240101101500 + n}" for n in range(40)],
        "timestamp",
        "",
    ),
    "no time in as many digits": ("ts", [20240101106000 + n for n in range(40)], "bigint", ""),
    "seconds": ("created", [SECOND + n for n in range(60)], "timestamp", ""),
    "how many were created": ("created", [n * 7 for n in range(60)], "bigint", ""),
    "how much was spent on": ("spent_on", [n * 700 for n in range(60)], "bigint", ""),
}


@pytest.mark.parametrize("name", CASES)
def test_numbers_that_are_times_are_read_or_asked(name: str) -> None:
    column, values, type_, told = CASES[name]
    rows: dict[str, list[Scalar | None]] = {"order_id": [*range(len(values))], column: values}
    rows["amount"] = [n * 1.25 for n in range(len(values))]
    memory = Memory({"orders": rows})
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    assert design.entity("orders").column(column).type == type_
    found = [q.detail for q in design.questions if q.subject == f"orders.{column}"]
    assert len(found) == bool(told)
    assert told in "".join(found)
    summed = {m.name for f in design.star.facts for m in f.measures if m.aggregation is SUM}
    assert column not in summed or not (told or type_ == "timestamp")


def test_what_stands_for_no_day_is_counted_by_a_rule() -> None:
    rows: dict[str, list[Scalar | None]] = {
        "order_id": [*range(62)],
        "end_date": [0, 99999999, *DAYS],
    }
    memory = Memory({"orders": rows})
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    rules = {rule.name: rule.condition for rule in design.entity("orders").rules}
    assert "IN ('0', '99999999')" in rules["end_date_given"]
