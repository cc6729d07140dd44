"""Facts whose rows are no events: how things stood in each period, and cases that go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise, product
from random import Random

import pytest

from medallion_core.check import check_design
from medallion_core.edit import answer_question, edit_fact, without_answered
from medallion_core.edit.star import aggregate_measures
from medallion_core.generate import generate_bundle
from medallion_core.model import (
    Aggregation,
    ChangeHandling,
    Design,
    Fact,
    FactKind,
    Level,
    Scalar,
    Settings,
)
from medallion_core.model.file import dump_design, load_design
from medallion_core.propose import propose_design
from tests.propose.memory import Memory, schema

FIRST = date(2023, 1, 31)

DAYS = {
    "days": [FIRST + timedelta(days=n) for n in range(40)],
    "weeks": [FIRST + timedelta(days=7 * n) for n in range(20)],
    "months": [date(2023 + n // 12, n % 12 + 1, 28) for n in range(18)],
    "workdays": [d for n in range(60) if (d := FIRST + timedelta(days=n)).weekday() < 5],
    "now and then": [FIRST + timedelta(days=n * n) for n in range(18)],
}

PARENTS = """
D product 30: product_id pk | name name
D warehouse 6: warehouse_id pk | city word 90
D account 25: account_no digits 10 | holder name
D customer 300: customer_id pk | name name
"""

LEVELS: dict[str, tuple[str, list[str], str, list[str], float]] = {
    "stock by shelf": ("stock", ["product_id", "warehouse_id"], "days", ["on_hand"], 0.4),
    "balances": ("monthly_position", ["account_no"], "months", ["balance", "credit_limit"], 1.0),
    "weekly stock": ("inventory", ["product_id"], "weeks", ["stock", "units_sold"], 0.8),
    "what moved it": ("till", ["account_no"], "weeks", ["balance", "deposits", "withdrawals"], 1.0),
    "rates of work days": ("valuation", ["account_no"], "workdays", ["price"], 1.0),
}
FLOWS: dict[str, tuple[str, list[str], str, list[str], float]] = {
    "no days apart": ("stock", ["product_id"], "now and then", ["on_hand"], 1.0),
    "a log": ("posting", ["account_no"], "days", ["balance"], 0.2),
    "few shelves": ("stock", ["product_id", "warehouse_id"], "days", ["on_hand"], 0.05),
    "sales of each day": ("sales", ["product_id"], "days", ["units_sold"], 1.0),
    "two days": ("stock", ["product_id"], "two", ["on_hand"], 1.0),
}
DAYS["two"] = DAYS["days"][:2]

Amounts = dict[str, Callable[[Random], Scalar]]


def stood(
    table: str, things: list[str], days: str, measures: list[str], share: float = 1.0
) -> Memory:
    """Rows of ``share`` of all things on each of the days."""
    chance = Random(3)
    memory = schema(PARENTS)
    parents = {c: list(rows[c]) for rows in memory.tables.values() for c in rows if c in things}
    grid = [
        row
        for row in product(*(parents[thing] for thing in things), DAYS[days])
        if chance.random() < share
    ]
    rows = {name: [row[n] for row in grid] for n, name in enumerate([*things, "day"])}
    rows |= {name: [float(chance.randrange(100, 9000)) for _ in grid] for name in measures}
    memory.tables[table] = rows
    return memory


def propose(memory: Memory) -> Design:
    return propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)


def fact_of(design: Design, table: str) -> Fact:
    return next(fact for fact in design.star.facts if fact.entity == table)


@pytest.mark.parametrize("name", LEVELS)
def test_things_that_come_again_in_each_period_are_levels(name: str) -> None:
    table, things, days, measures, share = LEVELS[name]
    design = propose(stood(table, things, days, measures, share))
    fact = fact_of(design, table)
    assert fact.kind is FactKind.PERIODIC_SNAPSHOT
    assert f"again for each day, of which there are {len(DAYS[days])}" in fact.kind_evidence
    assert fact.dates[0].column == "day"
    added = {m.name for m in fact.measures if m.aggregation is Aggregation.SUM}
    assert added == set(measures) & {"units_sold", "deposits", "withdrawals"}
    assert design.questions == ()
    assert load_design(dump_design(design)) == design
    assert edit_fact(design, fact).star == design.star


@pytest.mark.parametrize("name", FLOWS)
def test_what_comes_now_and_then_or_adds_up_is_no_level(name: str) -> None:
    design = propose(stood(*FLOWS[name]))
    assert fact_of(design, FLOWS[name][0]).kind is FactKind.TRANSACTION
    assert not any("stood at that time" in question.detail for question in design.questions)


def test_months_that_are_numbers_are_periods() -> None:
    memory = stood("ledger", ["account_no"], "months", ["balance"])
    rows = memory.tables["ledger"]
    rows["fiscal_period"] = [f"{day:%Y%m}" for day in rows.pop("day")]  # type: ignore[str-format]
    design = propose(memory)
    fact = fact_of(design, "ledger")
    assert fact.kind is FactKind.PERIODIC_SNAPSHOT
    assert edit_fact(design, fact).star == design.star


def test_the_period_comes_before_other_dates_and_clusters() -> None:
    memory = stood("stock", ["product_id"], "weeks", ["on_hand"])
    rows = memory.tables["stock"]
    rows["ordered_on"] = [day - timedelta(days=n % 9) for n, day in enumerate(rows["day"])]  # type: ignore[operator]
    fact = fact_of(propose(memory), "stock")
    assert [role.column for role in fact.dates] == ["day", "ordered_on"]
    assert fact.cluster_by == (fact.dates[0].key, "product_key")


def test_what_may_be_a_level_is_asked_and_summed_until_it_is_said() -> None:
    design = propose(stood("plan", ["account_no"], "months", ["amount", "fees_paid"]))
    [asked] = design.questions
    assert "how amount stood at that time" in asked.detail
    added, level = asked.answers
    assert added.effect.endswith("of all 450 rows, over time, too.")
    same = answer_question(design, asked, added)
    assert (same.star, same.questions) == (design.star, ())
    fact = fact_of(answer_question(design, asked, level), "plan")
    assert fact.kind is FactKind.PERIODIC_SNAPSHOT
    assert [m.aggregation.value for m in fact.measures] == ["last", "sum"]


@pytest.mark.parametrize("place", [0, 1])
def test_what_may_be_a_flow_beside_levels_is_summed_until_it_is_said(place: int) -> None:
    design = propose(stood("stock", ["product_id"], "weeks", ["on_hand", "pieces"]))
    [asked] = design.questions
    assert "how pieces stood at that time" in asked.detail
    assert [m.aggregation.value for m in fact_of(design, "stock").measures] == ["last", "sum"]
    answered = answer_question(design, asked, asked.answers[place])
    fact = fact_of(answered, "stock")
    assert (fact.kind, answered.questions) == (FactKind.PERIODIC_SNAPSHOT, ())
    assert [m.aggregation.value for m in fact.measures] == ["last", ["sum", "last"][place]]


def test_the_last_rows_are_those_of_the_period_and_of_no_other_date() -> None:
    memory = stood("ledger", ["account_no"], "months", ["balance"])
    rows = memory.tables["ledger"]
    rows["posted_on"] = [day + timedelta(days=n % 40) for n, day in enumerate(rows["day"])]  # type: ignore[operator]
    fact = fact_of(propose(memory), "ledger")
    assert fact.last_by == fact.dates[0]
    other = replace(fact, dates=tuple(reversed(fact.dates)))
    assert other.last_by == fact.dates[0]
    rows["fiscal_period"] = [f"{day:%Y%m}" for day in rows.pop("day")]  # type: ignore[str-format]
    numbered = fact_of(propose(memory), "ledger")
    assert (numbered.kind, numbered.last_by) == (FactKind.PERIODIC_SNAPSHOT, None)
    assert aggregate_measures(numbered) == []


# ── Cases that go on ─────────────────────────────────────────────────────────────────────────


def cases(table: str, steps: dict[str, float], *, others: str = "") -> Memory:
    """600 cases; ``steps`` are their dates in order, each with the share of the cases ahead of it
    that have come so far."""
    memory = schema(f"{PARENTS}F {table} 600: case_no code 9 | customer_id fk customer {others}")
    chance = Random(5)
    rows = memory.tables[table]
    for name in reversed(steps):
        rows[name] = []
    for _ in range(600):
        day: date | None = FIRST + timedelta(days=chance.randrange(300))
        for name, share in steps.items():
            day = day if day and chance.random() < share else None
            rows[name].append(day)
            day = day and day + timedelta(days=chance.randrange(1, 9))
    return memory


CASES = {
    "an order": {"ordered": 1.0, "shipped": 0.8, "delivered": 0.9},
    "a claim": {"reported": 1.0, "assessed": 0.9, "approved": 0.7, "paid": 0.9},
    "an application": {"submitted": 1.0, "screened": 1.0, "interviewed": 0.5, "hired": 0.9},
    "a ticket": {"opened": 1.0, "resolved": 0.9, "closed": 0.4},
}
EVENTS = {
    "known from the start": {"ordered": 1.0, "shipped": 1.0, "delivered": 1.0},
    "promised": {"ordered": 1.0, "required": 0.7},
    "held for a time": {"ordered": 1.0, "valid_from": 1.0, "valid_to": 0.5},
    "one date": {"ordered": 1.0},
    "no date in all rows": {"shipped": 0.8, "delivered": 0.9, "signed": 0.9},
    "changed": {"ordered": 1.0, "updated_at": 0.8, "loaded_at": 0.6},
}


@pytest.mark.parametrize("name", CASES)
def test_dates_that_rows_get_one_after_the_other_are_milestones(name: str) -> None:
    steps = list(CASES[name])
    design = propose(cases("matter", CASES[name]))
    fact = fact_of(design, "matter")
    assert fact.kind is FactKind.ACCUMULATING_SNAPSHOT
    assert [role.column for role in fact.dates] == steps
    assert f"A row gets {', then '.join(steps)}; not there yet is" in fact.kind_evidence
    assert design.entity("matter").change is ChangeHandling.LATEST
    code = generate_bundle(design)["src/gold/fact_matter.py"]
    for start, end in pairwise(steps):
        assert f"days_{start}_to_{end}" in code
    assert design.questions == ()


@pytest.mark.parametrize("name", EVENTS)
def test_dates_that_are_known_from_the_start_or_promised_are_no_milestones(name: str) -> None:
    design = propose(cases("matter", EVENTS[name], others="| amount money"))
    assert fact_of(design, "matter").kind is FactKind.TRANSACTION
    assert not any("go on from" in question.detail for question in design.questions)


def test_what_the_key_says_to_hold_from_a_day_on_is_not_asked_whether_it_goes_on() -> None:
    text = """D product 60: product_id pk | name name
        F cost_history 300: *product_id fk product | *start_date date
        | end_date later? start_date 90 | standard_cost money"""
    design = propose(schema(text))
    assert design.entity("cost_history").key == ("product_id", "start_date")
    assert not any("go on from" in question.detail for question in design.questions)


def test_a_date_that_begins_when_the_others_have_ended_is_no_milestone() -> None:
    memory = cases("matter", {"ordered": 1.0, "shipped": 0.8})
    rows = memory.tables["matter"]
    rows["expected"] = rows["ordered"]
    rows["archived"] = [d and d + timedelta(days=4000) for d in rows["shipped"]]  # type: ignore[operator]
    [asked] = propose(memory).questions
    assert asked.answers[1].columns == ("ordered", "shipped")


@pytest.mark.parametrize("place", [0, 1])
def test_two_milestones_are_asked_about(place: int) -> None:
    memory = cases("matter", {"closed": 1.0, "opened": 1.0}, others="| amount money")
    rows = memory.tables["matter"]
    rows["closed"] = [
        d and d + timedelta(days=9) if n % 3 else None for n, d in enumerate(rows["opened"])
    ]  # type: ignore[operator]
    rows["expected"] = list(rows["opened"])
    design = propose(memory)
    [asked] = design.questions
    assert "go on from opened to closed" in asked.detail
    assert "closed in 200 of 600 rows" in asked.detail
    found = answer_question(design, asked, asked.answers[place])
    assert found.questions == ()
    fact = fact_of(found, "matter")
    assert (fact.kind is FactKind.ACCUMULATING_SNAPSHOT) is bool(place)
    assert found.entity("matter").change is [ChangeHandling.APPEND, ChangeHandling.LATEST][place]
    code = generate_bundle(found)["src/gold/fact_matter.py"]
    assert ("days_opened_to_closed" in code) is bool(place)
    assert "expected_to" not in code
    assert "to_expected" not in code


def test_a_kind_that_is_chosen_by_hand_answers_the_question() -> None:
    design = propose(cases("matter", {"opened": 1.0, "closed": 0.6}))
    fact = fact_of(design, "matter")
    chosen = edit_fact(design, replace(fact, kind=FactKind.ACCUMULATING_SNAPSHOT))
    assert without_answered(design, chosen).questions == ()
    assert fact_of(chosen, "matter").kind_evidence == "Chosen by a person."


def test_days_that_the_source_tells_itself_are_not_told_twice() -> None:
    memory = cases("matter", CASES["an order"])
    memory.tables["matter"]["Days_Ordered_to_Shipped"] = [*range(600)]
    design = propose(memory)
    assert [f.detail for f in check_design(design) if f.level is Level.ERROR] == []
    assert "days_shipped_to_delivered" in generate_bundle(design)["src/gold/fact_matter.py"]


def test_a_day_that_is_there_as_a_time_too_is_one_milestone() -> None:
    memory = cases("matter", {"opened_date": 1.0, "sent_date": 0.9, "closed_date": 0.8})
    rows = memory.tables["matter"]
    for step in ("opened", "closed"):
        days = rows[f"{step}_date"]
        rows[f"{step}_at"] = [d and datetime(d.year, d.month, d.day, 9) for d in days]  # type: ignore[union-attr]
    code = generate_bundle(propose(memory))["src/gold/fact_matter.py"]
    assert [f"{a}_to_{b}" in code for a, b in (("opened", "opened"), ("opened", "sent"))] == [
        False,
        True,
    ]
