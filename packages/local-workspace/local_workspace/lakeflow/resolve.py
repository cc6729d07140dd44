"""Analysis: every dataset's schema and inputs, before anything is created or run.

Each function runs once with stand-ins of its inputs, as Lakeflow does while an update is
INITIALIZING. Afterwards the graph is known, and all that is wrong with it.
"""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path
from typing import Any, cast

from pyspark.pipelines.flow import AutoCdcFlow, Flow
from pyspark.sql import DataFrame
from pyspark.sql.connect.session import SparkSession

from local_workspace.lakeflow import cdc, snapshots
from local_workspace.lakeflow.errors import PipelineError
from local_workspace.lakeflow.graph import (
    AnyFlow,
    Dataset,
    Definitions,
    Kind,
    SnapshotFlow,
)
from local_workspace.lakeflow.naming import Names
from local_workspace.lakeflow.nodes import Graph, Node
from local_workspace.lakeflow.schema import (
    check_expectations,
    check_schema,
    merge_schemas,
    read_schema,
)
from local_workspace.lakeflow.sources import FlowMemory, Reader, Sources, flow_folder, flow_frame


class SkippedError(Exception):
    """A dataset that cannot be resolved because one that it reads cannot."""


class Resolver:
    """Resolves a pipeline's definitions. ``storage`` is the pipeline's folder, ``reset``
    the tables that are about to be emptied."""

    def __init__(
        self,
        spark: SparkSession,
        definitions: Definitions,
        names: Names,
        sources: Sources,
        storage: Path,
        reset: Container[str],
    ) -> None:
        self._spark = spark
        self._definitions = definitions
        self._names = names
        self._sources = sources
        self._storage = storage
        self._reset = reset
        self._scratch = storage / "empty"
        self._scratch.mkdir(parents=True, exist_ok=True)
        self._nodes = {
            name: Node(name, dataset) for name, dataset in _published(definitions, names).items()
        }
        self._done: dict[str, Node] = {}
        self._errors: dict[str, Exception] = {}
        self._open: list[str] = []

    def resolve(self) -> Graph:
        for name in self._nodes:
            try:
                self._resolve(name)
            except Exception as error:
                self._errors.setdefault(name, error)
        return Graph(self._done, self._errors)

    def _resolve(self, name: str) -> Node:
        if name in self._done:
            return self._done[name]
        if name in self._errors:
            raise SkippedError(f"'{name}' could not be resolved.")
        if name in self._open:
            raise PipelineError(
                "PIPELINE_GRAPH_NOT_TOPOLOGICALLY_SORTED",
                f"There is a cycle between {self._open[-1]} and {name}.",
                "0A000",
            )
        self._open.append(name)
        try:
            self._analyze(self._nodes[name])
        except Exception as error:
            self._errors[name] = error
            raise
        finally:
            self._open.pop()
        self._done[name] = self._nodes[name]
        return self._done[name]

    def _analyze(self, node: Node) -> None:
        for flow in node.dataset.flows:
            self._analyze_flow(node, flow)
        if node.dataset.kind is Kind.VIEW:
            if node.frame is not None:
                check_expectations(node.dataset, node.frame)
            return
        inferred = merge_schemas(node.name, list(node.flow_schemas.values()))
        self._check_snapshots(node)
        node.schema = read_schema(self._spark, node.dataset, inferred)
        check_schema(node.dataset, node.schema)
        if node.frame is not None:
            check_expectations(node.dataset, node.frame)

    def _analyze_flow(self, node: Node, flow: AnyFlow) -> None:
        folder = flow_folder(self._storage, str(flow.name))
        fresh = node.name in self._reset
        reads = _Analysis(self, FlowMemory(folder, remember=False, fresh=fresh))
        frame = flow_frame(flow, reads)
        if isinstance(flow, Flow):
            streaming = frame.isStreaming
            if node.dataset.query_decides and not streaming:
                node.dataset.kind = Kind.MATERIALIZED_VIEW
            _check_streaming(node, flow, streaming=streaming, once=self._is_once(flow))
            schema = frame.schema
        elif isinstance(flow, AutoCdcFlow):
            schema = cdc.target_schema(flow, frame)
        else:
            schema = snapshots.target_schema(flow, frame)
        node.frame = frame
        node.flow_schemas[str(flow.name)] = schema
        node.flow_inputs[str(flow.name)] = reads.inputs
        node.inputs |= {name for name in reads.inputs if name in self._nodes}
        node.externals |= {name for name in reads.inputs if name not in self._nodes}

    def _check_snapshots(self, node: Node) -> None:
        """Raises PipelineError for expectations of what a snapshot flow reads or fills."""
        if not any(isinstance(flow, SnapshotFlow) for flow in node.dataset.flows):
            return
        views = (self._nodes[name] for name in node.inputs if not self._nodes[name].is_table)
        if any(each.dataset.expectations for each in (node, *views)):
            raise PipelineError(
                "ACFS_WITH_EXPECTATION_DISABLED",
                f"Expectations are not supported with AUTO CDC FROM SNAPSHOT: {node.name}.",
                "0A000",
            )

    def _is_once(self, flow: Flow) -> bool:
        return flow.name.lower() in self._definitions.once

    def stand_in(self, name: str, *, streaming: bool) -> DataFrame:
        """An empty frame of the dataset's schema, or the view itself."""
        node = self._resolve(name)
        if not node.is_table:
            return cast(DataFrame, node.frame)
        reader: Any = self._spark.readStream if streaming else self._spark.read
        return cast(DataFrame, reader.schema(node.columns).parquet(str(self._scratch)))

    def node(self, name: str) -> Node:
        return self._nodes[name]

    def owns(self, name: str) -> bool:
        return name in self._nodes

    @property
    def names(self) -> Names:
        return self._names

    @property
    def sources(self) -> Sources:
        return self._sources


class _Analysis(Reader):
    """Reads while a graph is analysed: own datasets by stand-ins."""

    def __init__(self, resolver: Resolver, memory: FlowMemory) -> None:
        super().__init__(resolver.names, resolver.sources, resolver.owns, memory)
        self._resolver = resolver

    def own(self, name: str, _options: dict[str, str], *, streaming: bool) -> DataFrame:
        return self._resolver.stand_in(name, streaming=streaming)


def _published(definitions: Definitions, names: Names) -> dict[str, Dataset]:
    found: dict[str, Dataset] = {}
    for dataset in definitions.datasets.values():
        name = names.published(dataset.name)
        if name in found:
            raise PipelineError("DUPLICATE_DATASET", f"Cannot redefine dataset '{name}'.")
        found[name] = dataset
    return found


def _check_streaming(node: Node, flow: Flow, *, streaming: bool, once: bool) -> None:
    kind = node.dataset.kind
    head = f"Flow {flow.name} returns an invalid relation type. "
    if kind is Kind.MATERIALIZED_VIEW and streaming:
        raise PipelineError(
            "INVALID_FLOW_QUERY_TYPE.STREAMING_RELATION_FOR_MATERIALIZED_VIEW",
            f"{head}Materialized views may only be defined by a batch relation, but the flow "
            f"{flow.name} attempts to write a streaming relation to the materialized view "
            f"{node.name}.",
        )
    if kind is Kind.STREAMING_TABLE and not streaming and not once:
        raise PipelineError(
            "INVALID_FLOW_QUERY_TYPE.BATCH_RELATION_FOR_STREAMING_TABLE",
            f"{head}Streaming tables may only be defined by streaming relations, but the flow "
            f"{flow.name} attempts to write a batch relation to the streaming table {node.name}. "
            "Consider using the STREAM operator in Spark-SQL to convert the batch relation into "
            "a streaming relation, or populating the streaming table with an append once-flow "
            "instead.",
        )
    if once and streaming:
        raise PipelineError(
            "INVALID_FLOW_QUERY_TYPE.STREAMING_RELATION_FOR_ONCE_FLOW",
            f"{head}{flow.name} is an append once-flow that is defined by a streaming relation. "
            "Append once-flows may only be defined by or return a batch relation.",
        )
