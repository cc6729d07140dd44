"""Which references can stand together, which are asked about and why."""

from __future__ import annotations

from dataclasses import replace
from math import log

import pytest

from medallion_core.model import DeclaredForeignKey, TableName
from medallion_core.propose.candidates import Candidate
from medallion_core.propose.design import propose_schema
from medallion_core.propose.graph import ACCEPT, ACCEPT_UNNAMED, ASK, choose_references
from medallion_core.propose.matching import NameMatch
from tests.propose.memory import schema

NAMED, UNNAMED = NameMatch(0.85), NameMatch(0.5)
CIRCLE = "it would close a circle of references"


def candidate(
    child: int, column: str, parent: int, confidence: float = 0.9, name: NameMatch = NAMED
) -> Candidate:
    """By values that were compared, with so much confidence."""
    points = log(confidence / (1 - confidence)) + 1e-6
    return Candidate(child, (column,), parent, ("id",), points=points, name=name, inclusion=1.0)


@pytest.mark.parametrize(
    ("confidence", "name", "outcome"),
    [
        (ACCEPT, NAMED, "accepted"),
        (ACCEPT - 0.01, NAMED, "the evidence is weak"),
        (ASK, NAMED, "the evidence is weak"),
        (ASK - 0.01, NAMED, ""),
        (ACCEPT_UNNAMED, UNNAMED, "accepted"),
        (ACCEPT_UNNAMED - 0.01, UNNAMED, "the evidence is weak"),
    ],
)
def test_a_reference_is_built_on_asked_about_or_left(
    confidence: float, name: NameMatch, outcome: str
) -> None:
    choice = choose_references([], [candidate(0, "a", 1, confidence, name)])
    said = "accepted" if choice.accepted else "".join(why for _, why in choice.doubtful)
    assert said == outcome


def test_confidence_and_what_a_name_says_are_shares() -> None:
    memory = schema("""
D days 1000: day_id pk | day day | week int 1 53
D shop 30: shop_id pk | shop_name name
F plan 400: day_id fk days | shop_id fk shop
F sale 900: sale_id pk | shop_id fk shop | sold_on date | amount money""")
    choice = propose_schema(memory.sources(), memory.profiles(), memory).choice
    found = [*choice.accepted, *(candidate for candidate, _ in choice.doubtful)]
    dated = [c for c in found if c.columns == ("sold_on",)]
    assert [c.parent_columns for c in dated] == [("day",)]
    source = memory.source("sale")
    key = DeclaredForeignKey(("shop_id",), TableName("c", "s", "shop"), ("shop_id",))
    sources = [memory.source("shop"), replace(source, foreign_keys=(key,))]
    found += propose_schema(sources, [memory.profile("shop"), None]).choice.accepted
    assert found[-1].declared
    assert {c for c in found if not 0 <= c.name.score <= 1 or not 0 <= c.confidence <= 1} == set()


def test_what_was_not_compared_is_not_held_against_a_weak_name() -> None:
    unseen = replace(candidate(0, "a", 1, 0.6, UNNAMED), inclusion=None)
    assert choose_references([], [unseen]).accepted == (unseen,)


@pytest.mark.parametrize(
    ("confidence", "name", "asked"),
    [(0.9, NAMED, True), (0.899, NAMED, True), (0.8, NAMED, False), (0.9, UNNAMED, False)],
)
def test_a_column_has_one_parent_and_another_that_fits_as_well_is_asked_about(
    confidence: float, name: NameMatch, asked: bool
) -> None:
    best, other = candidate(0, "a", 1, 0.9), candidate(0, "a", 2, confidence, name)
    choice = choose_references([], [other, best])
    assert choice.accepted == (best,)
    assert choice.doubtful == (((other, "another table fits as well"),) if asked else ())
    declared = replace(best, declared=True)
    assert choose_references([declared], [other]) == ((choice.__class__)((declared,), ()))


def test_where_names_are_silent_the_parent_of_more_rows_is_chosen() -> None:
    silent = NameMatch(0.0)
    most = replace(candidate(0, "a", 1, 0.97, silent), inclusion=0.94)
    all_ = replace(candidate(0, "a", 2, 0.96, silent), inclusion=0.996)
    assert choose_references([], [most, all_]).accepted == (all_,)
    named = [replace(found, name=NAMED) for found in (most, all_)]
    assert choose_references([], named).accepted == (named[0],)


def test_a_second_reference_to_a_parent_must_be_to_its_key() -> None:
    first = candidate(0, "a", 1)
    other = replace(candidate(0, "b", 1, 0.8), parent_columns=("code",), to_key=False)
    to_key = candidate(0, "c", 1, 0.8)
    assert choose_references([], [first, other, to_key]).accepted == (first, to_key)
    assert choose_references([], [other]).accepted == (other,)


def test_keys_do_not_go_round_in_a_circle_and_tables_may() -> None:
    there, back = candidate(0, "a", 1, 0.95), candidate(1, "b", 0, 0.9)
    assert choose_references([], [there, back]).doubtful == ((back, CIRCLE),)
    around = [candidate(0, "a", 1, 0.95), candidate(1, "b", 2, 0.9), candidate(2, "c", 0, 0.85)]
    assert choose_references([], around).doubtful == ((around[2], CIRCLE),)
    own = candidate(0, "of", 0)
    assert choose_references([], [own, there]).accepted == (there, own)
