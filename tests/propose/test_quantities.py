"""What is no quantity is not summed: its name says so, or its values where the name is silent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medallion_core.model import Aggregation, Scalar, Settings
from medallion_core.propose import propose_design
from tests.propose.memory import Memory

ROWS = 60

Values = Callable[[int], Scalar]

NO_QUANTITIES: dict[str, Values] = {
    "phone": lambda i: 4915112345000 + 7 * i,
    "ssn": lambda i: 900000000 + i,
    "isbn": lambda i: 9780000000000 + 13 * i,
    "fiscal_period": lambda i: 202401 + i % 12,
    "postcode": lambda i: 10115 + i % 9,
    "bin": lambda _: 411111,
    "hour_of_day": lambda i: i % 24,
    "latitude": lambda i: 52.5 + i / 1000,
    "score_pct": lambda i: i / 100,
    "app_version": lambda i: 3 + i % 4,
    "plz": lambda i: 10115 + i % 9,
    "preis": lambda i: 9.5 + i,
    "opened": lambda i: 202401 + i % 12,
    "cohort": lambda i: 2015 + i % 9,
    "shown": lambda i: 202401 + i % 53,
    "contract": lambda i: 7_000_000_123 + 31 * i,
    "reach": lambda i: 0.011 * i,
    "slot": lambda i: 202401 + 100 * (i % 9),
    "run": lambda i: 5000 + i,
    "stars": lambda i: i % 5 + 1,
    "moment": lambda i: 1_700_000_000_000 + 60_000 * i,
    "werks": lambda i: f"{1000 + 100 * (i % 9)}",
    "stblg": lambda i: f"{51000 + i}" if i % 9 == 0 else "",
    "client": lambda _: 100,
    "sdtrdj": lambda i: 124001 + 7 * (i % 50),
    "diagnosis": lambda i: ("401.1", "250.00", "786.5")[i % 3],
    "q7": lambda i: (1, 2, 3, 4, 5, 9)[i % 6],
    "married": lambda i: i % 3 + 1,
    "income_bracket": lambda i: i % 8,
    "ts": lambda i: (1_700_000_000 + i) * (1000 if i % 2 else 1),
    "reversal_of": lambda i: 17 * (i % 31),
    "superseded_by": lambda i: 17 * (i % 31),
    "attribute_value": lambda i: 5 * (i % 19),
    "drug_source_value": lambda i: f"{860975 + 11 * (i % 31)}",
    "min_order_qty": lambda i: 5 * (i % 31),
    "lowqty": lambda i: 5 * (i % 31),
    "range_high": lambda i: 0.5 * (i % 31),
}
QUANTITIES: dict[str, Values] = {
    "amount": lambda i: 12.5 + i,
    "bytes": lambda i: 1000 + i,
    "mobile_visits": lambda i: i % 7,
    "betrag": lambda i: 5.25 + i,
    "units": lambda i: i % 5,
    "gain": lambda i: 202460 + i % 30,
    "sold": lambda i: 123410 + i % 20,
    "population": lambda i: 100_000_000 + 999_999 * i,
    "stars": lambda i: 90 * i,
    "net_total": lambda i: 1_000_000_000 + 17 * i,
    "weight": lambda i: 0.011 * i,
    "menge": lambda i: f"{100 + i}",
    "gained": lambda i: f"{95 + i % 30}",
    "payment": lambda i: 1.25 * (i % 9),
    "goals": lambda i: i % 5,
    "received": lambda i: i % 4,
    "clicked": lambda i: i % 2,
    "response_time": lambda i: i % 5,
    "order_value": lambda i: 5 * (i % 19),
    "high_risk_orders": lambda i: 5 * (i % 19),
}


def aggregations(name: str, values: list[Scalar]) -> dict[str, Aggregation]:
    """The measures of payments, each with how it adds up."""
    first = date(2024, 1, 1)
    table: dict[str, list[Scalar | None]] = {
        "payment_id": list(range(1, len(values) + 1)),
        "paid_on": [first + timedelta(days=i % 50) for i in range(len(values))],
        "paid_amount": [10.5 + i % 13 for i in range(len(values))],
        name: list(values),
    }
    memory = Memory({"payments": table})
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    (fact,) = design.star.facts
    return {measure.name: measure.aggregation for measure in fact.measures}


@pytest.mark.parametrize("name", NO_QUANTITIES)
def test_what_is_no_quantity_is_not_summed(name: str) -> None:
    found = aggregations(name, [NO_QUANTITIES[name](i) for i in range(ROWS)])
    assert found.pop("paid_amount") is Aggregation.SUM
    assert Aggregation.SUM not in found.values()


@pytest.mark.parametrize("name", QUANTITIES)
def test_what_is_a_quantity_is_summed(name: str) -> None:
    found = aggregations(name, [QUANTITIES[name](i) for i in range(ROWS)])
    assert found[name] is Aggregation.SUM


@settings(max_examples=60, deadline=None)
@given(
    digits=st.integers(9, 18),
    seed=st.randoms(use_true_random=False),
    name=st.sampled_from(["member", "subject", "handle", "card_holder", "x1"]),
)
def test_long_numbers_of_one_length_are_codes(digits: int, seed: object, name: str) -> None:
    draw = seed.randrange  # type: ignore[attr-defined]
    values: list[Scalar] = [draw(10 ** (digits - 1), 10**digits) for _ in range(ROWS)]
    assert aggregations(name, values).get(name) is not Aggregation.SUM


def test_what_is_no_finite_number_is_in_no_sum() -> None:
    values: list[Scalar | None] = [1.5, float("nan"), float("inf"), 2.5] * 15
    memory = Memory({"readings": {"reading_id": list(range(60)), "level": values}})
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    (fact,) = design.star.facts
    (measure,) = fact.measures
    assert measure.expression == "IF(abs(`level`) < double('Infinity'), `level`, NULL)"
    assert "level_finite" in {rule.name for rule in design.entities[0].rules}
