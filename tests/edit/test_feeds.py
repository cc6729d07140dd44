"""The answer to whether rows are changes of rows: what becomes of members that are deleted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core.edit import (
    answer_feed,
    answer_question,
    open_feeds,
    remove_entity,
    rename_entity,
)
from medallion_core.errors import MedallionError
from medallion_core.model import (
    Answer,
    Design,
    FeedChoice,
    Level,
    Question,
    QuestionKind,
    Settings,
)
from medallion_core.propose import propose_design
from medallion_core.repair.without import without_column
from tests.edit.renaming import rename
from tests.propose.memory import Memory


@pytest.fixture(scope="module")
def design() -> Design:
    """Changes of customers, beside shops that do not change."""
    memory = Memory(
        {
            "customers": {
                "customer_id": [1, 2, 3, 1, 2, 4, 4, 3],
                "city": [*"abcdefgh"],
                "Op": [*"IIIUDIUD"],
                "transact_seq": [*range(8)],
            },
            "shops": {"shop_id": [*range(30)], "shop_name": [f"shop {n}" for n in range(30)]},
            "orders": {
                "order_id": [*range(30)],
                "customer_id": [1, 2, 3] * 10,
                "shop_id": [*range(30)],
                "total_amount": [1.5] * 30,
            },
        }
    )
    return propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)


@pytest.mark.parametrize("choice", [FeedChoice.FLAGGED, FeedChoice.GONE, FeedChoice.EVERY])
def test_no_fact_brings_back_members_that_are_gone(design: Design, choice: FeedChoice) -> None:
    answered = answer_feed(design, "customers", choice)
    inferred = {each.entity: each.inferred_members for each in answered.star.dimensions}
    assert inferred.get("customers", True) == (choice is not FeedChoice.GONE)
    assert inferred["shops"]
    assert len(answered.questions) == len(design.questions) - 1


def test_only_changes_of_a_known_key_can_be_the_newest(design: Design) -> None:
    customers = design.entity("customers")
    assert customers.feed is not None
    keyless = design.with_entity(replace(customers, feed=replace(customers.feed, key=())))
    assert answer_feed(keyless, "customers", FeedChoice.EVERY)
    with pytest.raises(MedallionError, match="key of customers is not known"):
        answer_feed(keyless, "customers", FeedChoice.FLAGGED)
    with pytest.raises(MedallionError, match="cannot be newest"):
        answer_feed(design, "customers", FeedChoice.NEWEST)
    with pytest.raises(MedallionError, match="Nothing says"):
        answer_feed(design, "shops", FeedChoice.EVERY)


def test_the_question_follows_new_names(design: Design) -> None:
    assert open_feeds(design) == ["customers"]
    renamed = rename_entity(rename(design, "customers", "customer_id", "client"), "customers", "x")
    assert open_feeds(renamed) == ["x"]
    [asked] = [q for q in renamed.questions if q.kind is QuestionKind.FEED]
    assert (asked.subject, asked.table) == ("x", "x")
    answered = answer_feed(renamed, "x", FeedChoice.GONE)
    assert open_feeds(answered) == []
    assert answered.entity("x").key == ("client",)
    assert open_feeds(remove_entity(design, "customers")) == []


def test_a_question_about_a_column_follows_its_name(design: Design) -> None:
    read = Answer("Read", column="city", type="date")
    refers = Answer("It does", columns=("city",), parent="shops")
    asked = Question(
        Level.WARNING, "customers.city", "?", table="customers", answers=(read, refers)
    )
    noted = Question(Level.INFO, "customers", "Of a source.")
    before = replace(design, questions=(asked, noted))
    after = rename_entity(rename(before, "customers", "city", "town"), "customers", "x")
    after = rename_entity(after, "shops", "stores")
    about, source = after.questions
    assert source == noted
    assert (about.subject, about.table) == ("x.town", "x")
    assert [each.column or each.columns for each in about.answers] == ["town", ("town",)]
    assert about.answers[1].parent == "stores"
    assert answer_question(after, about, about.answers[0]).entity("x").column("town").type == "date"
    without = without_column(before, "customers", "city")
    assert without.questions == (noted,)
