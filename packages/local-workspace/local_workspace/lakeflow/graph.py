"""The datasets and flows that a pipeline's files define."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from pyspark.pipelines.flow import AutoCdcFlow, Flow
from pyspark.pipelines.graph_element_registry import GraphElementRegistry
from pyspark.pipelines.output import MaterializedView, Output, StreamingTable, Table, TemporaryView
from pyspark.sql import Column

from local_workspace.lakeflow.errors import PipelineError


class Kind(StrEnum):
    STREAMING_TABLE = "STREAMING_TABLE"
    MATERIALIZED_VIEW = "MATERIALIZED_VIEW"
    VIEW = "VIEW"


class Action(StrEnum):
    """What happens to a row that breaks an expectation."""

    ALLOW = "ALLOW"
    DROP = "DROP"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Expectation:
    name: str
    condition: str
    action: Action


@dataclass(frozen=True, slots=True)
class SnapshotFlow:
    """``create_auto_cdc_from_snapshot_flow``; ``source`` is a dataset's name, or a function from
    the latest version to ``(snapshot, version)`` or None."""

    name: str
    target: str
    source: str | Callable[[Any], Any]
    keys: tuple[str, ...]
    scd_type: int
    track_history: tuple[str, ...] | None
    track_history_except: tuple[str, ...]


AnyFlow = Flow | AutoCdcFlow | SnapshotFlow


@dataclass(slots=True)
class Dataset:
    """A table or view as it was defined. ``name`` is as written in the source file."""

    name: str
    kind: Kind
    comment: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    cluster_by: tuple[str, ...] = ()
    schema: Any = None
    expectations: list[Expectation] = field(default_factory=list)
    flows: list[AnyFlow] = field(default_factory=list)
    private: bool = False
    refresh_policy: str = "auto"
    query_decides: bool = False
    """Whether a query that reads no stream makes it a materialized view, as with ``dp.table``."""


@dataclass(frozen=True, slots=True)
class CdcOptions:
    """Arguments of ``create_auto_cdc_flow`` that open-source Spark does not have."""

    ignore_null_updates: bool = False
    truncates: Column | None = None


class Definitions(GraphElementRegistry):
    """Collects what the decorators register. Names compare without regard to case."""

    def __init__(self) -> None:
        self.datasets: dict[str, Dataset] = {}
        self.flows: list[AnyFlow] = []
        self.once: set[str] = set()
        self.cdc_options: dict[str, CdcOptions] = {}

    def register_output(self, output: Output) -> None:
        key = output.name.lower()
        if key in self.datasets:
            raise PipelineError("DUPLICATE_DATASET", f"Cannot redefine dataset '{output.name}'.")
        self.datasets[key] = _dataset(output)

    def register_flow(self, flow: Flow) -> None:
        expectations: list[Expectation] = getattr(flow.func, "expectations", [])
        if expectations and flow.name != flow.target:
            raise PipelineError(
                "UNSUPPORTED_EXPECTATION",
                f"Expectations belong to a dataset, not to the append flow '{flow.name}'.",
            )
        if expectations:
            self.expect(flow.target, expectations)
        self._add(flow)

    def register_auto_cdc_flow(self, flow: AutoCdcFlow) -> None:
        self._add(flow)

    def register_sql(self, sql_text: str, file_path: Path) -> None:
        """SQL is read by ``sql_files``, which registers what it finds as Python would."""
        raise NotImplementedError(f"{file_path}: {sql_text[:40]}")

    def register_snapshot_flow(self, flow: SnapshotFlow) -> None:
        self._add(flow)

    def expect(self, dataset: str, expectations: list[Expectation]) -> None:
        """Adds rules to a dataset. Raises PipelineError where a name is used twice."""
        known = self.datasets[dataset.lower()].expectations
        for rule in expectations:
            if any(rule.name == other.name for other in known):
                raise PipelineError(
                    "DUPLICATE_EXPECTATION",
                    f"Dataset '{dataset}' has two expectations named '{rule.name}'.",
                )
            known.append(rule)

    def connect(self) -> None:
        """Gives each dataset its flows. Raises PipelineError for what has none, or no target."""
        for flow in self.flows:
            target = self.datasets.get(flow.target.lower())
            if target is None:
                raise PipelineError(
                    "TABLE_OR_VIEW_NOT_FOUND",
                    f"Flow '{flow.name}' writes to '{flow.target}', which is not defined.",
                    "42P01",
                )
            target.flows.append(flow)
        for dataset in self.datasets.values():
            _check_flows(dataset)

    def _add(self, flow: AnyFlow) -> None:
        if any((flow.name or "").lower() == (other.name or "").lower() for other in self.flows):
            raise PipelineError(
                "PIPELINE_DUPLICATE_IDENTIFIERS.FLOW",
                f"Flow {flow.name} was found in multiple datasets.",
                "42710",
            )
        self.flows.append(flow)


def _dataset(output: Output) -> Dataset:
    kinds = {
        StreamingTable: Kind.STREAMING_TABLE,
        MaterializedView: Kind.MATERIALIZED_VIEW,
        TemporaryView: Kind.VIEW,
    }
    kind = kinds.get(type(output))
    if kind is None:
        raise PipelineError(
            "UNSUPPORTED_SINK", f"'{output.name}': the local workspace has no sinks."
        )
    dataset = Dataset(output.name, kind, output.comment or "")
    if isinstance(output, Table):
        dataset.properties = dict(output.table_properties)
        dataset.cluster_by = tuple(output.cluster_by or ())
        dataset.schema = output.schema
    return dataset


def _check_flows(dataset: Dataset) -> None:
    if not dataset.flows:
        raise PipelineError(
            "PIPELINE_DATASET_WITHOUT_FLOW",
            f"Pipeline dataset {dataset.name} does not have any defined flows. Please attach a "
            "query with the dataset's definition, or explicitly define at least one flow that "
            "writes to the dataset.",
            "0A000",
        )
    if len(dataset.flows) > 1 and any(not isinstance(flow, Flow) for flow in dataset.flows):
        names = ", ".join(str(flow.name) for flow in dataset.flows)
        raise PipelineError(
            "AUTOCDC_MULTIPLE_FLOWS_TO_TARGET",
            f"Invalid AutoCDC destination {dataset.name} with multiple flows: {names}. An AutoCDC "
            "target table must have exactly one flow writing to it.",
        )
