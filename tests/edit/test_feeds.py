"""The answer to whether rows are changes of rows: what becomes of members that are deleted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core.edit import answer_feed
from medallion_core.errors import MedallionError
from medallion_core.model import Design, FeedChoice, Settings
from medallion_core.propose import propose_design
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


@pytest.mark.parametrize("choice", FeedChoice)
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
    with pytest.raises(MedallionError, match="Nothing says"):
        answer_feed(design, "shops", FeedChoice.EVERY)
