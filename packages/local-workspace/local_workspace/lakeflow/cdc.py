"""AUTO CDC without MERGE: all changes are kept, the target is a window over them.

That is slower than a merge and exactly as right: late, repeated and deleted rows come out as the
sequence says, whatever the order of arrival. Of two events with one sequence the later arrival
wins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pyspark.pipelines.flow import AutoCdcFlow
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from local_workspace.lakeflow.columns import conform, quoted
from local_workspace.lakeflow.errors import PipelineError
from local_workspace.lakeflow.execution import Execution, Report
from local_workspace.lakeflow.expectations import INPUT, OUTPUT
from local_workspace.lakeflow.graph import CdcOptions
from local_workspace.lakeflow.nodes import Node
from local_workspace.lakeflow.tally import Tally

START, END = "__START_AT", "__END_AT"
_SEQUENCE, _DELETE, _TRUNCATE, _UPDATE = "__sequence", "__delete", "__truncate", "__update"


def target_schema(flow: AutoCdcFlow, frame: DataFrame) -> StructType:
    """The target's columns: the selected ones, for SCD type 2 with its validity.

    Raises PipelineError where a key is not among them.
    """
    selected = _selected(flow, frame)
    for key in _names(frame, flow.keys):
        if key.lower() not in {column.lower() for column in selected}:
            raise PipelineError(
                "AUTOCDC_KEY_NOT_IN_SELECTED_SCHEMA",
                f"Using case-insensitive column name comparison, the AutoCDC key column `{key}` is "
                "not present in the flow's selected source schema.",
                "22023",
            )
    columns: list[Any] = [quoted(name) for name in selected]
    if _scd2(flow):
        columns += [flow.sequence_by.alias(START), flow.sequence_by.alias(END)]
    schema: StructType = frame.select(*columns).schema
    return schema


def run_cdc(execution: Execution, node: Node, flow: AutoCdcFlow, report: Report) -> None:
    """Takes in new changes and computes the target again. Raises PipelineError for NULL keys."""
    reads = execution.reads(flow)
    frame = reads.dataset(flow.source, streaming=True)
    options = execution.definitions.cdc_options.get(str(flow.name).lower(), CdcOptions())
    keys = _names(frame, flow.keys)
    tally = Tally(execution.rules(node), reads.views)
    seen = tally.own.keep(frame.observe(INPUT, *tally.own.seen()))
    events = _events(seen, flow, options).observe(OUTPUT, *_validation(keys))
    state = execution.state(flow)
    versions = execution.stream(flow, reads, events, tally)
    _check_events(node.name, keys, [observed for observed, _ in tally.batches])
    execution.check(flow, tally, lambda: state.read_staged(execution.spark))
    changes = state.folder / "changes"
    if state.staged():
        state.commit(changes / f"{_UPDATE}={_count(changes) + 1}", versions)
    else:
        state.commit(changes, versions)
    _apply(execution, node, flow, options, changes)
    for observed, quality in tally.batches or [({}, None)]:
        upserts, deletes = (int(observed.get(name) or 0) for name in ("upserts", "deletes"))
        report({"num_upserted_rows": upserts, "num_deleted_rows": deletes}, quality)


def _apply(
    execution: Execution, node: Node, flow: AutoCdcFlow, options: CdcOptions, changes: Path
) -> None:
    """Computes the target from all changes, unless it already holds them."""
    applied = changes / "_applied"
    done = int(applied.read_text()) if applied.exists() else 0
    if _count(changes) == done:
        return
    frame = execution.spark.read.option("mergeSchema", "true").parquet(str(changes))
    keys = _names(frame, flow.keys)
    columns = execution.columns(node)
    given = [name for name in frame.columns if not name.startswith("__")]
    current = (
        history(frame, keys, _tracked(flow, given, keys))
        if _scd2(flow)
        else latest(frame, keys, given if options.ignore_null_updates else ())
    )
    location = execution.tables.rewrite_location(node.name)
    conform(current, columns, current.columns).write.mode("overwrite").parquet(str(location))
    execution.tables.switch(node.name, location, in_place=done > 0)
    applied.write_text(str(_count(changes)))


def latest(frame: DataFrame, keys: Sequence[str], sparse: Sequence[str]) -> DataFrame:
    """SCD type 1: the last event of each key, unless it deletes. For the columns in ``sparse`` a
    NULL keeps the value before it."""
    truncated = frame.select(F.max(F.when(F.col(_TRUNCATE), F.col(_SEQUENCE))).alias("__at"))
    frame = frame.crossJoin(truncated).where(
        ~F.col(_TRUNCATE) & (F.col("__at").isNull() | (F.col(_SEQUENCE) > F.col("__at")))
    )
    by_key = Window.partitionBy(*map(quoted, keys))
    forward = by_key.orderBy(F.col(_SEQUENCE), F.col(_UPDATE))
    if sparse:
        lives = F.sum(F.col(_DELETE).cast("int")).over(forward)
        life = Window.partitionBy(*map(quoted, keys), F.col("__life")).orderBy(
            F.col(_SEQUENCE), F.col(_UPDATE)
        )
        frame = frame.withColumn("__life", lives)
        for name in sparse:
            if name not in keys:
                value = F.last(quoted(name), ignorenulls=True).over(life)
                frame = frame.withColumn(name, F.when(~F.col(_DELETE), value))
    backward = by_key.orderBy(F.col(_SEQUENCE).desc(), F.col(_UPDATE).desc())
    ranked = frame.withColumn("__rank", F.row_number().over(backward))
    return ranked.where((F.col("__rank") == 1) & ~F.col(_DELETE))


def history(frame: DataFrame, keys: Sequence[str], tracked: Sequence[str]) -> DataFrame:
    """SCD type 2: one row for each stretch in which no tracked column changes."""
    by_key = [quoted(key) for key in keys]
    same = Window.partitionBy(*by_key, F.col(_SEQUENCE)).orderBy(F.col(_UPDATE).desc())
    events = frame.withColumn("__rank", F.row_number().over(same)).where("__rank = 1")
    forward = Window.partitionBy(*by_key).orderBy(F.col(_SEQUENCE))
    changed: Column = F.lag(F.col(_SEQUENCE)).over(forward).isNull()
    changed = changed | F.col(_DELETE) | F.lag(F.col(_DELETE)).over(forward)
    for name in tracked:
        changed = changed | ~quoted(name).eqNullSafe(F.lag(quoted(name)).over(forward))
    stretches = events.withColumn("__stretch", F.sum(changed.cast("int")).over(forward))
    stretch = Window.partitionBy(*by_key, F.col("__stretch")).orderBy(F.col(_SEQUENCE).desc())
    last = (
        stretches.withColumn(
            START, F.min(F.col(_SEQUENCE)).over(Window.partitionBy(*by_key, F.col("__stretch")))
        )
        .withColumn("__rank", F.row_number().over(stretch))
        .where("__rank = 1")
    )
    ends = F.lead(F.col(START)).over(Window.partitionBy(*by_key).orderBy(F.col(START)))
    return last.withColumn(END, ends).where(~F.col(_DELETE))


def _check_events(table: str, keys: Sequence[str], batches: Sequence[Mapping[str, Any]]) -> None:
    head = f"AutoCDC flow on table {table} in batch 0 failed microbatch validation. "

    def total(name: str) -> int:
        return sum(int(batch.get(name) or 0) for batch in batches)

    counts = {key: total(f"null_key_{index}") for index, key in enumerate(keys)}
    nulls = ", ".join(f"{key}={count}" for key, count in counts.items() if count)
    if nulls:
        raise PipelineError(
            "AUTOCDC_MICROBATCH_VALIDATION.NULL_KEY",
            f"{head}The microbatch contains rows with null values in the following key "
            f"column(s): {nulls}. All rows must have non-null values for every key column.",
            "22000",
        )
    if total("null_sequences"):
        raise PipelineError(
            "AUTOCDC_MICROBATCH_VALIDATION.NULL_SEQUENCE",
            f"{head}The microbatch contains {total('null_sequences')} row(s) with a null "
            "sequencing value. All rows must have a non-null sequencing value.",
            "22000",
        )


def _events(frame: DataFrame, flow: AutoCdcFlow, options: CdcOptions) -> DataFrame:
    never = F.lit(False)
    deletes = flow.apply_as_deletes if flow.apply_as_deletes is not None else never
    truncates = options.truncates if options.truncates is not None else never
    return frame.withColumns(
        {
            _SEQUENCE: flow.sequence_by,
            _DELETE: F.coalesce(deletes.cast("boolean"), never),
            _TRUNCATE: F.coalesce(truncates.cast("boolean"), never),
        }
    )


def _validation(keys: Sequence[str]) -> list[Column]:
    nulls = [
        F.count(F.when(quoted(key).isNull() & ~F.col(_TRUNCATE), 1)).alias(f"null_key_{index}")
        for index, key in enumerate(keys)
    ]
    plain = ~F.col(_DELETE) & ~F.col(_TRUNCATE)
    return [
        F.count(F.lit(1)).alias("rows"),
        F.count(F.when(plain, 1)).alias("upserts"),
        F.count(F.when(F.col(_DELETE), 1)).alias("deletes"),
        F.count(F.when(F.col(_SEQUENCE).isNull(), 1)).alias("null_sequences"),
        *nulls,
    ]


def _selected(flow: AutoCdcFlow, frame: DataFrame) -> list[str]:
    if flow.column_list:
        return _names(frame, flow.column_list)
    without = {name.lower() for name in _names(frame, flow.except_column_list or [])}
    return [name for name in frame.columns if name.lower() not in without]


def _tracked(flow: AutoCdcFlow, given: Sequence[str], keys: Sequence[str]) -> list[str]:
    """The columns whose change opens a new row: by default all that are in the target."""
    spelled = {name.lower(): name for name in given}
    if flow.track_history_column_list:
        return [spelled[name] for name in _lower(flow.track_history_column_list)]
    selected = set(_lower(flow.column_list)) or set(spelled)
    without = {*_lower(flow.except_column_list), *_lower(flow.track_history_except_column_list)}
    untracked = without | {key.lower() for key in keys}
    return [spelled[name] for name in spelled if name in selected - untracked]


def _names(frame: DataFrame, columns: Sequence[Column]) -> list[str]:
    """The plain names of column identifiers. Raises Spark's error for one that is not there."""
    return list(frame.select(*columns).columns) if columns else []


def _lower(columns: Sequence[Column] | None) -> list[str]:
    return [str(column._expr._unparsed_identifier).strip("`").lower() for column in columns or ()]


def _scd2(flow: AutoCdcFlow) -> bool:
    return str(flow.stored_as_scd_type) == "2"


def _count(changes: Path) -> int:
    return sum(1 for folder in changes.glob(f"{_UPDATE}=*"))
