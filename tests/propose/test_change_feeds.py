"""Tables of changes are told by what replication tools write, and asked about once."""

from __future__ import annotations

import pytest

from medallion_core.model import Finding, Settings
from medallion_core.propose import propose_design
from tests.propose.memory import Memory

NUMBERS = list(range(1, 7))
FEEDS = {
    "DMS": ({"Op": [*"IIIUDI"], "transact_seq": NUMBERS}, ["lower(`Op`) = 'd'", "transact_seq"]),
    "Delta": (
        {
            "_change_type": ["insert", "update_preimage", "update_postimage", "delete"]
            + ["insert"] * 2,
            "_commit_version": NUMBERS,
        },
        ["'delete'", "update_preimage", "_commit_version"],
    ),
    "Debezium": (
        {"before": [None] * 6, "after": ["{}"] * 6, "op": [*"rrcudd"], "ts_ms": NUMBERS},
        ["Debezium", "ts_ms"],
    ),
    "Fivetran": (
        {"_fivetran_deleted": [False] * 5 + [True], "_fivetran_synced": NUMBERS},
        ["`_fivetran_deleted`", "_fivetran_synced"],
    ),
    "deleted_at": ({"deleted_at": [None] * 5 + ["2024-01-31"]}, ["`deleted_at` IS NOT NULL"]),
}


def questions(columns: dict[str, list[object]]) -> list[Finding]:
    memory = Memory({"customers": {"customer_id": NUMBERS, "city": [*"abcdef"]} | columns})  # type: ignore[dict-item]
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    return [q for q in design.questions if q.detail.startswith("Are its rows")]


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_is_asked_once_with_what_is_known(name: str) -> None:
    columns, told = FEEDS[name]
    (asked,) = questions(columns)  # type: ignore[arg-type]
    assert asked.subject == "customers"
    assert [text for text in told if text not in asked.detail] == []


def test_a_column_of_the_same_name_with_other_values_is_none() -> None:
    assert questions({"op": ["cut", "drill", "cut", "mill", "cut", "mill"]}) == []
