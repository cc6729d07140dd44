"""Traps for keys."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core.model import ChangeHandling, Design, Settings
from medallion_core.propose import propose_design
from tests.propose.memory import Memory, schema

CASES = {
    "its own id before a code": (
        "D item 90: item_id pk | sku code 8 | name name",
        "item",
        ["item_id"],
    ),
    "a code without a marker": (
        "D carrier 20: carrier code 2 | name word 9000",
        "carrier",
        ["carrier"],
    ),
    "no measure that happens to be unique": (
        "D shop 30: shop_id pk | name name\nF sale 40: shop_id fk shop | amount money",
        "sale",
        [],
    ),
    "a line's order and number": (
        """F orders 500: order_id pk | placed_on date
        D item 50: item_id pk | name name
        F order_line 2000: *order_id fk orders | *line_no int 1 8
        | item_id fk item | price money""",
        "order_line",
        ["order_id", "line_no"],
    ),
    "a bridge's pair, though one side is unique today": (
        """D area 300: area_id pk | name name
        D agent 9: agent_id pk | first_name name
        B agent_area 9: *area_id fk area | *agent_id fk agent""",
        "agent_area",
        ["area_id", "agent_id"],
    ),
    "a place and a time": (
        """D station 12: station code 4 | name word 9000
        F reading 3000: *station fk station | *taken_at ts | celsius float -20 40""",
        "reading",
        ["station", "taken_at"],
    ),
}


def propose(memory: Memory) -> Design:
    return propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)


@pytest.mark.parametrize("case", CASES)
def test_keys(case: str) -> None:
    text, table, key = CASES[case]
    assert list(propose(schema(text)).entity(table).key) == key


def test_approximate_counts_are_verified() -> None:
    memory = schema("D item 100: item_id pk | batch code 6 | name name")
    memory.tables["item"]["item_id"][1] = memory.tables["item"]["item_id"][0]
    profile = memory.profile("item")
    blurred = tuple(
        type(c)(c.name, 0, 100, minimum=c.minimum, maximum=c.maximum, max_length=c.max_length)
        for c in profile.columns
    )
    design = propose_design(
        memory.sources(), [type(profile)(100, blurred)], Settings("p", "c", "s"), memory
    )
    assert design.entity("item").key == ("batch",)


def test_declared_keys_win_unless_they_name_nothing() -> None:
    memory = schema("D item 90: item_id pk | sku code 8 | name name")
    (source,) = memory.sources()
    for declared, key in ((("sku",), ("sku",)), (("gone",), ("item_id",))):
        sources = [replace(source, primary_key=declared)]
        design = propose_design(sources, memory.profiles(), Settings("p", "c", "s"), memory)
        assert design.entity("item").key == key


def test_versions_of_a_row_are_a_history() -> None:
    memory = schema("D client 40: client_id int 1 20 | *name name | *updated_at ts")
    memory.tables["client"]["client_id"] = [n // 2 for n in range(40)]
    entity = propose(memory).entity("client")
    assert (entity.key, entity.change, entity.sequence_by) == (
        ("client_id",),
        ChangeHandling.HISTORY,
        "updated_at",
    )


def test_empty_tables_are_judged_by_name() -> None:
    memory = schema("D kind 0: kind_id pk | name name\nF event 0: event_id pk | kind_id fk kind")
    design = propose(memory)
    assert [entity.key for entity in design.entities] == [("kind_id",), ("event_id",)]
    assert all(entity.key_confidence < 1 for entity in design.entities)
