from __future__ import annotations

from dataclasses import replace

from medallion_core.edit.drift import Drift, DriftKind, find_drift
from medallion_core.edit.nested import flatten_column, nest_columns
from medallion_core.model import (
    Column,
    Entity,
    EntityColumn,
    FileFormat,
    FilesLocation,
    Privacy,
    PrivacyDecision,
    Source,
)
from medallion_core.tables.silver import silver_expressions

FILES = FilesLocation("/Volumes/a/b/c", FileFormat.JSON)
TYPE = "struct<id:bigint,to:struct<zipCode:string,`odd name`:int>>"
ENTITY = Entity(
    "orders",
    (FILES,),
    (
        EntityColumn("order_id", "order_id", "bigint", "bigint"),
        EntityColumn("customer", "Customer", TYPE, TYPE),
        EntityColumn("customer_id", "customer_id", "bigint", "bigint"),
    ),
)


def test_fields_take_the_place_of_their_column_and_go_back() -> None:
    once = flatten_column(ENTITY, "customer")
    twice = flatten_column(once, "customer_to")
    assert silver_expressions(twice) == {
        "order_id": "order_id",
        "customer_id_2": "Customer.id",
        "customer_to_zip_code": "Customer.`to`.zipCode",
        "customer_to_odd_name": "Customer.`to`.`odd name`",
        "customer_id": "customer_id",
    }
    assert nest_columns(twice, "Customer").column("customer").type == TYPE.replace("to:", "`to`:")
    assert nest_columns(once, "Customer").columns[0::2] == ENTITY.columns[0::2]


def test_a_field_that_changes_is_told_by_its_path() -> None:
    flat = flatten_column(ENTITY, "customer")
    columns = [Column(c.source, c.source_type) for c in ENTITY.columns]
    assert find_drift(flat, [Source(FILES, tuple(columns))]) == []
    columns[1] = Column("Customer", "struct<id:string>")
    assert find_drift(flat, [Source(FILES, tuple(columns))]) == [
        Drift(
            "orders", DriftKind.GONE, "Customer.to", before="struct<zipCode:string,`odd name`:int>"
        ),
        Drift("orders", DriftKind.RETYPED, "Customer.id", before="bigint", now="string"),
    ]


def test_personal_data_stays_so_in_its_field_and_in_the_whole() -> None:
    type_ = "struct<email:string,size:int>"
    whole = EntityColumn("contact", "contact", type_, type_, privacy=Privacy("email"))
    entity = Entity("orders", (FILES,), (whole,))
    flat = flatten_column(entity, "contact")
    assert [bool(column.privacy) for column in flat.columns] == [True, False]
    assert nest_columns(flat, "contact").column("contact").privacy is not None
    masked = Privacy("email", PrivacyDecision.MASK)
    hidden = flatten_column(replace(entity, columns=(replace(whole, privacy=masked),)), "contact")
    decisions = [column.privacy and column.privacy.decision for column in hidden.columns]
    assert decisions == [PrivacyDecision.MASK] * 2
