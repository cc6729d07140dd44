"""What each message of the platform is taken for, without a workspace."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from medallion_core.check import check_design
from medallion_core.edit.drift import DriftKind, find_drift, follow_drift
from medallion_core.model import (
    ChangeHandling,
    Column,
    Design,
    Fact,
    FileFormat,
    FilesLocation,
    Level,
    Measure,
    Publishing,
    Rule,
    RuleAction,
    Settings,
    Source,
    Star,
)
from medallion_core.repair import Evidence, Risk, apply_fix, diagnose
from medallion_core.repair.changes import ReadInFull, RenameEntity
from medallion_core.run.events import RunError
from medallion_core.tables.columns import bronze_names
from medallion_core.tables.silver import silver_expressions
from medallion_core.workspace.errors import error_class
from tests.repair.faults import entity

ORDERS = replace(
    entity("orders", {"id": "int", "qty=OrderQty": "int", "note": "string"}),
    key=("id",),
    change=ChangeHandling.LATEST,
    sequence_by="qty",
    rules=(Rule("sold", "100 / qty > 1", RuleAction.WARN),),
)
FACT = Fact(
    "fact_orders",
    "orders",
    measures=(
        Measure("each", "100 / qty", "decimal(7,2)"),
        Measure("all", "qty", "int"),
        Measure("noted", "note", "decimal(9,2)"),
    ),
)
DESIGN = Design(
    Settings("sales", "main", "gold"),
    (ORDERS,),
    star=Star(facts=(replace(FACT, cluster_by=("all",)),)),
)


def error(dataset: str, text: str) -> RunError:
    message = f"Flow '{dataset}' has FAILED fatally."
    return RunError(dataset, message, causes=(text,), error_class=error_class(text), at=None)


CASES = [
    (
        "silver_orders",
        "[DIVIDE_BY_ZERO] Division by zero. SQLSTATE: 22012",
        "DIVIDES_BY_ZERO",
        "safe",
    ),
    (
        "fact_orders",
        "[DIVIDE_BY_ZERO] Division by zero. SQLSTATE: 22012",
        "DIVIDES_BY_ZERO",
        "safe",
    ),
    (
        "fact_orders",
        "[CAST_INVALID_INPUT] The value 'x' of the type \"STRING\" cannot be cast to "
        '"DECIMAL(9,2)" because it is malformed. SQLSTATE: 22018',
        "CAST_FAILS",
        "safe",
    ),
    (
        "fact_orders",
        '[CAST_OVERFLOW] The value 3000000000L of the type "BIGINT" cannot be cast to "INT" due to '
        "an overflow. SQLSTATE: 22003",
        "CAST_OVERFLOWS",
        "safe",
    ),
    (
        "fact_orders",
        "[NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION] 123456.78 cannot be represented as "
        "Decimal(7, 2). SQLSTATE: 22003",
        "DECIMAL_TOO_SMALL",
        "safe",
    ),
    (
        "silver_orders",
        "[AUTOCDC_MICROBATCH_VALIDATION.NULL_KEY] The microbatch contains rows with null values in "
        "the following key column(s): id=3. All rows must have non-null values. SQLSTATE: 22000",
        "KEY_IS_NULL",
        "safe",
    ),
    (
        "silver_orders",
        "[AUTOCDC_MICROBATCH_VALIDATION.NULL_SEQUENCE] The microbatch has 1 row(s) with a null "
        "sequencing value. SQLSTATE: 22000",
        "SEQUENCE_IS_NULL",
        "safe",
    ),
    (
        "silver_orders",
        "[DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE] Cannot perform Merge as multiple "
        "source rows matched. SQLSTATE: 21506",
        "VERSIONS_TIE",
        "asks",
    ),
    (
        "silver_orders",
        "[APPLY_CHANGES_FROM_SNAPSHOT_ERROR.DUPLICATE_KEY_VIOLATION] Found more than one row for "
        "the key id=1: a snapshot must have unique keys. SQLSTATE: 22000",
        "SNAPSHOT_REPEATS_KEY",
        "hand_over",
    ),
    (
        "silver_orders",
        "[EXPECTATION_VIOLATION.VERBOSITY_ALL] Flow 'silver_orders' failed to meet the "
        "expectation. Violated expectations: 'sold'. Input data: '{\"id\":1}'. Output: '{}'.",
        "RULE_IS_BROKEN",
        "asks",
    ),
    (
        "bronze_orders",
        "[DELTA_SOURCE_TABLE_IGNORE_CHANGES] Detected a data update in the source table at version "
        "7. This is currently not supported. SQLSTATE: 0A000",
        "SOURCE_IS_NO_STREAM",
        "asks",
    ),
    (
        "bronze_orders",
        "[DELTA_SCHEMA_CHANGED_WITH_VERSION] Detected schema change.",
        "SCHEMA_HAS_CHANGED",
        "safe",
    ),
    (
        "bronze_orders",
        "[DIFFERENT_DELTA_TABLE_READ_BY_STREAMING_SOURCE] The streaming query was reading from an "
        "unexpected Delta table. SQLSTATE: 55019",
        "SOURCE_WAS_REPLACED",
        "asks",
    ),
    (
        "bronze_orders",
        "[DELTA_STREAMING_INCOMPATIBLE_SCHEMA_CHANGE] Streaming read is not supported.",
        "SCHEMA_IS_INCOMPATIBLE",
        "asks",
    ),
    (
        "silver_orders",
        "[AUTOCDC_INVALID_STATE.KEY_SCHEMA_DRIFT] Detected an invalid AutoCDC state.",
        "FLOW_HAS_CHANGED",
        "asks",
    ),
    (
        "bronze_orders",
        "[UNKNOWN_FIELD_EXCEPTION.NEW_FIELDS_IN_FILE] Encountered unknown fields.",
        "SCHEMA_HAS_CHANGED",
        "safe",
    ),
    (
        "bronze_orders",
        "[TABLE_OR_VIEW_NOT_FOUND] The table or view `main`.`faults`.`orders` cannot be found. "
        "Verify the spelling. SQLSTATE: 42P01",
        "SOURCE_IS_MISSING",
        "asks",
    ),
    (
        "fact_orders",
        "Failed to load '/src/gold/fact_orders.py': [SQL_CONF_NOT_FOUND] The SQL config "
        '"medallion.target" cannot be found. Please verify that the config exists. SQLSTATE: 42K0I',
        "TARGET_IS_UNKNOWN",
        "safe",
    ),
    (
        "silver_orders",
        "[TABLE_OR_VIEW_NOT_FOUND] Failed to read dataset 'LIVE.bronze_orders'. Dataset is not "
        "defined in the pipeline. SQLSTATE: 42P01",
        "FILE_IS_MISSING",
        "safe",
    ),
    (
        "bronze_orders",
        "[INSUFFICIENT_PERMISSIONS] Insufficient privileges:\nUser does not have SELECT on Table "
        "'main.faults.orders'. SQLSTATE: 42501",
        "PRIVILEGE_IS_MISSING",
        "hand_over",
    ),
    (
        "bronze_orders",
        "[TABLE_ALREADY_MANAGED_BY_PIPELINE] Table `gold`.`bronze_orders` is already managed "
        "by pipeline 1234. A table can only be owned by one pipeline. SQLSTATE: 42710",
        "NAME_IS_TAKEN",
        "asks",
    ),
    (
        "bronze_orders",
        "[CANNOT_CHANGE_DATASET_TYPE] Could not materialize `x` because a streaming table with "
        "that name already exists: a streaming table cannot become a materialized view.",
        "KIND_HAS_CHANGED",
        "asks",
    ),
    (
        "fact_orders",
        "[RequestId=5e1c ErrorClass=NOT_FOUND.UC_REFERENTIAL_CONSTRAINT_DOES_NOT_EXIST] Table "
        "`main.gold.dim_date` does not have either a primary key constraint or a UNIQUE "
        "constraint.",
        "PARENT_IS_NOT_READY",
        "safe",
    ),
    (
        "",
        "[MATERIALIZED_VIEW_OPERATION_NOT_ALLOWED.DROP_DELTA_LIVE_TABLE] The MATERIALIZED VIEW "
        "operation DROP is not allowed: remove it from the pipeline definition and retry.",
        "TABLE_IS_OF_A_PIPELINE",
        "hand_over",
    ),
    (
        "",
        "[STREAMING_TABLE_OPERATION_NOT_ALLOWED.DROP_DELTA_LIVE_TABLE] The operation DROP is not "
        "allowed: remove the streaming table from the pipeline definition and retry.",
        "TABLE_IS_OF_A_PIPELINE",
        "hand_over",
    ),
    (
        "silver_orders",
        "[ACFS_WITH_EXPECTATION_DISABLED] Expectations are not supported with AUTO CDC FROM "
        "SNAPSHOT.",
        "SNAPSHOT_HAS_EXPECTATIONS",
        "hand_over",
    ),
    (
        "fact_orders",
        "[MATERIALIZED_VIEW_NOT_INCREMENTALIZABLE.OPERATOR_NOT_INCREMENTALIZABLE] Cannot create "
        "the materialized view with INCREMENTAL STRICT refresh policy because it is not supported "
        "for incremental refresh. Reason: Operators Generate are not incrementalizable.",
        "VIEW_IS_NOT_INCREMENTAL",
        "hand_over",
    ),
    (
        "fact_orders",
        "[DELTA_CLUSTERING_COLUMNS_DATATYPE_NOT_SUPPORTED] CLUSTER BY is not supported because the "
        "following column(s): all : BOOLEAN don't support data skipping.",
        "CLUSTERING_IS_REFUSED",
        "safe",
    ),
    (
        "",
        "REQUEST_LIMIT_EXCEEDED: too many requests, the quota is 10 updates.",
        "QUOTA_IS_EXHAUSTED",
        "hand_over",
    ),
    ("", "Serverless compute is not enabled in this workspace.", "SERVERLESS_IS_OFF", "hand_over"),
    (
        "bronze_orders",
        "UnknownTopicOrPartitionException: no topic",
        "TOPIC_IS_MISSING",
        "hand_over",
    ),
    (
        "bronze_orders",
        "[RESOURCE_DOES_NOT_EXIST] Secret does not exist with scope: kafka and key: user",
        "SECRET_IS_MISSING",
        "hand_over",
    ),
    ("silver_orders", "[SOMETHING_NEW] Nobody has seen this before.", "UNKNOWN", "hand_over"),
    ("dim_elsewhere", "[DIVIDE_BY_ZERO] Division by zero.", "UNKNOWN", "hand_over"),
]


@pytest.mark.parametrize(("dataset", "text", "code", "risk"), CASES)
def test_a_message_is_recognised(dataset: str, text: str, code: str, risk: str) -> None:
    (found,) = diagnose(DESIGN, [error(dataset, text)])
    assert (found.code, found.risk) == (code, risk), found
    assert (found.fix is None) == (found.risk is Risk.HAND_OVER)
    assert text.splitlines()[0] in found.text


@pytest.mark.parametrize(("dataset", "text", "code", "risk"), CASES)
def test_a_fix_changes_the_design_and_is_written_down(
    dataset: str, text: str, code: str, risk: str
) -> None:
    (found,) = diagnose(DESIGN, [error(dataset, text)])
    if found.fix is None or found.fix.is_retry:
        return
    mended = apply_fix(DESIGN, found.fix, "ann@example.com", datetime(2026, 1, 2, tzinfo=UTC))
    (written,) = mended.fixes
    assert (written.failure, written.consent) == (code, "ann@example.com")
    assert written.applied_at == "2026-01-02T00:00:00+00:00"
    if found.fix.changes:
        assert replace(mended, fixes=()) != DESIGN


def test_the_grant_is_exact_and_names_who_runs_the_pipeline() -> None:
    text = "[INSUFFICIENT_PERMISSIONS] User does not have USE SCHEMA on Schema 'main.a`b'."
    (found,) = diagnose(DESIGN, [error("bronze_orders", text)], Evidence(principal="app"))
    assert "GRANT USE SCHEMA ON SCHEMA main.`a``b` TO `app`" in found.instructions


def test_a_file_edited_by_hand_is_overwritten_on_consent_only() -> None:
    evidence = Evidence(edited=frozenset({"src/silver/orders.py"}))
    errors = [error("silver_orders", "[DIVIDE_BY_ZERO] Division by zero.")]
    (found,) = diagnose(DESIGN, errors, evidence)
    assert found.risk is Risk.ASKS
    assert found.fix is not None
    assert found.fix.overwrite == ("src/silver/orders.py",)


def test_a_stream_of_a_table_changed_in_place_begins_again_under_another_name() -> None:
    errors = [error("bronze_orders", "[DELTA_SOURCE_IGNORE_DELETE] Detected deleted data.")]
    (exists,) = diagnose(DESIGN, errors, Evidence(tables=frozenset({"bronze_orders"})))
    (fresh,) = diagnose(DESIGN, errors, Evidence(tables=frozenset()))
    assert exists.fix is not None
    assert fresh.fix is not None
    in_full = ReadInFull("orders")
    renamed = (in_full, RenameEntity("orders", "orders_2"))
    assert (exists.risk, exists.fix.changes) == (Risk.ASKS, renamed)
    assert (exists.fix.left, fresh.fix.left) == (("bronze_orders",), ())
    assert (fresh.risk, fresh.fix.changes) == (Risk.SAFE, (in_full,))


@pytest.mark.parametrize(
    ("now", "code", "risk"),
    [
        ("order_qty", "COLUMN_IS_RENAMED", "safe"),
        ("OrderQuantity", "COLUMN_IS_RENAMED", "asks"),
        ("colour", "COLUMN_IS_GONE", "asks"),
    ],
)
def test_a_missing_column_is_looked_for_in_the_source(now: str, code: str, risk: str) -> None:
    columns = (Column("id", "int"), Column(now, "int"), Column("note", "string"))
    text = "[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column with name `OrderQty` cannot be resolved."
    (found,) = diagnose(
        DESIGN, [error("silver_orders", text)], Evidence(columns={"orders": columns})
    )
    assert (found.code, found.risk) == (code, risk)


def test_a_column_that_is_gone_takes_along_what_reads_it() -> None:
    text = "[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column with name `OrderQty` cannot be resolved."
    (found,) = diagnose(DESIGN, [error("silver_orders", text)])
    assert found.fix is not None
    mended = apply_fix(DESIGN, found.fix, "ann@example.com")
    (orders,), (fact,) = mended.entities, mended.star.facts
    assert [column.name for column in orders.included_columns] == ["id", "note"]
    assert orders.rules == ()
    assert orders.sequence_by == ""
    assert [measure.name for measure in fact.measures] == ["noted"]


def test_equal_causes_are_told_once() -> None:
    text = "[DIVIDE_BY_ZERO] Division by zero."
    names = ["silver_orders", "quarantine_orders", "fact_orders"]
    kept = Rule("id_present", "id IS NOT NULL", RuleAction.QUARANTINE)
    design = DESIGN.with_entity(replace(ORDERS, rules=(*ORDERS.rules, kept)))
    found = diagnose(design, [error(name, text) for name in names])
    assert [d.subject for d in found] == ["silver_orders", "fact_orders"]


def test_every_file_that_does_not_load_is_told() -> None:
    names = ["orders", "extra"]
    causes = [f"Failed to load '/Workspace/p/src/silver/{name}.py', line 3: x" for name in names]
    several = RunError(
        "", "Update is FAILED.", causes=(causes[0], "x", causes[1], "x"), error_class="", at=None
    )
    edited = Evidence(edited=frozenset({"src/silver/orders.py"}))
    found = diagnose(DESIGN, [several], edited)
    assert [d.code for d in found] == ["FILE_WAS_EDITED", "FILE_DOES_NOT_LOAD"]
    assert [d.subject for d in found] == [f"src/silver/{name}.py" for name in names]


def test_a_pipeline_that_was_made_with_target_keeps_it() -> None:
    text = "[CANNOT_SET_SCHEMA_FOR_EXISTING_PIPELINE] Schema cannot be set for an existing pipeline"
    changed = replace(DESIGN, settings=replace(DESIGN.settings, publishing=Publishing.SCHEMA))
    (found,) = diagnose(changed, [error("", text)])
    assert (found.code, found.risk) == ("PUBLISHING_IS_FIXED", Risk.ASKS)
    assert found.fix is not None
    assert apply_fix(changed, found.fix, "ann@example.com").settings == DESIGN.settings


def test_a_column_that_gold_shows_stays_as_null() -> None:
    text = "[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column with name `OrderQty` cannot be resolved."
    kept = Rule("qty_present", "qty IS NOT NULL", RuleAction.QUARANTINE)
    orders = replace(ORDERS, sequence_by="", rules=(*ORDERS.rules, kept))
    design = DESIGN.with_entity(orders)
    (found,) = diagnose(design, [error("silver_orders", text)])
    assert found.fix is not None
    assert (found.code, found.risk) == ("COLUMN_IS_GONE", Risk.SAFE)
    assert "qty_present only warn" in found.fix.change
    lost = {m.name for f in design.star.facts for m in f.measures if "qty" in m.expression}
    assert all(name in found.fix.change for name in lost)
    mended = apply_fix(design, found.fix, "nobody's")
    (orders,) = mended.entities
    assert mended.star == design.star
    assert silver_expressions(orders)["qty"] == "CAST(NULL AS INT)"
    assert {rule.name: rule.action for rule in orders.rules} == {
        "sold": RuleAction.WARN,
        "qty_present": RuleAction.WARN,
    }
    assert "OrderQty" not in bronze_names(orders)
    told = [f for f in check_design(mended) if f.subject == "orders.qty"]
    assert [f.level for f in told] == [Level.WARNING]
    assert "OrderQty" in told[0].detail


def test_a_column_that_is_there_again_is_read_again() -> None:
    missing = replace(ORDERS.column("qty"), missing=True)
    design = DESIGN.with_entity(ORDERS.with_column(missing))
    there = Source(ORDERS.reads[0], tuple(Column(n, "int") for n in ("id", "OrderQty", "note")))
    (drift,) = [d for d in find_drift(design.entity("orders"), [there]) if d.kind is DriftKind.NEW]
    assert not follow_drift(design, drift).entity("orders").column("qty").missing


def test_files_of_which_no_column_is_known_are_written_in_another_way() -> None:
    files = FilesLocation("/Volumes/main/landing/orders", FileFormat.CSV)
    design = DESIGN.with_entity(replace(ORDERS, reads=(files,)))
    text = "[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column with name `OrderQty` cannot be resolved."
    now = (Column("id;OrderQty;note", "string"),)
    (found,) = diagnose(design, [error("silver_orders", text)], Evidence(columns={"orders": now}))
    assert (found.code, found.risk) == ("FILES_DIFFER", Risk.HAND_OVER)
    assert "id;OrderQty;note" in found.sentence


def test_files_without_columns_are_an_empty_folder() -> None:
    text = "[UNABLE_TO_INFER_SCHEMA] Unable to infer schema for CSV. It must be specified manually."
    (found,) = diagnose(DESIGN, [error("bronze_orders", text)])
    assert found.code == "FOLDER_IS_EMPTY"
