"""Seen while an update is INITIALIZING: the design does not fit the sources."""

from __future__ import annotations

from medallion_core.model import ChangeHandling, Role
from tests.repair.faults import (
    ASKS,
    HAND_OVER,
    IDS,
    LATEST,
    PAIR,
    SAFE,
    Fault,
    described,
    entity,
    measure_fault,
    measured,
    rule_fault,
    table,
)

STALE: tuple[Fault, ...] = (
    Fault(
        "column_gone",
        "COLUMN_IS_GONE",
        SAFE,
        table(PAIR),
        entity("column_gone", IDS | {"note": "string"}),
    ),
    Fault(
        "column_gone_measured",
        "COLUMN_IS_GONE",
        SAFE,
        table(PAIR),
        entity("column_gone_measured", IDS | {"price": "decimal(9,2)"}, role=Role.FACT),
        measured("column_gone_measured", "price"),
    ),
    Fault(
        "column_respelled",
        "COLUMN_IS_RENAMED",
        SAFE,
        table("SELECT 1 AS id, 5 AS order_qty UNION ALL SELECT 2, 7"),
        entity("column_respelled", {"id": "int", "order_qty=OrderQty": "int"}),
    ),
    Fault(
        "column_renamed",
        "COLUMN_IS_RENAMED",
        ASKS,
        table("SELECT 1 AS id, 5 AS quantity_sold UNION ALL SELECT 2, 7"),
        entity("column_renamed", {"id": "int", "quantity": "int"}),
    ),
    Fault(
        "key_gone",
        "KEY_IS_GONE",
        HAND_OVER,
        table("SELECT 5 AS qty UNION ALL SELECT 7"),
        entity("key_gone", IDS, **LATEST),
    ),
    Fault(
        "key_by_source_name",
        "COLUMN_IS_MISSING",
        SAFE,
        table("SELECT 1 AS OrderId, 5 AS qty UNION ALL SELECT 2, 7"),
        entity(
            "key_by_source_name",
            {"order_id=OrderId": "int", "qty": "int"},
            key=("OrderId",),
            change=ChangeHandling.LATEST,
        ),
    ),
    Fault(
        "view_as_stream",
        "SOURCE_IS_NO_STREAM",
        SAFE,
        ("CREATE VIEW {t} AS " + PAIR,),
        entity("view_as_stream", IDS),
    ),
    Fault(
        "names_twice",
        "NAMES_COLLIDE",
        SAFE,
        table(PAIR),
        entity("names_twice", {"id": "int", "ID=qty": "int"}),
    ),
    Fault(
        "names_refused",
        "NAMES_COLLIDE",
        SAFE,
        table(PAIR),
        entity("names_refused", {"id": "int", "the qty=qty": "int"}),
    ),
    Fault(
        "attributes_twice",
        "NAMES_COLLIDE",
        SAFE,
        table(PAIR),
        entity("attributes_twice", IDS, role=Role.DIMENSION, **LATEST),
        dimension=described("attributes_twice", ("qty", "qty"), ("qty", "id")),
    ),
    Fault(
        "attributes_refused",
        "NAMES_COLLIDE",
        SAFE,
        table(PAIR),
        entity("attributes_refused", IDS, role=Role.DIMENSION, **LATEST),
        dimension=described("attributes_refused", ("the qty", "qty")),
    ),
    Fault(
        "retyped_wider",
        "SOURCE_IS_RETYPED",
        SAFE,
        table("SELECT 1 AS id, 5000000000 AS qty UNION ALL SELECT 2, 7"),
        entity("retyped_wider", IDS, role=Role.DIMENSION, **LATEST),
        dimension=described("retyped_wider", ("qty", "qty")),
    ),
    Fault(
        "retyped_to_text",
        "SOURCE_IS_RETYPED",
        SAFE,
        table("SELECT 1 AS id, '5' AS qty UNION ALL SELECT 2, 'seven'"),
        entity("retyped_to_text", IDS, role=Role.DIMENSION, **LATEST),
        dimension=described("retyped_to_text", ("qty", "qty")),
    ),
    rule_fault(
        "rule_by_source_name",
        "RULE_IS_UNUSABLE",
        SAFE,
        "SELECT 1 AS id, 5 AS OrderQty UNION ALL SELECT 2, 7",
        {"id": "int", "order_qty=OrderQty": "int"},
        "OrderQty > 0",
    ),
    rule_fault("rule_by_nothing", "RULE_IS_UNUSABLE", SAFE, PAIR, IDS, "weight > 0"),
    rule_fault("rule_syntax", "RULE_IS_UNUSABLE", SAFE, PAIR, IDS, "qty >> > 0"),
    rule_fault("rule_function", "RULE_IS_UNUSABLE", SAFE, PAIR, IDS, "is_good(qty)"),
    rule_fault("rule_types", "RULE_IS_UNUSABLE", SAFE, PAIR, IDS, "qty > map('a', 1)"),
    measure_fault(
        "measure_by_source_name",
        "COLUMN_IS_MISSING",
        SAFE,
        "SELECT 1 AS id, 5 AS OrderQty UNION ALL SELECT 2, 7",
        {"order_qty=OrderQty": "int"},
        "line.OrderQty * 2",
    ),
    measure_fault(
        "measure_by_nothing", "COLUMN_IS_MISSING", ASKS, PAIR, {"qty": "int"}, "line.weight * 2"
    ),
    measure_fault("measure_syntax", "MEASURE_IS_UNUSABLE", ASKS, PAIR, {"qty": "int"}, "qty * * 2"),
    measure_fault(
        "measure_function", "MEASURE_IS_UNUSABLE", ASKS, PAIR, {"qty": "int"}, "net_of(qty)"
    ),
    measure_fault(
        "measure_types", "MEASURE_IS_UNUSABLE", ASKS, PAIR, {"qty": "int"}, "qty + array(1)"
    ),
)
