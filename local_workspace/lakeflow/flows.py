"""Runs the flows of one table: reads, applies the rules, writes, counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyspark.pipelines.flow import AutoCdcFlow, Flow
from pyspark.sql import DataFrame, Observation
from pyspark.sql.connect.session import SparkSession
from pyspark.sql.types import StructType

from local_workspace.job import Job
from local_workspace.lakeflow import cdc, snapshots
from local_workspace.lakeflow.columns import conform, generate
from local_workspace.lakeflow.expectations import (
    INPUT,
    OUTPUT,
    Rules,
    broken_record,
    violation,
)
from local_workspace.lakeflow.graph import AnyFlow, Definitions, Kind, SnapshotFlow
from local_workspace.lakeflow.naming import Names
from local_workspace.lakeflow.resolve import Graph, Node, flow_folder, flow_frame
from local_workspace.lakeflow.sources import FlowMemory, Reader, Sources, table_frame
from local_workspace.lakeflow.streams import StreamState, run_stream
from local_workspace.lakeflow.tables import Tables
from local_workspace.lakeflow.tally import Metrics, Tally
from local_workspace.lakeflow.unchanged import fingerprint
from local_workspace.lakeflow.versions import Versions, check_versions, read_versions
from local_workspace.metastore import Table

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
        self._job = job

    def run(self, node: Node, flow: AnyFlow, report: Report) -> None:
        """Runs one flow to its end. Raises what Spark or Lakeflow would."""
        if isinstance(flow, SnapshotFlow):
            snapshots.run_snapshot(self, node, flow, report)
        elif isinstance(flow, AutoCdcFlow):
            cdc.run_cdc(self, node, flow, report)
        elif node.dataset.kind is Kind.MATERIALIZED_VIEW:
            self._run_view(node, flow, report)
        elif flow.name.lower() in self.definitions.once:
            self._run_once(node, flow, report)
        else:
            self._run_append(node, flow, report)

    def reset(self, node: Node) -> None:
        """Empties a table and forgets what its flows have read."""
        for flow in node.dataset.flows:
            self.state(flow).reset()
        self.tables.reset(node.name)

    def state(self, flow: AnyFlow) -> StreamState:
        return StreamState(flow_folder(self._job.storage, str(flow.name)))

    def reads(self, flow: AnyFlow) -> Inputs:
        return Inputs(self, FlowMemory(flow_folder(self._job.storage, str(flow.name))))

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

    def _run_append(self, node: Node, flow: Flow, report: Report) -> None:
        reads = self.reads(flow)
        frame = flow_frame(flow, reads)
        tally = Tally(self.rules(node), reads.views)
        state = self.state(flow)
        versions = self.stream(flow, reads, self._shaped(node, frame, tally, None), tally)
        self.check(flow, tally, lambda: state.read_staged(self.spark))
        state.commit(Path(self.tables.get(node.name).location), versions)
        for rows, quality in tally.batches or [({}, None)]:
            report({"num_output_rows": int(rows.get("rows") or 0)}, quality)

    def _run_view(self, node: Node, flow: Flow, report: Report) -> None:
        """Computes a materialized view again, unless nothing that it shows can have changed."""
        kept = self.state(flow).folder / "fingerprint"
        found = fingerprint(*self._shown(node), self._job.code)
        if found and kept.exists() and kept.read_text() == found:
            report({"num_output_rows": 0}, None)
            return
        self._write_batch(node, flow, report, self.tables.rewrite_location(node.name))
        kept.write_text(found)

    def _shown(self, node: Node) -> tuple[list[Callable[..., Any]], list[Table]]:
        """The functions and the tables that a node's rows come from."""
        functions = [flow.func for flow in node.dataset.flows if isinstance(flow, Flow)]
        names = {*self.graph.external_tables(node), *self.graph.upstream_tables(node)}
        for name in node.inputs:
            if not self.graph.nodes[name].is_table:
                functions += self._shown(self.graph.nodes[name])[0]
        return functions, [self.tables.get(name) for name in sorted(names)]

    def _run_once(self, node: Node, flow: Flow, report: Report) -> None:
        done = self.state(flow).folder / "done"
        if done.exists():
            report({"num_output_rows": 0}, None)
            return
        self._write_batch(node, flow, report, None)
        done.parent.mkdir(parents=True, exist_ok=True)
        done.touch()

    def _write_batch(self, node: Node, flow: Flow, report: Report, location: Path | None) -> None:
        """Computes all rows. With a location they replace the table's, without they are added."""
        reads = self.reads(flow)
        frame = flow_frame(flow, reads)
        tally = Tally(self.rules(node), reads.views)
        state = self.state(flow)
        state.prepare()
        observations = {name: Observation(name) for name in (INPUT, OUTPUT)}
        shaped = self._shaped(node, frame, tally, observations)
        shaped.write.parquet(str(state.staging))
        tally.add({name: found.get for name, found in {**observations, **reads.observed}.items()})
        self.check(flow, tally, lambda: state.read_staged(self.spark))
        state.commit(location or Path(self.tables.get(node.name).location), {})
        if location is not None:
            self.tables.switch(node.name, location, in_place=True)
        (rows, quality) = tally.batches[-1]
        report({"num_output_rows": int(rows.get("rows") or 0)}, quality)

    def _shaped(
        self, node: Node, frame: DataFrame, tally: Tally, batch: dict[str, Observation] | None
    ) -> DataFrame:
        """Counts, drops, and brings the rows into the table's columns."""
        observed: Any = batch or {INPUT: INPUT, OUTPUT: OUTPUT}
        rules = tally.own
        seen = frame.observe(observed[INPUT], *rules.seen())
        generated = node.schema.generated if node.schema else {}
        kept = rules.keep(generate(seen, generated))
        shaped = conform(kept, self.columns(node), frame.columns)
        return shaped.observe(observed[OUTPUT], *rules.written())


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
