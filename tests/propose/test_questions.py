"""What is asked, and what is not: each question with what every answer does, in rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core.edit import (
    answer_question,
    choose_flags,
    open_questions,
    remove_entity,
    without_answered,
)
from medallion_core.errors import MedallionError
from medallion_core.model import Answer, ChangeHandling, Design, Level, Question, Role, Settings
from medallion_core.model.file import dump_design, load_design
from medallion_core.propose import propose_design
from tests.propose.memory import Memory, schema

CUSTOMERS = "D customer 500: customer_id pk | name name | city word 40 | updated_at ts\n"
SALES = "F sale 1000: sale_id pk | customer_id fk customer | sold_on date | amount money | "


def propose(memory: Memory) -> Design:
    return propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)


def orphaned(rows: int) -> Design:
    memory = schema(CUSTOMERS + SALES.rstrip("| "))
    memory.tables["sale"]["customer_id"][:rows] = range(9001, 9001 + rows)
    return propose(memory)


QUIET = {
    "a time of change": CUSTOMERS,
    "a table without a key": "D a 90: a_id pk | name name\nF hit 900: a_id fk a | n int 1 3",
    "a declared name in a feed of events": CUSTOMERS + SALES + "channel word 4",
    "few orphans": "",
    "one day in all rows": CUSTOMERS + SALES + "created_at const 20240101",
    "a day and an amount without a value": CUSTOMERS + SALES + "end_date null | width null",
}


@pytest.mark.parametrize("name", QUIET)
def test_what_is_harmless_is_not_asked(name: str) -> None:
    design = propose(schema(QUIET[name])) if QUIET[name] else orphaned(5)
    assert design.questions == ()


@pytest.mark.parametrize("rows", [20, 150])
def test_orphans_are_asked_about_with_their_rows(rows: int) -> None:
    [asked] = orphaned(rows).questions
    assert (asked.subject, asked.table) == ("sale", "sale")
    assert f"{rows / 1000:.1%} of the values of customer_id, in about {rows} rows" in asked.detail
    kept, removed = asked.answers
    assert (kept.accepted, removed.accepted) == (True, False)
    assert kept.columns == removed.columns == ("customer_id",)
    assert kept.effect.startswith(f"About {rows} rows get a member")


CHANCE = {
    "health": """D patient 400: patient_id pk | birth_date date
        F observation 600: seen_at ts | patient_id fk patient | code word 90
        | result float 0 300""",
    "events": """D device 300: device_id pk | name name
        F reading 500: logged_at ts | device_id fk device | kind word 30 | level float 0 9""",
    "stock": """D depot 300: depot_id pk | name name
        F movement 500: moved_at ts | depot_id fk depot | reason word 30 | pieces float 0 9""",
}


@pytest.mark.parametrize("name", CHANCE)
def test_a_key_by_chance_is_asked_and_merges_only_by_its_answer(name: str) -> None:
    design = propose(schema(CHANCE[name]))
    [asked] = design.questions
    assert design.entity(asked.table).change is ChangeHandling.APPEND
    merged, kept = asked.answers
    assert merged.change in (ChangeHandling.LATEST, ChangeHandling.SNAPSHOT)
    assert kept.change is ChangeHandling.APPEND
    rows = "600" if name == "health" else "500"
    assert f"none of today's {rows} rows does" in merged.effect
    assert f"All {rows} rows stay" in kept.effect


@pytest.mark.parametrize(
    ("append_only", "change"), [(True, ChangeHandling.LATEST), (False, ChangeHandling.SNAPSHOT)]
)
def test_a_key_that_is_confirmed_merges_as_the_source_changes(
    append_only: bool, change: ChangeHandling
) -> None:
    memory = schema(CHANCE["events"])
    sources = [
        replace(s, location=replace(s.location, append_only=append_only)) for s in memory.sources()
    ]
    design = propose_design(sources, memory.profiles(), Settings("p", "c", "s"), memory)
    [asked] = design.questions
    assert asked.answers[0].change is change


FLAGS = f"{SALES}is_gift bool | channel word 5 | status word? 3 | priority int 1 3 | note text"


def test_flags_are_offered_a_dimension_and_stay_until_it_is_taken() -> None:
    design = propose(schema(CUSTOMERS + FLAGS))
    [offer] = design.questions
    assert (offer.kind, design.asked, open_questions(design).offers) == ("offer", (), (offer,))
    assert len(open_questions(design)) == open_questions(design).personal
    left, gathered = offer.answers
    assert gathered.flags == ("is_gift", "priority", "status")
    assert "at most 24 rows; fact_sale has its key in place of 3 columns" in gathered.effect
    assert answer_question(design, offer, left) == replace(design, questions=())
    taken = answer_question(load_design(dump_design(design)), offer, gathered)
    assert taken == replace(choose_flags(design, "fact_sale", gathered.flags), questions=())
    [junk] = [dimension for dimension in taken.star.dimensions if dimension.junk]
    assert (junk.name, junk.business_key) == ("dim_sale_flags", gathered.flags)
    by_hand = choose_flags(design, "fact_sale", ["channel"])
    assert without_answered(design, by_hand).questions == ()
    assert without_answered(design, replace(design)).questions == (offer,)


@pytest.mark.parametrize(
    ("column", "type_"), [("priority", "double"), ("status", "string collate UTF8_LCASE")]
)
def test_what_equals_in_more_than_one_writing_is_no_flag(column: str, type_: str) -> None:
    memory = schema(CUSTOMERS + FLAGS)
    memory.types["sale", column] = type_
    [offer] = propose(memory).questions
    wanted = {"is_gift", "channel", "priority", "status"} - {column}
    assert set(offer.answers[1].flags) == wanted


YEARS = """D shop 20: shop_id pk | name name
F sales_2023 300: shop_id fk shop | sold_on date | amount money
F sales_2024 400: shop_id fk shop | sold_on date | amount money
F sales_2025 400: shop_id fk shop | sold_on date | amount money | tax money
F spend_2024 400: shop_id fk shop | sold_on date | amount money
F orders_2023 400: order_id pk | shop_id fk shop | amount money
F orders_2024 400: order_id pk | shop_id fk shop | amount money
F plan_2023 400: shop_id fk shop | amount money
F plan_2024 400: shop_id fk shop | amount money
F kiosk_1 400: shop_id fk shop | sold_on date | amount money
F kiosk_2 400: shop_id fk shop | sold_on date | amount money"""


def test_facts_of_a_year_each_are_offered_as_one() -> None:
    design = propose(schema(YEARS))
    [offer] = open_questions(design).offers
    assert "sales_2023 and sales_2024 have the same columns" in offer.detail
    apart, together = offer.answers
    assert together.effect.startswith("All 700 rows are in one fact.")
    assert answer_question(design, offer, apart) == replace(design, questions=())
    merged = answer_question(design, offer, together)
    assert merged.questions == ()
    assert len(merged.entity("sales").reads) == 2
    assert {f.name for f in design.star.facts} - {f.name for f in merged.star.facts} == {
        "fact_sales_2023",
        "fact_sales_2024",
    }
    assert merged.star.fact("fact_sales").links == design.star.fact("fact_sales_2023").links
    keyed = replace(design.entity("sales_2024"), key=("shop_id",), change=ChangeHandling.LATEST)
    with pytest.raises(MedallionError, match="sales_2024 keeps one row for each key"):
        answer_question(design.with_entity(keyed), offer, together)
    gone = remove_entity(design, "sales_2024")
    assert without_answered(design, gone).questions == ()
    assert answer_question(gone, offer, together).entities == gone.entities


def test_days_that_are_written_in_two_ways_are_not_offered_as_one() -> None:
    memory = schema("\n".join(YEARS.splitlines()[:3]))
    for table, written in (("sales_2023", "%d/%m/%Y"), ("sales_2024", "%m/%d/%Y")):
        rows = memory.tables[table]
        rows["sold_on"] = [day.strftime(written) for day in rows["sold_on"]]  # type: ignore[union-attr]
    assert propose(memory).questions == ()


OFFERLESS = {
    "two": "is_gift bool | channel word 5",
    "more values than few": "is_gift bool | channel word 5 | street word 25",
    "constants": "is_gift bool | channel word 5 | country const DE | client const 100",
    "days": "is_gift bool | channel word 5 | due date",
    "too many combinations": "is_gift bool | channel word 15 | status word 9",
    "of people": "is_gift bool | channel word 3 | ethnicity word 14",
}


@pytest.mark.parametrize("name", OFFERLESS)
def test_what_is_no_flag_is_offered_no_dimension(name: str) -> None:
    assert propose(schema(CUSTOMERS + SALES + OFFERLESS[name])).questions == ()


def test_the_dearest_is_asked_first_and_the_place_in_the_star_last() -> None:
    memory = schema(CHANCE["health"])
    memory.tables["observation"]["note"] = ["01/02/2024"] * 300 + ["03/04/2024"] * 300
    memory.tables["observation"]["op"] = ["I", "U", "D"] * 200
    found = propose(memory).asked
    assert [question.detail.split(" ")[0] for question in found] == ["Are", "Is", "Its", "Should"]
    assert [answer.role for answer in found[-1].answers] == [Role.FACT, Role.DIMENSION, Role.OTHER]
    assert all("600 rows" in answer.effect for answer in found[-1].answers)
    formats = [answer.source_format for answer in found[2].answers]
    assert formats == ["d/M/yyyy", "M/d/yyyy", ""]


def test_a_history_that_nobody_may_read_is_asked_about() -> None:
    memory = schema(CUSTOMERS)
    unread = [
        replace(
            source,
            location=replace(source.location, append_only=False),
            history_known=False,
        )
        for source in memory.sources()
    ]
    design = propose_design(unread, memory.profiles(), Settings("p", "c", "s"), memory)
    [asked] = design.questions
    assert "The history of customer may not be read." in asked.detail
    in_full, added = asked.answers
    assert design.entity("customer").change is ChangeHandling.SNAPSHOT
    assert (in_full.change, added.change) == (None, None)
    assert answer_question(design, asked, in_full).entities == design.entities
    entity = answer_question(design, asked, added).entity("customer")
    assert entity.change is ChangeHandling.LATEST
    assert [read.append_only for read in entity.reads] == [True]
    keeps = Answer("Keep every row", change=ChangeHandling.APPEND)
    keep = Question(Level.WARNING, "customer", "Is it the key?", table="customer", answers=(keeps,))
    for answer in (in_full, added):
        every = answer_question(design, keep, keeps)
        assert answer_question(every, asked, answer).entity("customer").change is (
            ChangeHandling.APPEND
        )
    assert load_design(dump_design(design)) == design
