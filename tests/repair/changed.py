"""Sources that change after a first update that succeeded."""

from __future__ import annotations

from medallion_core.model import ChangeHandling, RuleAction
from tests.repair.faults import (
    ASKS,
    IDS,
    LATEST,
    PAIR,
    SAFE,
    Fault,
    entity,
    rule,
    table,
)

CHANGED: tuple[Fault, ...] = (
    Fault(
        "rows_updated",
        "SOURCE_IS_NO_STREAM",
        ASKS,
        table(PAIR),
        entity("rows_updated", IDS, **LATEST),
        later=("UPDATE {t} SET qty = 6 WHERE id = 1",),
    ),
    Fault(
        "rows_deleted",
        "SOURCE_IS_NO_STREAM",
        ASKS,
        table(PAIR),
        entity("rows_deleted", IDS),
        later=("DELETE FROM {t} WHERE id = 1",),
        rows=1,
    ),
    Fault(
        "table_replaced",
        "SOURCE_WAS_REPLACED",
        ASKS,
        table(PAIR),
        entity("table_replaced", IDS),
        later=("DROP TABLE {t}", "CREATE TABLE {t} AS " + PAIR),
    ),
    Fault(
        "view_lost_a_column",
        "COLUMN_IS_GONE",
        SAFE,
        ("CREATE VIEW {t} AS SELECT 1 AS id, 'x' AS note UNION ALL SELECT 2, 'y'",),
        entity("view_lost_a_column", {"id": "int", "note": "string"}, in_full=True),
        later=("CREATE OR REPLACE VIEW {t} AS SELECT 1 AS id UNION ALL SELECT 2",),
    ),
    Fault(
        "view_renamed_a_column",
        "COLUMN_IS_RENAMED",
        SAFE,
        ("CREATE VIEW {t} AS SELECT 1 AS id, 5 AS OrderQty UNION ALL SELECT 2, 7",),
        entity("view_renamed_a_column", {"id": "int", "order_qty=OrderQty": "int"}, in_full=True),
        later=(
            "CREATE OR REPLACE VIEW {t} AS SELECT 1 AS id, 5 AS order_qty UNION ALL SELECT 2, 7",
        ),
    ),
    Fault(
        "null_key_came",
        "KEY_IS_NULL",
        SAFE,
        table(PAIR),
        entity("null_key_came", IDS, **LATEST),
        later=("INSERT INTO {t} VALUES (NULL, 9)",),
        rows=3,
    ),
    Fault(
        "bad_row_came",
        "RULE_IS_BROKEN",
        ASKS,
        table(PAIR),
        entity("bad_row_came", IDS, rules=(rule("qty < 8", RuleAction.FAIL),)),
        later=("INSERT INTO {t} VALUES (3, 9)",),
        rows=3,
    ),
    Fault(
        "zero_came",
        "DIVIDES_BY_ZERO",
        SAFE,
        table(PAIR),
        entity("zero_came", IDS, rules=(rule("100 / qty > 1"),)),
        later=("INSERT INTO {t} VALUES (3, 0)",),
        rows=3,
    ),
    Fault(
        "snapshot_lost_a_column",
        "COLUMN_IS_GONE",
        SAFE,
        ("CREATE VIEW {t} AS SELECT 1 AS id, 'x' AS note UNION ALL SELECT 2, 'y'",),
        entity(
            "snapshot_lost_a_column",
            {"id": "int", "note": "string"},
            in_full=True,
            key=("id",),
            change=ChangeHandling.SNAPSHOT,
        ),
        later=("CREATE OR REPLACE VIEW {t} AS SELECT 1 AS id UNION ALL SELECT 2",),
    ),
)
