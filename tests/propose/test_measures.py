"""What adds up, in schemas of several fields: what names say of a number and of its table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core.model import Aggregation, Design, Measure, Reference, Settings
from medallion_core.propose import propose_design
from medallion_core.propose.lexicon import Lexicon
from medallion_core.propose.measures import line_amount
from medallion_core.propose.star import propose_star
from tests.propose.memory import Memory, schema

SUM, NONE, LAST = Aggregation.SUM, Aggregation.NONE, Aggregation.LAST
HEAD = "D member 300: member_id pk | name name\n"
CASES: dict[str, tuple[str, dict[str, Aggregation]]] = {
    "an ERP in one word": (
        """D customer 300: customerid pk | name name
        F salesdoc 900: salesdocid pk | customerid fk customer | docdate date
        | shippingmethodid int 1 5 | specialofferid int 1 4 | netamount money
        | fiscalyearperiod int 2023001 2024012""",
        {"netamount": SUM},
    ),
    "words that end as identifiers do": (
        HEAD
        + """F visit 900: visit_id pk | member_id fk member | seen_on date | prepaid money
        | fluid int 1 900""",
        {"prepaid": SUM, "fluid": SUM},
    ),
    "a table of a league": (
        HEAD
        + """F season_standing 900: *played_on date | *member_id fk member | points int 0 90
        | goals int 0 70""",
        {"points": LAST, "goals": LAST},
    ),
    "balances of accounts": (
        HEAD
        + """F month_balance 900: *booked_on date | *member_id fk member | principal money
        | interest money""",
        {"principal": LAST, "interest": LAST},
    ),
    "running totals beside what happened": (
        HEAD
        + """F claim 900: claim_id pk | member_id fk member | filed_on date | paid money
        | paid_ytd money | cumulative_visits int 0 90""",
        {"paid": SUM, "paid_ytd": LAST, "cumulative_visits": LAST},
    ),
    "costs of one piece": (
        HEAD
        + """F purchase 900: purchase_id pk | member_id fk member | bought_on date
        | unit_cost money | standard_cost money | freight_cost money""",
        {"unit_cost": NONE, "standard_cost": NONE, "freight_cost": SUM},
    ),
    "places in an order, and what is worth how much": (
        HEAD
        + """F heat 900: heat_id pk | member_id fk member | run_on date | grid int 1 20
        | final_rank int 1 20 | position_order int 1 20 | position_value money""",
        {"position_value": SUM},
    ),
    "times that last and times of day": (
        HEAD
        + """F ticket 900: ticket_id pk | member_id fk member | opened_on date
        | response_time int 1 900 | talk_time int 1 90 | opened_time int 0 2359""",
        {"response_time": SUM, "talk_time": SUM},
    ),
}


def propose(memory: Memory) -> Design:
    return propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)


def measures(text: str) -> dict[str, Measure]:
    [fact] = propose(schema(text)).star.facts
    return {measure.name: measure for measure in fact.measures}


@pytest.mark.parametrize("name", CASES)
def test_a_number_adds_up_as_its_words_and_its_table_say(name: str) -> None:
    text, wanted = CASES[name]
    assert {n: m.aggregation for n, m in measures(text).items()} == wanted


LINES = HEAD + "F sale 900: sale_id pk | member_id fk member | sold_on date | "
AMOUNTS = {
    "quantity int 1 9 | unit_price money": "`quantity` * `unit_price`",
    "qty int 1 9 | list_price money | note text": "`qty` * `list_price`",
    "units int 1 9 | price money": "`units` * `price`",
    "quantity int 1 9 | unit_price money | discount float 0 1": "`quantity` * `unit_price`",
    "quantity int 1 9 | unit_price money | amount money": "",
    "quantity int 1 9 | unit_price money | tax_amount money": "",
    "unit_price money": "",
    "quantity int 1 9 | unit_price money | list_price money": "",
}


@pytest.mark.parametrize("columns", AMOUNTS)
def test_the_amount_of_a_line_is_offered_where_there_is_none(columns: str) -> None:
    found = measures(LINES + columns).get("line_amount")
    assert (found.expression if found else "") == AMOUNTS[columns]
    assert not found or (found.aggregation, found.unit) == (SUM, "currency")


@pytest.mark.parametrize(
    ("quantity", "price", "wanted"),
    [
        ("int", "smallint", ("CAST(q AS BIGINT) * CAST(p AS BIGINT)", "bigint")),
        ("int", "decimal(12,2)", ("q * p", "decimal(22,2)")),
        ("bigint", "decimal(38,4)", ("q * p", "decimal(38,4)")),
        (
            "decimal(38,10)",
            "decimal(18,2)",
            ("CAST(q AS DECIMAL(22, 10)) * CAST(p AS DECIMAL(14, 2))", "decimal(36,12)"),
        ),
        ("decimal(38,18)", "decimal(38,18)", None),
        (
            "int",
            "float",
            (
                "IF(abs(CAST(q AS DOUBLE) * CAST(p AS DOUBLE)) < double('Infinity'), "
                "CAST(q AS DOUBLE) * CAST(p AS DOUBLE), NULL)",
                "double",
            ),
        ),
    ],
)
def test_the_amount_of_a_line_keeps_each_digit(
    quantity: str, price: str, wanted: tuple[str, str] | None
) -> None:
    factors = [
        Measure("quantity", "q", quantity),
        Measure("unit_price", "p", price, aggregation=Aggregation.NONE),
    ]
    found = [(amount.expression, amount.type) for amount in line_amount(factors)]
    assert found == ([wanted] if wanted else [])


def test_what_a_person_is_asked_about_is_no_measure() -> None:
    text = (
        "D carrier 12: carrier_id pk | name name\n" + LINES + "sent_via int 1 12 | weight float 0 9"
    )
    design = propose(schema(text))
    asked = Reference("sale", ("sent_via",), "carrier", ("carrier_id",), accepted=False)
    for references in (design.references, (*design.references, asked)):
        [fact] = propose_star(replace(design, references=references)).facts
        names = ["weight"] if asked in references else ["sent_via", "weight"]
        assert [measure.name for measure in fact.measures] == names


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("specialofferid", ("specialoffer", "id")),
        ("zzqqid", ("zzqqid",)),
        ("asteroid", ("asteroid",)),
        ("rowguid", ("rowguid",)),
        ("splendid", ("splendid",)),
        ("invalid", ("invalid",)),
    ],
)
def test_an_identifier_of_unknown_words(word: str, parts: tuple[str, ...]) -> None:
    assert Lexicon([word]).words(word) == parts
