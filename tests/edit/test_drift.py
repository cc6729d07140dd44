from __future__ import annotations

from dataclasses import replace

from medallion_core.edit.drift import Drift, DriftKind, find_drift, follow_drift
from medallion_core.model import (
    Column,
    Design,
    Entity,
    EntityColumn,
    Settings,
    Source,
    TableLocation,
    TableName,
)

ORDERS = TableLocation(TableName("shop", "sales", "orders"))
ENTITY = Entity(
    "orders",
    (ORDERS,),
    (
        EntityColumn("id", "Id", "bigint", "bigint"),
        EntityColumn("amount", "amount", "decimal(12,2)", "decimal(12,2)"),
        EntityColumn("note", "note", "string", "string"),
    ),
)
LATER = EntityColumn("later", "later", "string", "string", missing=True)
NOW = Source(ORDERS, (Column("Id", "bigint"), Column("amount", "string"), Column("Note", "string")))


def test_new_gone_and_retyped_columns_are_found() -> None:
    assert find_drift(ENTITY, [NOW]) == [
        Drift("orders", DriftKind.NEW, "Note", now="string"),
        Drift("orders", DriftKind.GONE, "note", before="string"),
        Drift("orders", DriftKind.RETYPED, "amount", before="decimal(12,2)", now="string"),
    ]


def test_a_column_that_one_of_several_reads_has_is_not_gone() -> None:
    other = Source(ORDERS, (Column("note", "string"),))
    kinds = {drift.kind for drift in find_drift(ENTITY, [NOW, other])}
    assert DriftKind.GONE not in kinds


def test_a_design_that_follows_has_no_drift_left() -> None:
    design = Design(Settings("p", "c", "s"), (ENTITY,))
    for drift in find_drift(ENTITY, [NOW]):
        design = follow_drift(design, drift)
    [entity] = design.entities
    assert find_drift(entity, [NOW]) == []
    assert [(column.name, column.source) for column in entity.columns] == [
        ("id", "Id"),
        ("amount", "amount"),
        ("note_2", "Note"),
    ]
    assert entity.column("amount").type == "decimal(12,2)"


def test_a_column_that_was_missing_is_read_again() -> None:
    never = EntityColumn("never", "never", "string", "string", missing=True)
    entity = replace(ENTITY, columns=(*ENTITY.columns, LATER, never))
    design = Design(Settings("p", "c", "s"), (entity,))
    [found] = follow_drift(design, Drift("orders", DriftKind.NEW, "later", now="string")).entities
    assert found.columns == (*ENTITY.columns, replace(LATER, missing=False), never)
    [found] = follow_drift(design, Drift("orders", DriftKind.NEW, "note", now="string")).entities
    assert [column.name for column in found.columns[-2:]] == ["never", "note_2"]
