"""Failures to be made for real: each is one source with something wrong in it, or in the design.

A fault is an entity of its own, named like the fault, over a table of the same name; so many of
them fail in one update, each for its own reason. ``later`` statements change the source after a
first update that succeeded. ``{t}`` stands for the table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from medallion_core.model import (
    Attribute,
    ChangeHandling,
    Dimension,
    Entity,
    EntityColumn,
    Fact,
    Measure,
    Role,
    Rule,
    RuleAction,
    TableLocation,
    TableName,
)
from medallion_core.repair.diagnosis import Risk

SAFE, ASKS, HAND_OVER = Risk.SAFE, Risk.ASKS, Risk.HAND_OVER


@dataclass(frozen=True)
class Fault:
    """``rows`` is how many the source has, all of which have to arrive in bronze."""

    name: str
    code: str
    risk: Risk
    setup: tuple[str, ...]
    entity: Entity
    fact: Fact | None = None
    dimension: Dimension | None = None
    later: tuple[str, ...] = ()
    rows: int = 2


def table(select: str) -> tuple[str, ...]:
    return ("CREATE TABLE {t} AS " + select,)


def entity(name: str, columns: dict[str, str], **changes: object) -> Entity:
    """``columns``: silver name to type; ``silver=source`` where the names differ."""
    made = []
    for text, type_ in columns.items():
        silver, _, source = text.partition("=")
        made.append(EntityColumn(silver, source or silver, type_, type_))
    read = TableLocation(TableName("main", "faults", name))
    return replace(Entity(name, (read,), tuple(made)), **changes)  # type: ignore[arg-type]


def measured(name: str, expression: str, type_: str = "decimal(15,2)") -> Fact:
    return Fact(f"fact_{name}", name, measures=(Measure("amount", expression, type_),))


def described(name: str, *attributes: tuple[str, str]) -> Dimension:
    return Dimension(
        f"dim_{name}",
        name,
        ("id",),
        f"{name}_key",
        tuple(Attribute(shown, column) for shown, column in (("id", "id"), *attributes)),
    )


def rule(condition: str, action: RuleAction = RuleAction.WARN, name: str = "checked") -> Rule:
    return Rule(name, condition, action)


def _rule_fault(
    name: str,
    code: str,
    risk: Risk,
    select: str,
    columns: dict[str, str],
    condition: str,
    action: RuleAction = RuleAction.WARN,
) -> Fault:
    return Fault(
        name, code, risk, table(select), entity(name, columns, rules=(rule(condition, action),))
    )


def _measure_fault(
    name: str,
    code: str,
    risk: Risk,
    select: str,
    columns: dict[str, str],
    expression: str,
    type_: str = "decimal(15,2)",
) -> Fault:
    columns = {"id": "int", **columns}
    made = entity(name, columns, role=Role.FACT)
    return Fault(name, code, risk, table(select), made, measured(name, expression, type_))


PAIR = "SELECT 1 AS id, 5 AS qty UNION ALL SELECT 2, 7"
IDS = {"id": "int", "qty": "int"}
LATEST = {"key": ("id",), "change": ChangeHandling.LATEST}

# ── Seen while an update is INITIALIZING: the design does not fit the sources ────────────────

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
        ASKS,
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
        "table_gone",
        "SOURCE_IS_MISSING",
        ASKS,
        (),
        entity("table_gone", IDS),
        rows=0,
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
    _rule_fault(
        "rule_by_source_name",
        "RULE_IS_UNUSABLE",
        SAFE,
        "SELECT 1 AS id, 5 AS OrderQty UNION ALL SELECT 2, 7",
        {"id": "int", "order_qty=OrderQty": "int"},
        "OrderQty > 0",
    ),
    _rule_fault("rule_by_nothing", "RULE_IS_UNUSABLE", ASKS, PAIR, IDS, "weight > 0"),
    _rule_fault("rule_syntax", "RULE_IS_UNUSABLE", ASKS, PAIR, IDS, "qty >> > 0"),
    _rule_fault("rule_function", "RULE_IS_UNUSABLE", ASKS, PAIR, IDS, "is_good(qty)"),
    _rule_fault("rule_types", "RULE_IS_UNUSABLE", ASKS, PAIR, IDS, "qty > map('a', 1)"),
    _measure_fault(
        "measure_by_source_name",
        "COLUMN_IS_MISSING",
        SAFE,
        "SELECT 1 AS id, 5 AS OrderQty UNION ALL SELECT 2, 7",
        {"order_qty=OrderQty": "int"},
        "line.OrderQty * 2",
    ),
    _measure_fault(
        "measure_by_nothing", "COLUMN_IS_MISSING", ASKS, PAIR, {"qty": "int"}, "line.weight * 2"
    ),
    _measure_fault(
        "measure_syntax", "MEASURE_IS_UNUSABLE", ASKS, PAIR, {"qty": "int"}, "qty * * 2"
    ),
    _measure_fault(
        "measure_function", "MEASURE_IS_UNUSABLE", ASKS, PAIR, {"qty": "int"}, "net_of(qty)"
    ),
    _measure_fault(
        "measure_types", "MEASURE_IS_UNUSABLE", ASKS, PAIR, {"qty": "int"}, "qty + array(1)"
    ),
)

# ── Seen while rows are written ──────────────────────────────────────────────────────────────

TEXTS = "SELECT 1 AS id, '5' AS qty UNION ALL SELECT 2, 'seven'"
TEXT = {"qty": "string"}

ROWS: tuple[Fault, ...] = (
    Fault(
        "sequence_by_source_name",
        "COLUMN_IS_MISSING",
        SAFE,
        table("SELECT 1 AS id, 5 AS ChangedAt UNION ALL SELECT 2, 7"),
        entity(
            "sequence_by_source_name",
            {"id": "int", "changed_at=ChangedAt": "int"},
            sequence_by="ChangedAt",
            **LATEST,
        ),
    ),
    Fault(
        "deletes_by_nothing",
        "COLUMN_IS_MISSING",
        ASKS,
        table(PAIR),
        entity("deletes_by_nothing", IDS, delete_when="is_deleted", **LATEST),
    ),
    _rule_fault("rule_aggregate", "RULE_IS_UNUSABLE", ASKS, PAIR, IDS, "sum(qty) > 0"),
    _measure_fault("measure_casts", "CAST_FAILS", SAFE, TEXTS, TEXT, "CAST(qty AS INT) * 2"),
    _measure_fault("measure_of_text", "CAST_FAILS", SAFE, TEXTS, TEXT, "qty"),
    _measure_fault(
        "measure_of_dates",
        "CAST_FAILS",
        SAFE,
        "SELECT 1 AS id, '2024-01-31' AS due UNION ALL SELECT 2, 'soon'",
        {"due": "string"},
        "datediff(DATE '2024-12-31', to_date(due, 'yyyy-MM-dd'))",
        "int",
    ),
    _measure_fault(
        "measure_divides",
        "DIVIDES_BY_ZERO",
        SAFE,
        "SELECT 1 AS id, 5 AS qty, 2 AS boxes UNION ALL SELECT 2, 7, 0",
        {"qty": "int", "boxes": "int"},
        "qty / boxes",
        "double",
    ),
    _measure_fault(
        "measure_remains",
        "DIVIDES_BY_ZERO",
        SAFE,
        "SELECT 1 AS id, 5 AS qty, 2 AS boxes UNION ALL SELECT 2, 7, 0",
        {"qty": "int", "boxes": "int"},
        "qty % boxes",
        "int",
    ),
    _measure_fault(
        "measure_overflows",
        "OVERFLOWS",
        SAFE,
        "SELECT 1 AS id, 2000000000 AS qty, 3 AS price UNION ALL SELECT 2, 7, 1",
        {"qty": "int", "price": "int"},
        "qty * price",
        "bigint",
    ),
    _measure_fault(
        "measure_overflows_long",
        "OVERFLOWS",
        SAFE,
        "SELECT 1 AS id, 9000000000000000000 AS qty UNION ALL SELECT 2, 7",
        {"qty": "bigint"},
        "qty * 3",
        "decimal(38,0)",
    ),
    _measure_fault(
        "measure_type_too_small",
        "CAST_OVERFLOWS",
        SAFE,
        "SELECT 1 AS id, 5000000000 AS qty UNION ALL SELECT 2, 7",
        {"qty": "bigint"},
        "qty",
        "int",
    ),
    _measure_fault(
        "measure_cast_too_small",
        "CAST_OVERFLOWS",
        SAFE,
        "SELECT 1 AS id, 5000000000 AS qty UNION ALL SELECT 2, 7",
        {"qty": "bigint"},
        "CAST(qty AS INT) + 1",
        "bigint",
    ),
    _measure_fault(
        "measure_digits",
        "DECIMAL_TOO_SMALL",
        SAFE,
        "SELECT 1 AS id, CAST(123456.78 AS DECIMAL(15,2)) AS price UNION ALL SELECT 2, 7",
        {"price": "decimal(15,2)"},
        "price * 1",
        "decimal(7,2)",
    ),
    _rule_fault(
        "rule_casts", "CAST_FAILS", SAFE, TEXTS, {"id": "int"} | TEXT, "CAST(qty AS INT) > 0"
    ),
    _rule_fault(
        "rule_casts_quarantines",
        "CAST_FAILS",
        SAFE,
        TEXTS,
        {"id": "int"} | TEXT,
        "qty::int > 0",
        RuleAction.QUARANTINE,
    ),
    _rule_fault(
        "rule_casts_drops",
        "CAST_FAILS",
        ASKS,
        TEXTS,
        {"id": "int"} | TEXT,
        "CAST(qty AS INT) > 0",
        RuleAction.DROP,
    ),
    _rule_fault(
        "rule_parses",
        "CAST_FAILS",
        SAFE,
        "SELECT 1 AS id, '2024-01-31' AS due UNION ALL SELECT 2, '31.01.2024'",
        {"id": "int", "due": "string"},
        "to_timestamp(due, 'yyyy-MM-dd') < now()",
    ),
    _rule_fault(
        "rule_divides",
        "DIVIDES_BY_ZERO",
        SAFE,
        "SELECT 1 AS id, 2 AS boxes UNION ALL SELECT 2, 0",
        {"id": "int", "boxes": "int"},
        "100 / boxes < 60",
    ),
    _rule_fault(
        "rule_remains",
        "DIVIDES_BY_ZERO",
        SAFE,
        "SELECT 1 AS id, 2 AS boxes UNION ALL SELECT 2, 0",
        {"id": "int", "boxes": "int"},
        "mod(100, boxes) = 0",
    ),
    _rule_fault(
        "rule_overflows",
        "OVERFLOWS",
        SAFE,
        "SELECT 1 AS id, 2000000000 AS qty UNION ALL SELECT 2, 7",
        {"id": "int", "qty": "int"},
        "qty * 2 > 0",
    ),
    _rule_fault(
        "rule_elements",
        "CAST_FAILS",
        SAFE,
        "SELECT 1 AS id, 'a-b' AS code UNION ALL SELECT 2, 'c'",
        {"id": "int", "code": "string"},
        "element_at(split(code, '-'), 2) = 'b'",
    ),
    _rule_fault(
        "rule_fails",
        "RULE_IS_BROKEN",
        ASKS,
        PAIR,
        IDS,
        "qty > 6",
        RuleAction.FAIL,
    ),
    Fault(
        "key_null",
        "KEY_IS_NULL",
        SAFE,
        table("SELECT 1 AS id, 5 AS qty UNION ALL SELECT NULL, 7"),
        entity("key_null", IDS, **LATEST),
    ),
    Fault(
        "sequence_null",
        "SEQUENCE_IS_NULL",
        SAFE,
        table("SELECT 1 AS id, 5 AS qty UNION ALL SELECT 2, NULL"),
        entity("sequence_null", IDS, sequence_by="qty", **LATEST),
    ),
    Fault(
        "deletes_cast",
        "CAST_FAILS",
        SAFE,
        table(TEXTS),
        entity("deletes_cast", {"id": "int"} | TEXT, delete_when="CAST(qty AS INT) < 0", **LATEST),
    ),
)
