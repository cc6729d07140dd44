"""What a sum mixes up is told: currencies, units, measured things, ways that amounts go."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from medallion_core.model import Aggregation, Scalar, Settings
from medallion_core.propose import propose_design
from tests.propose.memory import Memory

SUM, NONE = Aggregation.SUM, Aggregation.NONE
ROWS = range(240)
Of = tuple[str, str, list[str], Aggregation, str]
CASES: dict[str, Of] = {
    "currencies": ("total_amount", "currency", ["EUR", "USD"], SUM, "currency says what"),
    "units": ("quantity", "uom", ["KG", "G", "PC"], SUM, "in one unit only"),
    "measured things": ("value", "metric", ["energy", "humidity"], NONE, "is not summed"),
    "ways": ("amount", "direction", ["IN", "OUT"], SUM, "adds both ways up"),
    "ways of a ledger": ("dmbtr", "shkzg", ["S", "H"], SUM, "adds both ways up"),
    "one currency": ("total_amount", "currency", ["EUR"], SUM, ""),
    "a number of units": ("quantity", "units", ["1", "2", "3"], SUM, ""),
    "a unit beside money": ("paid_amount", "uom", ["KG", "PC"], SUM, ""),
    "a name of a thing": ("quantity", "colour", ["red", "blue"], SUM, ""),
    "amounts that go both ways": ("net_change", "direction", ["IN", "OUT"], SUM, ""),
    "two words that are no ways": ("amount", "stage", ["new", "old"], SUM, ""),
}


@pytest.mark.parametrize("name", CASES)
def test_what_a_sum_mixes_up_is_told(name: str) -> None:
    number, column, words, adds, told = CASES[name]
    down = 99.5 if number == "net_change" else 0.0
    rows: dict[str, list[Scalar | None]] = {
        "booking_id": [*ROWS],
        "booked_on": [date(2024, 1, 1) + timedelta(days=row % 90) for row in ROWS],
        column: [words[row * 7 % 11 % len(words)] for row in ROWS],
        number: [1.25 * (row * 13 % 157) - down for row in ROWS],
    }
    memory = Memory({"bookings": rows})
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    [fact] = design.star.facts
    assert {m.name: m.aggregation for m in fact.measures if m.name == number} == {number: adds}
    found = [q for q in design.questions if f"{column} says what " in q.detail]
    assert told in "".join(question.detail for question in found)
    both = [((f"`{number}`",), NONE), ((f"`{number}`",), SUM)]
    assert [[(a.measures, a.aggregation) for a in q.answers] for q in found] == [both] * bool(told)
