"""Which rows the proof of silver takes for dropped, kept out and deleted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core.model import ChangeHandling, Rule, RuleAction
from medallion_core.tables.balance import is_deletion, is_dropped, is_kept_out, last_word
from tests.generate.designs import entity

ENTITY = entity("t", {"id": "bigint", "at": "timestamp"}, ("id",))
RULES = (
    Rule("a", "id > 0", RuleAction.DROP),
    Rule("b", "at < now()", RuleAction.QUARANTINE),
    Rule("c", "id > 2", RuleAction.WARN),
)


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        (ChangeHandling.LATEST, "NOT coalesce((id > 0), false)"),
        (
            ChangeHandling.SNAPSHOT,
            "NOT coalesce((id > 0), false) OR NOT coalesce((at < now()), false)",
        ),
    ],
)
def test_a_stream_is_not_asked_again_what_it_asked_the_time(
    change: ChangeHandling, asked: str
) -> None:
    assert is_kept_out(replace(ENTITY, change=change, rules=RULES)) == asked


def test_only_a_rule_that_drops_drops() -> None:
    assert is_dropped(replace(ENTITY, rules=RULES)) == "NOT coalesce((id > 0), false)"
    assert is_dropped(replace(ENTITY, rules=RULES[1:])) == ""


@pytest.mark.parametrize(
    ("condition", "asked"),
    [
        ("ID < 0", True),
        ("id < 0 AND at IS NULL AND _source IS NULL AND _ingested_at IS NULL", True),
        ("id < 0 AND gone", False),
    ],
)
def test_a_deletion_is_told_by_columns_that_are_there(condition: str, asked: bool) -> None:
    deleted = is_deletion(replace(ENTITY, delete_when=condition))
    assert deleted == (condition if asked else "")


GONE = "struct(struct(_ingested_at) AS sequence, (id < 0) AS ends)"


@pytest.mark.parametrize(
    ("delete_when", "rules", "said"),
    [
        ("", RULES, ""),
        ("id < 0", (), GONE),
        ("id < 0", RULES, f"IF(NOT coalesce((id > 0), false), NULL, {GONE})"),
    ],
)
def test_the_newest_row_of_a_key_says_if_it_is_gone(
    delete_when: str, rules: tuple[Rule, ...], said: str
) -> None:
    assert last_word(replace(ENTITY, delete_when=delete_when, rules=rules)) == said
