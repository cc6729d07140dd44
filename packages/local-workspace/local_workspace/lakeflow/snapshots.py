"""AUTO CDC FROM SNAPSHOT: a full picture of the source against the rows that are there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType, TimestampType, _infer_type

from local_workspace.lakeflow.cdc import END, START
from local_workspace.lakeflow.columns import conform, quoted
from local_workspace.lakeflow.errors import PipelineError
from local_workspace.lakeflow.execution import Execution, Report
from local_workspace.lakeflow.graph import SnapshotFlow
from local_workspace.lakeflow.naming import spark_table
from local_workspace.lakeflow.nodes import Node
from local_workspace.lakeflow.scope import scope

_SIDE = "__side"


def target_schema(flow: SnapshotFlow, frame: DataFrame) -> StructType:
    """The snapshot's columns, for SCD type 2 with its validity. Raises for a missing key."""
    _ = frame.select(*map(quoted, flow.keys)).schema
    columns = list(frame.schema.fields)
    if flow.scd_type == 2:
        kind = _version_type(flow)
        columns += [StructField(START, kind, True), StructField(END, kind, True)]
    return StructType(columns)


def run_snapshot(execution: Execution, node: Node, flow: SnapshotFlow, report: Report) -> None:
    """Applies each new snapshot in turn."""
    applied = 0
    for frame, version in _snapshots(execution, flow):
        report(_apply(execution, node, flow, frame, version), None)
        _remember(execution.state(flow).folder, version)
        applied += 1
    if not applied:
        report({"num_upserted_rows": 0, "num_deleted_rows": 0}, None)


def _snapshots(execution: Execution, flow: SnapshotFlow) -> Iterator[tuple[DataFrame, Any]]:
    reads = execution.reads(flow)
    if isinstance(flow.source, str):
        yield reads.dataset(flow.source, streaming=False), datetime.now(UTC)
        return
    while True:
        with scope(reads):
            answer = flow.source(_last(execution.state(flow).folder))
        if answer is None:
            return
        yield answer


def _apply(
    execution: Execution, node: Node, flow: SnapshotFlow, frame: DataFrame, version: Any
) -> dict[str, Any]:
    columns = execution.columns(node)
    _check_unique(node, flow, frame)
    current = execution.spark.read.table(spark_table(node.name))
    open_rows = current.where(F.col(END).isNull()) if flow.scd_type == 2 else current
    given = [name for name in frame.columns if name not in (START, END)]
    joined = _join(open_rows, frame, flow, given)
    counts = joined.groupBy(_SIDE).count().collect()
    found = {row[_SIDE]: row["count"] for row in counts}
    if found.keys() - {"same"}:
        rows = _rows(joined, given, flow, version, columns)
        if flow.scd_type == 2:
            rows = rows.unionByName(current.where(F.col(END).isNotNull()))
        _write(execution, node, rows, columns)
    return {
        "num_upserted_rows": found.get("new", 0) + found.get("changed", 0) + found.get("kept", 0),
        "num_deleted_rows": found.get("gone", 0),
    }


def _join(
    open_rows: DataFrame, frame: DataFrame, flow: SnapshotFlow, given: list[str]
) -> DataFrame:
    """Old and new row of each key, and what became of it: ``same``, ``changed`` in a tracked
    column, ``kept`` (changed in another one), ``new`` or ``gone``."""
    old = open_rows.select(F.struct("*").alias("old"))
    new = frame.select(F.struct(*map(quoted, given)).alias("new"))
    match: Column = F.lit(True)
    for key in flow.keys:
        match = match & _of("old", key).eqNullSafe(_of("new", key))
    tracked = _tracked(flow, given)
    side = (
        F.when(F.col("old").isNull(), "new")
        .when(F.col("new").isNull(), "gone")
        .when(_differs(tracked), "changed")
        .when(_differs(given), "kept")
        .otherwise("same")
    )
    return old.join(new, match, "full_outer").withColumn(_SIDE, side)


def _rows(
    joined: DataFrame, given: list[str], flow: SnapshotFlow, version: Any, columns: StructType
) -> DataFrame:
    """The target's rows: for SCD type 2 a changed or gone row is closed at ``version``."""
    new = [_of("new", name).alias(name) for name in given]
    if flow.scd_type == 1:
        return joined.where(F.col(_SIDE) != "gone").select(*new)
    kind = columns[START].dataType
    at = F.lit(version).cast(kind)
    stays = F.col(_SIDE).isin("same", "kept")
    start = F.when(stays, _of("old", START)).otherwise(at)
    live = joined.where(F.col(_SIDE) != "gone").select(
        *new, start.alias(START), F.lit(None).cast(kind).alias(END)
    )
    closed = joined.where(F.col(_SIDE).isin("changed", "gone")).select(
        *(_of("old", name).alias(name) for name in given),
        _of("old", START).alias(START),
        at.alias(END),
    )
    return live.unionByName(closed)


def _write(execution: Execution, node: Node, rows: DataFrame, columns: StructType) -> None:
    location = execution.tables.rewrite_location(node.name)
    conform(rows, columns, rows.columns).write.mode("overwrite").parquet(str(location))
    in_place = execution.tables.has_rows(node.name)
    execution.tables.switch(node.name, location, in_place=in_place)


def _check_unique(node: Node, flow: SnapshotFlow, frame: DataFrame) -> None:
    twice = frame.groupBy(*map(quoted, flow.keys)).count().where("count > 1").limit(1).collect()
    if twice:
        key = ", ".join(f"{name}={twice[0][name]}" for name in flow.keys)
        raise PipelineError(
            "APPLY_CHANGES_FROM_SNAPSHOT_ERROR.DUPLICATE_KEY_VIOLATION",
            f"Encountered an error while processing snapshot for target table {node.name}. Found "
            f"more than one row for the key {key}: a snapshot must have unique keys.",
            "22000",
        )


def _tracked(flow: SnapshotFlow, given: list[str]) -> list[str]:
    if flow.track_history is not None:
        return list(flow.track_history)
    without = {name.lower() for name in flow.track_history_except}
    return [name for name in given if name.lower() not in without]


def _differs(names: list[str]) -> Column:
    different: Column = F.lit(False)
    for name in names:
        different = different | ~_of("old", name).eqNullSafe(_of("new", name))
    return different


def _of(side: str, name: str) -> Column:
    return F.col(f"{side}.`{name.replace('`', '``')}`")


def _version_type(flow: SnapshotFlow) -> Any:
    if isinstance(flow.source, str):
        return TimestampType()
    answer = flow.source(None)
    if answer is None:
        return StringType()
    return _infer_type(answer[1])


def _remember(folder: Path, version: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    kind = type(version).__name__
    value = version.isoformat() if isinstance(version, date) else version
    (folder / "snapshot.json").write_text(json.dumps({"kind": kind, "value": value}))


def _last(folder: Path) -> Any:
    path = folder / "snapshot.json"
    if not path.exists():
        return None
    known = json.loads(path.read_text())
    readers = {"datetime": datetime.fromisoformat, "date": date.fromisoformat}
    return readers.get(known["kind"], lambda value: value)(known["value"])
