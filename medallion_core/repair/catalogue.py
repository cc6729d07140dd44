"""Known failures: how each is recognised, and who explains it.

Error classes are Spark's and Databricks', matched by their beginnings.
https://docs.databricks.com/error-messages/error-classes
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from medallion_core.model import Design
from medallion_core.repair.answers import unknown
from medallion_core.repair.case import Case, make_case, split_by_file
from medallion_core.repair.diagnosis import Diagnosis, Evidence
from medallion_core.repair.failures import (
    access,
    keys,
    kinds,
    publishing,
    shapes,
    sources,
    types,
    values,
)
from medallion_core.run.events import RunError


@dataclass(frozen=True, slots=True)
class Known:
    """A failure whose error class begins with one of ``classes``, or whose text holds ``text``.

    ``explain`` answers None where the design has nothing that could have caused it.
    """

    explain: Callable[[Case], Diagnosis | None]
    classes: tuple[str, ...] = ()
    text: str = ""

    def recognises(self, case: Case) -> bool:
        if self.classes and case.error.error_class.startswith(self.classes):
            return True
        return bool(self.text) and re.search(self.text, case.text) is not None


_UNREADABLE_SQL = (
    "PARSE_",
    "UNRESOLVED_",
    "DATATYPE_MISMATCH",
    "WRONG_NUM_ARGS",
    "INVALID_",
    "MISSING_",
    "UNSUPPORTED_",
    "AMBIGUOUS_REFERENCE",
    "ROUTINE_NOT_FOUND",
)

CATALOGUE: tuple[Known, ...] = (
    # What stands in the way of everything else.
    Known(publishing.target_is_unknown, text=r"SQL_CONF_NOT_FOUND[^\n]*medallion\.target"),
    Known(access.privilege_is_missing, ("INSUFFICIENT_PERMISSIONS", "PERMISSION_DENIED")),
    Known(
        access.quota_is_exhausted,
        ("REQUEST_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"),
        r"(?i)quota|too many requests",
    ),
    Known(access.serverless_is_off, text=r"(?i)serverless.{0,60}not (enabled|supported|available)"),
    Known(access.file_was_edited, _UNREADABLE_SQL, r"Failed to load|SyntaxError|NameError"),
    Known(access.file_does_not_load, text=r"Failed to load '|File \"[^\"]+\", line"),
    # What the platform takes of the tables of a pipeline.
    Known(publishing.parent_is_not_ready, text=r"UC_REFERENTIAL_CONSTRAINT_DOES_NOT_EXIST"),
    Known(publishing.publishing_is_fixed, text=r"CANNOT_SET_SCHEMA_FOR_EXISTING_PIPELINE"),
    Known(
        publishing.table_is_of_a_pipeline,
        (
            "MATERIALIZED_VIEW_OPERATION_NOT_ALLOWED.DROP",
            "STREAMING_TABLE_OPERATION_NOT_ALLOWED.DROP",
        ),
    ),
    Known(publishing.snapshot_is_expected_of, text=r"ACFS_WITH_EXPECTATION_DISABLED"),
    Known(publishing.view_is_not_incremental, ("MATERIALIZED_VIEW_NOT_INCREMENTALIZABLE",)),
    # Tables, files and topics.
    Known(sources.name_is_taken, ("TABLE_ALREADY_MANAGED",), r"already managed by pipeline"),
    Known(sources.name_is_taken, ("TABLE_OR_VIEW_ALREADY_EXISTS",)),
    Known(
        kinds.kind_has_changed,
        ("CANNOT_CHANGE_DATASET_TYPE",),
        r"(streaming table|materialized view) cannot become a",
    ),
    Known(
        sources.source_cannot_be_streamed,
        (
            "DELTA_SOURCE_TABLE_IGNORE_CHANGES",
            "DELTA_SOURCE_IGNORE_DELETE",
            "STREAMING_FROM_MATERIALIZED_VIEW",
            "UNSUPPORTED_STREAMING_OPTIONS_FOR_VIEW",
            "INVALID_FLOW_QUERY_TYPE.BATCH_RELATION_FOR_STREAMING_TABLE",
        ),
    ),
    Known(sources.source_was_replaced, ("DIFFERENT_DELTA_TABLE_READ_BY_STREAMING_SOURCE",)),
    Known(sources.nothing_is_defined, ("NO_TABLES_IN_PIPELINE",)),
    Known(sources.table_is_missing, ("TABLE_OR_VIEW_NOT_FOUND",)),
    Known(sources.topic_is_missing, ("UNKNOWN_TOPIC",), r"UnknownTopicOrPartition"),
    Known(sources.secret_is_missing, text=r"Secret does not exist with scope"),
    Known(
        sources.folder_is_empty,
        (
            "CF_EMPTY_DIR",
            "CF_FAILED_TO_INFER",
            "UNABLE_TO_INFER_SCHEMA",
            "PATH_NOT_FOUND",
            "CF_PATH",
        ),
    ),
    Known(sources.files_differ, ("UNRESOLVED_", "AUTOCDC_KEY_NOT_IN_SELECTED_SCHEMA")),
    Known(sources.record_is_malformed, ("MALFORMED_",)),
    Known(sources.encoding_is_unknown, ("INVALID_PARAMETER_VALUE.CHARSET",), r"(?i)charset"),
    Known(sources.file_is_unreadable, ("FAILED_READ_FILE", "CANNOT_READ_FILE")),
    Known(sources.schema_has_changed, ("DELTA_SCHEMA_CHANGED", "UNKNOWN_FIELD_EXCEPTION")),
    Known(sources.schema_is_incompatible, ("DELTA_STREAMING_INCOMPATIBLE_SCHEMA_CHANGE",)),
    Known(sources.flow_has_changed, ("AUTOCDC_INVALID_STATE",)),
    # Columns.
    Known(shapes.rule_is_unusable, _UNREADABLE_SQL),
    Known(
        shapes.column_is_missing,
        ("UNRESOLVED_COLUMN", "AUTOCDC_KEY_NOT_IN_SELECTED_SCHEMA", "UNRESOLVED_FIELD"),
    ),
    Known(
        shapes.names_collide,
        (
            "COLUMN_ALREADY_EXISTS",
            "DELTA_DUPLICATE_COLUMNS_FOUND",
            "AMBIGUOUS_REFERENCE",
            "DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES",
        ),
    ),
    Known(
        shapes.clustering_is_refused,
        (
            "DELTA_CLUSTERING_COLUMNS_DATATYPE_NOT_SUPPORTED",
            "DELTA_CLUSTER_BY_INVALID_NUM_COLUMNS",
            "DELTA_COLUMN_NOT_FOUND_IN_SCHEMA",
        ),
    ),
    Known(
        types.source_is_retyped,
        (
            "DELTA_FAILED_TO_MERGE_FIELDS",
            "DELTA_MERGE_INCOMPATIBLE_DATATYPE",
            "INCOMPATIBLE_USER_SPECIFIED_SCHEMA",
            "UNABLE_TO_INFER_PIPELINE_TABLE_SCHEMA",
            "DATATYPE_MISMATCH",
            "CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE",
        ),
    ),
    Known(
        types.types_do_not_merge,
        ("DELTA_FAILED_TO_MERGE_FIELDS", "DELTA_MERGE_INCOMPATIBLE_DATATYPE"),
    ),
    Known(shapes.measure_is_unusable, _UNREADABLE_SQL),
    # Rows.
    Known(values.rule_is_broken, ("EXPECTATION_VIOLATION",)),
    Known(keys.key_is_shared, ("EXPECTATION_VIOLATION",)),
    Known(
        keys.key_is_null,
        (
            "AUTOCDC_MICROBATCH_VALIDATION.NULL_KEY",
            "DELTA_NOT_NULL_CONSTRAINT_VIOLATED",
            "NOT_NULL_ASSERT_VIOLATION",
        ),
    ),
    Known(keys.sequence_is_null, ("AUTOCDC_MICROBATCH_VALIDATION.NULL_SEQUENCE",)),
    Known(keys.versions_tie, ("DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE",)),
    Known(keys.snapshot_repeats_key, ("APPLY_CHANGES_FROM_SNAPSHOT_ERROR.DUPLICATE_KEY",)),
    Known(values.divides_by_zero, ("DIVIDE_BY_ZERO", "REMAINDER_BY_ZERO")),
    Known(values.decimal_too_small, ("NUMERIC_VALUE_OUT_OF_RANGE",)),
    Known(values.cast_overflows, ("CAST_OVERFLOW",)),
    Known(values.overflows, ("ARITHMETIC_OVERFLOW", "BINARY_ARITHMETIC_OVERFLOW")),
    Known(
        values.cast_fails,
        (
            "CAST_INVALID_INPUT",
            "CANNOT_PARSE_TIMESTAMP",
            "CONVERSION_INVALID_INPUT",
            "DATETIME_FIELD_OUT_OF_BOUNDS",
            "INVALID_ARRAY_INDEX_IN_ELEMENT_AT",
            "MALFORMED_RECORD_IN_PARSING",
        ),
    ),
)


def diagnose(
    design: Design, errors: Sequence[RunError], evidence: Evidence | None = None
) -> list[Diagnosis]:
    """What each error means, in their order; what means the same once. Pure.

    Errors that only repeat what a table says are left out: the update's own, and those of gold
    that come from silver.
    """
    cases = [
        make_case(design, each, evidence or Evidence())
        for error in errors
        for each in split_by_file(error)
    ]
    found: dict[object, Diagnosis] = {}
    for diagnosis in map(explain, _telling(cases)):
        found.setdefault(_identity(diagnosis), diagnosis)
    return list(found.values())


def _telling(cases: Sequence[Case]) -> list[Case]:
    unresolved = {c.error.causes for c in cases if c.entity and _is_unresolved(c)}
    telling = [
        case
        for case in cases
        if (case.error.causes or case.error.dataset)
        and (case.entity or case.error.causes not in unresolved)
    ]
    return telling or list(cases)


def _is_unresolved(case: Case) -> bool:
    return case.error.error_class.startswith("UNRESOLVED_")


def explain(case: Case) -> Diagnosis:
    """The first entry that recognises the failure and finds its cause; else what is known."""
    for known in CATALOGUE:
        found = known.explain(case) if known.recognises(case) else None
        if found is not None:
            return access.with_overwrite(case, found)
    return access.file_was_edited(case) or unknown(case)


def _identity(diagnosis: Diagnosis) -> object:
    """Two tables that fail for the same cause have fixes that differ in their subject only."""
    fix = diagnosis.fix
    if fix is None or fix.is_retry:
        return diagnosis.code, diagnosis.subject, diagnosis.sentence
    return diagnosis.code, fix.changes, fix.full_refresh, fix.overwrite
