"""What a table says of a whole document on each of its lines is not summed over the lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from medallion_core.model import Aggregation, Design, Scalar, Settings
from medallion_core.propose import propose_design
from tests.propose.memory import Memory

SUM, NONE = Aggregation.SUM, Aggregation.NONE
FIRST = date(2024, 1, 1)
LINES = [(order, line) for order in range(1, 61) for line in range(1, 2 + order % 4)]
OF_AN_ORDER: dict[str, Callable[[int, int], Scalar | None]] = {
    "order_no": lambda order, _: f"O{order:04}",
    "line_no": lambda _, line: line,
    "ordered_on": lambda order, _: FIRST + timedelta(days=order // 2),
    "sku": lambda order, line: f"S{(order * 7 + line) % 20:02}",
    "quantity": lambda order, line: (order + line) % 6 + 1,
    "line_amount": lambda order, line: 1.25 * order + line,
    "order_total": lambda order, _: 10.5 * order,
    "shipping_fee": lambda *_: 4.9,
}


def propose(columns: dict[str, Callable[[int, int], Scalar | None]]) -> Design:
    rows = {name: [of(*line) for line in LINES] for name, of in columns.items()}
    memory = Memory({"order_lines": rows})
    return propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)


def sums(design: Design) -> dict[str, Aggregation]:
    [fact] = design.star.facts
    return {measure.name: measure.aggregation for measure in fact.measures}


@pytest.mark.parametrize("left_out", ["", "line_no", "sku"])
def test_what_is_said_of_a_document_on_each_line_is_not_summed(left_out: str) -> None:
    design = propose({name: of for name, of in OF_AN_ORDER.items() if name != left_out})
    found = sums(design)
    assert (found["line_amount"], found["quantity"]) == (SUM, SUM)
    assert (found["order_total"], found["shipping_fee"]) == (NONE, NONE)
    [told] = [q for q in design.questions if "the same on each row" in q.detail]
    assert "order_total and shipping_fee say the same on each row of one order_no" in told.detail
    assert f"{len(LINES):,} rows are of 60" in told.detail
    both = ("`order_total`", "`shipping_fee`")
    assert [(a.measures, a.aggregation) for a in told.answers] == [(both, NONE), (both, SUM)]


OTHERS: dict[str, dict[str, Callable[[int, int], Scalar | None]]] = {
    "on the first line alone": {
        "order_total": lambda order, line: 10.5 * order if line == 1 else None
    },
    "hardly any that could differ": {"order_total": lambda order, _: 9.5 + (order == 60)},
    "what each piece of an article weighs": {
        "order_total": lambda order, line: 0.5 * ((order * 7 + line) % 20)
    },
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_said_again_is_summed(name: str) -> None:
    design = propose(OF_AN_ORDER | OTHERS[name])
    assert sums(design)["order_total"] is SUM
    assert not [q for q in design.questions if "the same on each row" in q.detail]


def test_rows_that_are_equal_are_one_line() -> None:
    columns = {name: of for name, of in OF_AN_ORDER.items() if name != "line_no"}
    alone = [(order, 1) for order in range(1, 61)]
    rows = {name: [of(*line) for line in alone * 2] for name, of in columns.items()}
    memory = Memory({"order_lines": rows})
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    assert sums(design)["order_total"] is SUM
    assert [q.detail for q in design.questions if "equal to one before" in q.detail]


def test_what_is_the_same_in_each_period_comes_about_anew() -> None:
    months = [date(2024, month, 1) for month in range(1, 13)]
    rows: dict[str, list[Scalar | None]] = {
        "account_id": [number for number in range(30) for _ in months],
        "month": [month for _ in range(30) for month in months],
        "fee_paid": [1.5 * number for number in range(30) for _ in months],
    }
    accounts: dict[str, list[Scalar | None]] = {
        "account_id": [*range(30)],
        "name": [f"n{number}" for number in range(30)],
    }
    memory = Memory({"account": accounts, "payments": rows})
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    assert sums(design) == {"fee_paid": SUM}
