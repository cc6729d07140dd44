"""Expectations: exact counts per rule, dropped rows, failed updates. NULL fails a rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from local_workspace.lakeflow.errors import PipelineError
from local_workspace.lakeflow.graph import Action, Expectation

INPUT, OUTPUT = "expectations", "output"


@dataclass(slots=True)
class Counts:
    """Rows of one flow: ``rows`` were written, ``failed`` broke a rule (by the rule's name)."""

    rows: int = 0
    seen: int = 0
    dropped: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    nulls: dict[str, int] = field(default_factory=dict)

    def add(self, seen: Mapping[str, Any], output: Mapping[str, Any], flow: Rules) -> None:
        """Adds one micro-batch's observed metrics."""
        self.rows += int(output.get("rows") or 0)
        self.seen += int(seen.get("rows") or 0)
        self.dropped += int(seen.get("dropped") or 0)
        for index, rule in enumerate(flow.expectations):
            count = int(seen.get(f"failed_{index}") or 0)
            self.failed[rule.name] = self.failed.get(rule.name, 0) + count
        for index, column in enumerate(flow.required):
            count = int(output.get(f"nulls_{index}") or 0)
            self.nulls[column] = self.nulls.get(column, 0) + count


@dataclass(frozen=True, slots=True)
class Rules:
    """What one dataset asks of its rows: expectations, and columns that may not be NULL."""

    dataset: str
    expectations: tuple[Expectation, ...]
    required: tuple[str, ...]

    def seen(self) -> list[Column]:
        """Metrics of the rows that come in."""
        failed = [
            _count(~_holds(rule)).alias(f"failed_{index}")
            for index, rule in enumerate(self.expectations)
        ]
        return [F.count(F.lit(1)).alias("rows"), _count(self._breaks()).alias("dropped"), *failed]

    def written(self) -> list[Column]:
        """Metrics of the rows that go out."""
        nulls = [
            _count(F.col(_quote(column)).isNull()).alias(f"nulls_{index}")
            for index, column in enumerate(self.required)
        ]
        return [F.count(F.lit(1)).alias("rows"), *nulls]

    def keep(self, frame: DataFrame) -> DataFrame:
        """Without the rows that an ``or_drop`` rule drops."""
        drops = any(rule.action is Action.DROP for rule in self.expectations)
        return frame.where(~self._breaks()) if drops else frame

    def quality(self, counts: Counts) -> dict[str, Any]:
        """The ``data_quality`` of a flow_progress event."""
        return {
            "dropped_records": counts.dropped,
            "expectations": [
                {
                    "name": rule.name,
                    "dataset": self.dataset.rsplit(".", 1)[-1],
                    "passed_records": counts.seen - counts.failed.get(rule.name, 0),
                    "failed_records": counts.failed.get(rule.name, 0),
                }
                for rule in self.expectations
            ],
        }

    def violated(self, counts: Counts) -> Expectation | None:
        """The first ``or_fail`` rule that a row broke."""
        broken = (r for r in self.expectations if r.action is Action.FAIL and counts.failed[r.name])
        return next(broken, None) if counts.failed else None

    def check_nulls(self, counts: Counts) -> None:
        """Raises PipelineError for a NULL in a column that is NOT NULL or in the primary key."""
        for column, count in counts.nulls.items():
            if count:
                raise PipelineError(
                    "DELTA_NOT_NULL_CONSTRAINT_VIOLATED",
                    f"NOT NULL constraint violated for column: {column}.",
                    "23502",
                )

    def _breaks(self) -> Column:
        broken: Column = F.lit(False)
        for rule in self.expectations:
            if rule.action is Action.DROP:
                broken = broken | ~_holds(rule)
        return broken


def violation(flow: str, rule: Expectation, record: str) -> PipelineError:
    """The error of an ``or_fail`` rule, with the record that broke it as JSON."""
    return PipelineError(
        "EXPECTATION_VIOLATION.VERBOSITY_ALL",
        f"Flow '{flow}' failed to meet the expectation. Violated expectations: '{rule.name}'. "
        f"Input data: '{record}'. Output record: '{record}'. Missing input data: false.",
        "22000",
    )


def broken_record(frame: DataFrame, rule: Expectation) -> str:
    """One row that breaks the rule, as JSON."""
    rows = frame.where(~_holds(rule)).limit(1).toJSON().collect()
    return str(rows[0][0]) if rows else ""


def _holds(rule: Expectation) -> Column:
    return F.coalesce(F.expr(rule.condition).cast("boolean"), F.lit(False))


def _count(condition: Column) -> Column:
    return F.count(F.when(condition, F.lit(1)))


def _quote(name: str) -> str:
    return f"`{name.replace('`', '``')}`"
