"""One update's tables, sources and graph, and what all kinds of flow do with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyspark.sql import DataFrame, Observation
from pyspark.sql.connect.session import SparkSession
from pyspark.sql.types import StructType

from local_workspace.lakeflow.expectations import Rules, broken_record, violation
from local_workspace.lakeflow.graph import AnyFlow, Definitions
from local_workspace.lakeflow.job import Job
from local_workspace.lakeflow.naming import Names
from local_workspace.lakeflow.nodes import Graph, Node
from local_workspace.lakeflow.sources import (
    FlowMemory,
    Reader,
    Sources,
    flow_folder,
    flow_frame,
    table_frame,
)
from local_workspace.lakeflow.streams import StreamState, run_stream
from local_workspace.lakeflow.tables import Tables
from local_workspace.lakeflow.tally import Metrics, Tally
from local_workspace.lakeflow.versions import Versions, check_versions, read_versions

Report = Callable[[Metrics, Metrics | None], None]
"""Gets ``metrics`` and ``data_quality`` of a flow_progress event."""


class Execution:
    """One update's tables, sources and graph."""

    def __init__(
        self,
        spark: SparkSession,
        graph: Graph,
        definitions: Definitions,
        names: Names,
        sources: Sources,
        tables: Tables,
        job: Job,
    ) -> None:
        self.spark = spark
        self.graph = graph
        self.definitions = definitions
        self.names = names
        self.sources = sources
        self.tables = tables
        self.job = job

    def reset(self, node: Node) -> None:
        """Empties a table and forgets what its flows have read."""
        for flow in node.dataset.flows:
            self.state(flow).reset()
        self.tables.reset(node.name)

    def state(self, flow: AnyFlow) -> StreamState:
        return StreamState(flow_folder(self.job.storage, str(flow.name)))

    def reads(self, flow: AnyFlow) -> Inputs:
        return Inputs(self, FlowMemory(flow_folder(self.job.storage, str(flow.name))))

    def columns(self, node: Node) -> StructType:
        return self.tables.columns(node.name)

    def rules(self, node: Node) -> Rules:
        required = node.schema.required if node.schema else ()
        return Rules(node.name, tuple(node.dataset.expectations), required)

    def stream(self, flow: AnyFlow, reads: Inputs, frame: DataFrame, tally: Tally) -> Versions:
        """Stages and counts what is new. Returns the versions that were read."""
        versions = read_versions({name: self.tables.find(name) for name in reads.streamed})
        check_versions(self.state(flow).versions(), versions, reads.streamed)
        run_stream(frame, self.state(flow), str(flow.name), tally.add)
        return versions

    def check(self, flow: AnyFlow, tally: Tally, written: Callable[[], DataFrame]) -> None:
        """Raises PipelineError where a row broke an ``or_fail`` rule or is NULL in a key."""
        for rules, counts in tally.all():
            rule = rules.violated(counts)
            if rule is not None:
                frame = written()
                known = rules.dataset == tally.own.dataset
                raise violation(str(flow.name), rule, broken_record(frame, rule) if known else "")
        tally.own.check_nulls(tally.counts)


class Inputs(Reader):
    """Reads while a flow runs: tables as they are, views by running their functions."""

    def __init__(self, execution: Execution, memory: FlowMemory) -> None:
        owns = execution.graph.nodes.__contains__
        super().__init__(execution.names, execution.sources, owns, memory)
        self._execution = execution
        self._frames: dict[str, DataFrame] = {}
        self.views: dict[str, Rules] = {}
        self.observed: dict[str, Observation] = {}

    def own(self, name: str, options: dict[str, str], *, streaming: bool) -> DataFrame:
        node = self._execution.graph.nodes[name]
        if node.is_table:
            return table_frame(self._execution.spark, name, options, streaming=streaming)
        if name not in self._frames:
            self._frames[name] = self._view(node)
        return self._frames[name]

    def _view(self, node: Node) -> DataFrame:
        flow = node.dataset.flows[0]
        frame = flow_frame(flow, self)
        if not node.dataset.expectations:
            return frame
        rules = self._execution.rules(node)
        self.views[node.name] = rules
        observed: Any = node.name
        if not frame.isStreaming:
            observed = self.observed[node.name] = Observation(node.name)
        return rules.keep(frame.observe(observed, *rules.seen()))
