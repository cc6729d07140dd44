"""The same tables in two schemas: told apart by name, and each star within its own."""

from __future__ import annotations

from dataclasses import replace

from medallion_core.model import Column, Settings, Source, TableLocation, TableName
from medallion_core.propose import propose_design
from tests.propose.memory import Memory

CUSTOMERS = {"customer_id": [1, 2, 3, 4], "name": [*"abcd"]}
ORDERS = {"order_id": [7, 8, 9, 10, 11], "customer_id": [1, 2, 3, 4, 1], "amount": [1.5] * 5}


def moved(source: Source, schema: str) -> Source:
    name = TableName("main", schema, source.name)
    return replace(source, location=TableLocation(name))


def test_each_star_stays_within_its_schema() -> None:
    memory = Memory({"customers": CUSTOMERS, "orders": ORDERS})  # type: ignore[dict-item]
    sources = [moved(source, schema) for schema in ("us", "eu") for source in memory.sources()]
    profiles = memory.profiles() * 2
    design = propose_design(sources, profiles, Settings("p", "c", "s"))
    assert {entity.name for entity in design.entities} == {
        "customers_us",
        "orders_us",
        "customers_eu",
        "orders_eu",
    }
    found = {(reference.entity, reference.parent) for reference in design.references}
    assert found == {("orders_us", "customers_us"), ("orders_eu", "customers_eu")}


def test_names_of_one_schema_that_are_alike_keep_no_others_from_being_told_apart() -> None:
    memory = Memory({"customers": CUSTOMERS, "a-b": {"x": ["a"]}, "a b": {"y": ["b"]}})
    sources = [moved(source, "us") for source in memory.sources()]
    sources.append(moved(memory.source("customers"), "eu"))
    profiles = [*memory.profiles(), memory.profile("customers")]
    design = propose_design(sources, profiles, Settings("p", "c", "s"))
    names = [entity.name for entity in design.entities]
    assert names == ["customers_us", "a_b", "a_b_2", "customers_eu"]


def test_a_table_that_only_another_schema_has_is_referred_to_there() -> None:
    memory = Memory({"customers": CUSTOMERS, "orders": ORDERS})  # type: ignore[dict-item]
    sources = [moved(s, place) for s, place in zip(memory.sources(), ("crm", "shop"), strict=True)]
    design = propose_design(sources, memory.profiles(), Settings("p", "c", "s"))
    assert [(r.entity, r.parent) for r in design.references] == [("orders", "customers")]


def test_a_table_is_no_part_of_its_namesake_in_another_schema() -> None:
    memory = Memory({"customers": CUSTOMERS, "orders": ORDERS})  # type: ignore[dict-item]
    sources = [moved(source, schema) for schema in ("us", "eu") for source in memory.sources()]
    wide = [replace(s, columns=(*s.columns, Column("vat_id", "string"))) for s in sources[2:]]
    every = [*sources[:2], *wide]
    design = propose_design(every, memory.profiles() * 2, Settings("p", "c", "s"), memory)
    names = {(reference.entity[:-3], reference.parent[:-3]) for reference in design.references}
    assert all(one != other for one, other in names)


def test_of_two_parents_that_fit_alike_the_other_one_is_asked_about() -> None:
    keys = list(range(1, 41))
    people = {"customer_id": keys, "name": [f"n{key}" for key in keys]}
    orders = {"order_id": list(range(80)), "customer_id": keys * 2, "amount": [1.5] * 80}
    memory = Memory({"east": dict(people), "west": dict(people), "orders": orders})  # type: ignore[dict-item]
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    (accepted,) = [r for r in design.references if r.entity == "orders" and r.accepted]
    (asked,) = [r for r in design.references if r.entity == "orders" and not r.accepted]
    assert {accepted.parent, asked.parent} == {"east", "west"}
    assert "as well" in asked.evidence
