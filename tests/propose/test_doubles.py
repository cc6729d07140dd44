"""Rows that came more than once, and no key that would make one of them, are told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from medallion_core.model import Scalar, Settings
from medallion_core.propose import propose_design
from tests.propose.memory import Memory

ONCE = range(120)
Rows = dict[str, list[Scalar | None]]


def told(rows: Rows) -> str:
    memory = Memory({"events": rows})
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    return " ".join(q.detail for q in design.questions if "each of them counts" in q.detail)


def events(*again: int) -> Rows:
    """120 events, and some of them again."""
    numbers = [*ONCE, *again]
    first = datetime(2024, 1, 1)
    return {
        "shop": [f"s{number % 7}" for number in numbers],
        "happened_at": [first + timedelta(minutes=17 * (number // 2)) for number in numbers],
        "article": [f"a{number * 5 % 31}" for number in numbers],
        "quantity": [number % 4 + 1 for number in numbers],
    }


@pytest.mark.parametrize("again", [(), tuple(range(30))])
def test_rows_that_are_equal_are_told(again: tuple[int, ...]) -> None:
    assert told(events(*again)) == (
        "30 of 150 rows are equal to one before. They stay, and each of them counts."
        if again
        else ""
    )


def test_what_only_tells_loads_apart_is_left_out() -> None:
    again = range(40)
    files = ["jan.csv"] * len(ONCE) + ["copy.csv"] * len(again)
    found = told(events(*again) | {"_file": [*files]})
    assert "40 of 160 rows are equal to one before, but for _file." in found


def test_an_event_that_is_delivered_again_in_other_words_is_told() -> None:
    again = range(12)
    ids: list[Scalar | None] = [f"{number:032x}" for number in (*ONCE, *again)]
    rows = {"event_id": ids} | events(*again)
    rows["quantity"] = [*range(len(ids))]
    rows["happened_at"] = [datetime(2024, 1, 1)] * len(ids)
    assert "event_id is named as the key, but 12 of 132 rows" in told(rows)
    assert not told({"event_id": [*map(str, range(132))]} | events(*again))


def test_few_words_that_meet_by_chance_are_no_doubles() -> None:
    words: list[Scalar | None] = [f"w{number * 7 % 13}" for number in ONCE]
    assert not told({"word": words, "weekday": [f"d{number % 5}" for number in ONCE]})


@pytest.mark.parametrize("again", [[], [3, 7, 7]])
def test_a_thing_that_is_there_twice_is_told_with_what_is_not_joined(again: list[Scalar]) -> None:
    keys: list[Scalar | None] = [*range(1, 41), *again]
    customers: Rows = {"customer_id": keys, "name": [f"n{n}" for n in range(len(keys))]}
    orders: Rows = {"order_id": [*range(80)], "customer_id": [n % 40 + 1 for n in range(80)]}
    memory = Memory({"customers": customers, "orders": orders})
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    found = " ".join(q.detail for q in design.questions if "is named as the key" in q.detail)
    assert ("3 of 43 rows have one that is there already" in found) is bool(again)
    assert ("Not joined, since it may mean several rows: orders.customer_id" in found) is bool(
        again
    )
