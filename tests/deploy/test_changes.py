"""What a change of the design means for tables that hold rows."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from databricks.sdk.errors import NotFound, PermissionDenied
from databricks.sdk.service.catalog import TableInfo

from medallion_core.deploy.changes import Deployed, TableChange, table_changes
from medallion_core.deploy.plan import existing_tables
from medallion_core.generate import generate_bundle
from medallion_core.model import (
    ChangeHandling,
    Design,
    Entity,
    EntityColumn,
    Privacy,
    PrivacyDecision,
    Proofs,
    Rule,
    RuleAction,
    Settings,
    TableLocation,
    TableName,
)
from medallion_core.tables.inventory import expected_tables


def read(table: str, *, append_only: bool = True) -> TableLocation:
    return TableLocation(TableName("crm", "sales", table), append_only=append_only)


def column(name: str, type_: str = "string") -> EntityColumn:
    return EntityColumn(name, name, "string", type_)


POSITIVE = Rule("amount_is_positive", "amount > 0", RuleAction.QUARANTINE)
ORDERS = Entity(
    "orders",
    (read("orders"),),
    (column("id"), column("amount", "decimal(12,2)"), column("changed_at", "timestamp")),
    key=("id",),
    change=ChangeHandling.LATEST,
    sequence_by="changed_at",
    rules=(POSITIVE,),
)
ALL = {"bronze_orders", "silver_orders", "quarantine_orders"}

Edit = Callable[[Entity], Entity]


def changes(edit: Edit, start: Entity = ORDERS, *, ran: bool = True) -> dict[str, TableChange]:
    return changes_of((start,), (edit(start),), made=None if ran else ())


def changes_of(
    before: tuple[Entity, ...],
    after: tuple[Entity, ...],
    *,
    made: Collection[str] | None = None,
    unseen: bool = False,
) -> dict[str, TableChange]:
    """By table. ``made`` are those that a run has made, by default all."""
    old, new = (Design(Settings("shop", "main", "gold"), entities) for entities in (before, after))
    tables = None if unseen else frozenset(expected_tables(old) if made is None else made)
    deployed = Deployed(old, generate_bundle(old), tables)
    return {each.table: each for each in table_changes(deployed, new, generate_bundle(new))}


def retype(entity: Entity) -> Entity:
    first, _, last = entity.columns
    return replace(entity, columns=(first, column("amount", "decimal(20,4)"), last))


REFRESHED: list[tuple[Edit, set[str]]] = [
    (retype, {"silver_orders", "quarantine_orders"}),
    (lambda e: replace(e, key=("id", "changed_at")), {"silver_orders"}),
    (lambda e: replace(e, sequence_by=""), {"silver_orders"}),
    (lambda e: replace(e, change=ChangeHandling.HISTORY), {"silver_orders"}),
    (lambda e: replace(e, reads=(read("orders_2"),)), ALL),
    (lambda e: replace(e, reads=(read("orders"), read("orders_2"))), ALL),
]


@pytest.mark.parametrize(("edit", "tables"), REFRESHED)
def test_rows_that_would_contradict_the_design_are_read_again(edit: Edit, tables: set[str]) -> None:
    found = changes(edit)
    assert {name for name, each in found.items() if each.action == "refresh"} == tables
    assert not any(each.other_kind for each in found.values())


KEPT: list[Edit] = [
    lambda e: replace(e, columns=(*e.columns, column("note"))),
    lambda e: replace(e, rules=(POSITIVE, Rule("reported", "id IS NOT NULL"))),
    lambda e: replace(e, comment="Orders of the shop."),
]


@pytest.mark.parametrize("edit", KEPT)
def test_compatible_changes_keep_the_rows(edit: Edit) -> None:
    assert {each.action for each in changes(edit).values()} == {"update"}


LOOSER = replace(POSITIVE, condition="amount >= 0")


def divide(entity: Entity) -> Entity:
    return replace(entity, rules=(LOOSER,))


def kept(**how: Any) -> Edit:
    """Another way to keep the amount."""
    return lambda e: e.with_column(replace(e.column("amount"), **how))


def decided(decision: PrivacyDecision) -> Edit:
    return kept(privacy=Privacy("amount", decision))


MADE_ANEW: dict[str, Edit] = {
    "divided": divide,
    "deletions": lambda e: replace(e, delete_when="amount = 0"),
    "format": kept(source_format="1.234,5"),
    "trimmed": kept(trim=True),
    "no empty text": kept(empty_to_null=True),
    "dropped": decided(PrivacyDecision.DROP),
}


@pytest.mark.parametrize("edit", MADE_ANEW)
def test_rows_are_made_again_of_bronze_where_others_come_of_it_now(edit: str) -> None:
    """Bronze has them all, so that nothing is lost and nobody has to agree."""
    found = changes(MADE_ANEW[edit])
    again = {name: each.lossless for name, each in found.items() if each.action == "refresh"}
    assert again == {"silver_orders": True, "quarantine_orders": True}
    both = changes(lambda e: MADE_ANEW[edit](replace(e, sequence_by="")))
    assert not both["silver_orders"].lossless


def test_hashes_and_what_they_hide_are_in_no_table_together() -> None:
    text = replace(ORDERS, columns=(*ORDERS.columns, column("email")))
    private = replace(column("email"), privacy=Privacy("email", PrivacyDecision.HASH))
    found = changes(lambda e: e.with_column(private), text)
    assert (found["silver_orders"].action, found["silver_orders"].lossless) == ("refresh", True)


def test_a_column_that_silver_takes_again_is_read_from_bronze() -> None:
    left_out = kept(included=False)(replace(ORDERS, rules=()))
    found = changes(kept(included=True), left_out)
    assert (found["silver_orders"].action, found["silver_orders"].lossless) == ("refresh", True)
    assert (
        changes(lambda _: left_out, replace(ORDERS, rules=()))["silver_orders"].action == "update"
    )


def test_what_bronze_has_no_more_is_given_up_by_consent_only() -> None:
    """Snapshots are gone with the next one, and so is what a column said that is missing now."""
    missing = kept(missing=True)(ORDERS)
    assert not changes(divide, missing)["silver_orders"].lossless
    whole = replace(ORDERS, reads=(read("orders", append_only=False),))
    history = replace(whole, change=ChangeHandling.SNAPSHOT_HISTORY)
    assert changes(divide, history)["silver_orders"].action == "update", "the next is divided anew"
    hashed = changes(decided(PrivacyDecision.HASH), history)["silver_orders"]
    assert (hashed.action, hashed.lossless) == ("refresh", False)


def test_a_view_of_a_stream_that_starts_again_is_computed_anyway() -> None:
    whole = replace(ORDERS, change=ChangeHandling.SNAPSHOT, rules=())
    found = changes(lambda e: replace(e, reads=(read("orders_2"),)), whole)
    assert found["bronze_orders"].action == "refresh"
    assert "silver_orders" not in found


RETURNS = replace(ORDERS, name="returns", reads=(read("returns"),))


def test_only_what_a_run_has_made_is_given_up() -> None:
    found = changes_of((ORDERS, RETURNS), (ORDERS,), made={*ALL, "bronze_returns"})
    gone = {name for name, each in found.items() if each.action == "delete"}
    assert gone == {"bronze_returns"}


def test_where_nobody_may_see_what_was_made_each_is_asked_about_and_says_so() -> None:
    found = changes_of((ORDERS, RETURNS), (retype(ORDERS),), unseen=True)
    asked = {name: each.detail for name, each in found.items() if each.action != "update"}
    assert asked.keys() == {"silver_orders", "quarantine_orders"} | {
        f"{layer}_returns" for layer in ("bronze", "silver", "quarantine")
    }
    assert all("whether it exists is not known" in detail for detail in asked.values())
    assert "not known" not in "".join(
        each.detail for each in changes_of((ORDERS, RETURNS), (retype(ORDERS),)).values()
    )


SEEN = {
    "a table": ([TableInfo(name="silver_orders")], {"silver_orders"}),
    "no schema": (NotFound("No such schema."), set()),
    "nothing that may be seen": (PermissionDenied("USE SCHEMA is missing."), None),
}


@pytest.mark.parametrize("case", SEEN)
def test_a_schema_that_may_not_be_listed_is_no_empty_one(case: str) -> None:
    answer, found = SEEN[case]

    def listed(*_: object) -> list[TableInfo]:
        if isinstance(answer, list):
            return answer
        raise answer

    tables = SimpleNamespace(list=listed)
    ws: Any = SimpleNamespace(client=SimpleNamespace(tables=tables))
    assert existing_tables(ws, Settings("shop", "main", "gold")) == found


def test_nothing_changed() -> None:
    assert changes(lambda entity: entity) == {}


def test_what_made_the_proofs_goes_on_making_them() -> None:
    old = Design(Settings("shop", "main", "gold"), (ORDERS,))
    ways = (old, replace(old, settings=replace(old.settings, proofs=Proofs.JOB)))
    for before, after in (ways, ways[::-1]):
        deployed = Deployed(before, generate_bundle(before), frozenset(expected_tables(before)))
        found = table_changes(deployed, after, generate_bundle(after))
        assert [each.table for each in found if each.other_kind] == ["row_balance"]


def test_no_table_changes_its_kind() -> None:
    found = changes(lambda e: replace(e, reads=(read("orders", append_only=False),)))
    assert {name for name, each in found.items() if each.other_kind} == ALL
    back = changes(
        lambda e: replace(e, reads=(read("orders"),)),
        replace(ORDERS, reads=(read("orders", append_only=False),)),
    )
    assert {name for name, each in back.items() if each.other_kind} == ALL


def test_under_another_name_every_table_is_new() -> None:
    in_full = (read("orders", append_only=False),)
    found = changes(lambda e: replace(e, name="orders_2", reads=in_full))
    assert {name: each.action for name, each in found.items()} == {
        **dict.fromkeys(ALL, "delete"),
        **{f"{name}_2": "create" for name in ALL},
        "row_balance": "update",
    }


def test_a_table_that_no_run_has_made_asks_for_nothing() -> None:
    assert {each.action for each in changes(retype, ran=False).values()} == {"update"}


def test_new_and_gone_tables() -> None:
    found = changes(lambda e: replace(e, rules=()))
    assert (found["silver_orders"].action, found["silver_orders"].lossless) == ("refresh", True)
    assert found["quarantine_orders"].action == "delete"
    back = changes(lambda e: replace(e, rules=(POSITIVE,)), replace(ORDERS, rules=()))
    assert back["quarantine_orders"].action == "create"


def test_more_sources_of_several_start_nothing_again() -> None:
    two = replace(ORDERS, reads=(read("orders_1"), read("orders_2")))
    found = changes(lambda e: replace(e, reads=(*e.reads, read("orders_3"))), two)
    assert {each.action for each in found.values()} == {"update"}


def test_in_another_schema_every_table_is_new() -> None:
    old = Design(Settings("shop", "main", "gold"), (ORDERS,))
    new = Design(Settings("shop", "main", "silver"), (ORDERS,))
    deployed = Deployed(old, generate_bundle(old), frozenset(ALL))
    found = table_changes(deployed, new, generate_bundle(new))
    assert {each.action for each in found} == {"create"}
