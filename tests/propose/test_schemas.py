"""The same tables in two schemas: told apart by name, and each star within its own."""

from __future__ import annotations

from dataclasses import replace

from medallion_core.model import Settings, Source, TableLocation, TableName
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
