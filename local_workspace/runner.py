"""The child process of one update: ``python -m local_workspace.runner JOB.json``.

Events go to standard output, one JSON object a line; what the pipeline prints goes to standard
error. When standard input closes, the update stops.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, TextIO

from pyspark.sql.connect.session import SparkSession

from local_workspace.job import Job
from local_workspace.lakeflow import api, scope
from local_workspace.lakeflow.errors import PipelineError, describe_error, error_text
from local_workspace.lakeflow.flows import Execution
from local_workspace.lakeflow.graph import AnyFlow, Definitions, Kind
from local_workspace.lakeflow.loading import load_definitions
from local_workspace.lakeflow.naming import Names
from local_workspace.lakeflow.resolve import Graph, Node, Resolver, Skipped
from local_workspace.lakeflow.sources import Sources
from local_workspace.lakeflow.tables import Tables
from local_workspace.metastore import Metastore
from local_workspace.state import State

WORKERS = 3
"""Flows that run at once."""

_SETTINGS = {
    # The sink's own log of a flow ends with each update: it must never look back for compaction.
    "spark.sql.streaming.fileSink.log.compactInterval": "1000000",
    "spark.sql.streaming.numRecentProgressUpdates": "10000",
    "spark.sql.mapKeyDedupPolicy": "LAST_WIN",
    "spark.sql.streaming.schemaInference": "true",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
}


class Events:
    """Writes events in the event log's shape; the parent adds id, sequence and time."""

    def __init__(self, out: TextIO, job: Job) -> None:
        self._out = out
        self._legacy = job.legacy
        self._update = job.update_id[:6]
        self._volumes = f"file:{job.home}/volumes/"
        self._lock = threading.Lock()

    def write(
        self,
        kind: str,
        message: str,
        details: Any,
        *,
        origin: dict[str, str] | None = None,
        level: str = "INFO",
        error: BaseException | None = None,
    ) -> None:
        event = {
            "event_type": kind,
            "level": level,
            "message": message,
            "details": {kind: details},
            "origin": origin or {},
        }
        if error is not None:
            event["error"] = describe_error(error)
        text = json.dumps(event, default=str).replace(self._volumes, "dbfs:/Volumes/")
        with self._lock:
            print(text, file=self._out, flush=True)

    def state(self, state: str, error: BaseException | None = None) -> None:
        message = f"Update {self._update} is {state}."
        level = "ERROR" if state == "FAILED" else "INFO"
        self.write("update_progress", message, {"state": state}, level=level, error=error)

    def flow(
        self,
        node: Node,
        flow: AnyFlow,
        status: str,
        *,
        metrics: Any = None,
        quality: Any = None,
        error: BaseException | None = None,
        because: str = "",
    ) -> None:
        details: dict[str, Any] = {"status": status}
        if metrics is not None:
            details["metrics"] = metrics
        if quality is not None:
            details["data_quality"] = quality
        name = self.flow_name(node, flow)
        verb = "has" if status in ("COMPLETED", "FAILED") else "is"
        message = f"Flow '{name}' {verb} {status}.{because}"
        level = "INFO"
        if error is not None:
            message = f"Flow '{name}' has FAILED fatally. An error occurred: {error_text(error)}"
            level = "ERROR"
        elif status == "SKIPPED":
            level = "WARN"
        self.write(
            "flow_progress",
            message,
            details,
            origin=self.origin(node, flow),
            level=level,
            error=error,
        )

    def origin(self, node: Node, flow: AnyFlow | None) -> dict[str, str]:
        origin = {"dataset_name": self.shown(node.name)}
        return origin | {"flow_name": self.flow_name(node, flow)} if flow else origin

    def flow_name(self, node: Node, flow: AnyFlow) -> str:
        name = str(flow.name)
        same = name.lower() == node.dataset.name.lower()
        prefix = node.name.rpartition(".")[0]
        return self.shown(node.name if same else f"{prefix}.{name.lower()}")

    def shown(self, name: str) -> str:
        """Names are full, but plain in the legacy publishing mode."""
        return name.rpartition(".")[2] if self._legacy else name


class Update:
    """One update, from its files to its last event."""

    def __init__(self, job: Job, spark: SparkSession, events: Events) -> None:
        self._job = job
        self._spark = spark
        self._events = events
        self._names = Names(job.catalog, job.schema, job.legacy)
        self._metastore = Metastore(State(Path(job.home)))
        self._tables = Tables(spark, self._metastore, job.storage, job.pipeline_id, job.owner)
        self._sources = Sources(spark, self._metastore, job)

    def run(self) -> bool:
        """True where every flow has succeeded."""
        self._events.state("INITIALIZING")
        definitions, errors = load_definitions(self._spark, self._job.files, self._job.secrets)
        if errors:
            for error in errors:
                self._events.state("FAILED", error)
            return False
        definitions.connect()
        if not definitions.datasets:
            raise PipelineError(
                "NO_TABLES_IN_PIPELINE",
                "Pipelines are expected to have at least one table defined but no tables were "
                "found in your pipeline.",
                "42617",
            )
        graph = self._resolve(definitions)
        if graph.errors or not self._each(graph.tables(), self._check):
            return False
        return self._job.validate_only or self._execute(definitions, graph)

    def _resolve(self, definitions: Definitions) -> Graph:
        resolver = Resolver(
            self._spark, definitions, self._names, self._sources, self._job.storage, self._reset
        )
        graph = resolver.resolve()
        for name, error in graph.errors.items():
            node = resolver.node(name)
            for flow in node.dataset.flows:
                if isinstance(error, Skipped):
                    self._events.flow(node, flow, "SKIPPED", because=f" {error}")
                else:
                    self._events.flow(node, flow, "FAILED", error=error)
        if not graph.errors:
            for node in graph.nodes.values():
                self._define(node)
        return graph

    @property
    def _reset(self) -> Resets:
        return Resets(self._job, self._names)

    def _check(self, node: Node) -> None:
        self._tables.check(node.name, node.dataset.kind)

    def _set_up(self, node: Node) -> None:
        assert node.schema is not None
        fresh = node.name in self._reset
        self._tables.create(node.name, node.dataset, node.schema, fresh=fresh)

    def _each(self, nodes: list[Node], step: Callable[[Node], None]) -> bool:
        """Takes a step for every table; False where one has failed, after all were tried."""
        fine = True
        for node in nodes:
            try:
                step(node)
            except Exception as error:
                self._events.flow(node, node.dataset.flows[0], "FAILED", error=error)
                fine = False
        return fine

    def _define(self, node: Node) -> None:
        shown = self._events.shown
        kind = {"STREAMING_TABLE": "TABLE"}.get(node.dataset.kind.value, node.dataset.kind.value)
        columns = node.schema.columns if node.schema else None
        self._events.write(
            "dataset_definition",
            f"Dataset '{shown(node.name)}' defined as {node.dataset.kind.value}.",
            {
                "dataset_type": kind,
                "num_flows": len(node.dataset.flows),
                "comment": node.dataset.comment,
                "expectations": [
                    {"name": rule.name, "expression": rule.condition, "action": rule.action.value}
                    for rule in node.dataset.expectations
                ],
            },
            origin=self._events.origin(node, None),
        )
        for flow in node.dataset.flows:
            inputs = sorted(node.flow_inputs.get(str(flow.name), set()))
            self._events.write(
                "flow_definition",
                f"Flow '{self._events.flow_name(node, flow)}' defined as {_flow_type(node, flow)}.",
                {
                    "output_dataset": shown(node.name),
                    "input_datasets": [
                        shown(name) if name in node.inputs else name for name in inputs
                    ],
                    "flow_type": _flow_type(node, flow),
                    "language": "PYTHON",
                    "schema": [
                        {"name": column.name, "data_type": column.dataType.simpleString()}
                        for column in (columns.fields if columns else [])
                    ],
                },
                origin=self._events.origin(node, flow),
            )

    def _execute(self, definitions: Definitions, graph: Graph) -> bool:
        execution = Execution(
            self._spark,
            graph,
            definitions,
            self._names,
            self._sources,
            self._tables,
            self._job.storage,
        )
        selected = self._selected(graph)
        resets = [node for node in selected if node.name in self._reset]
        if resets:
            self._events.state("RESETTING")
            for node in resets:
                execution.reset(node)
        self._events.state("SETTING_UP_TABLES")
        if not self._each(selected, self._set_up):
            return False
        self._events.state("RUNNING")
        return Waves(execution, graph, selected, self._events).run()

    def _selected(self, graph: Graph) -> list[Node]:
        """The tables to update. Raises PipelineError for a selected one that is not there."""
        names = (*self._job.refresh_selection, *self._job.full_refresh_selection)
        wanted = {self._names.read(name)[0] for name in names}
        tables = graph.tables()
        unknown = wanted - {node.name for node in tables}
        if unknown:
            raise PipelineError(
                "INVALID_REFRESH_SELECTION",
                f"Refresh selection has tables that are not in the pipeline: "
                f"{', '.join(sorted(unknown))}.",
                "42704",
            )
        return [node for node in tables if not wanted or node.name in wanted]


class Resets:
    """The tables that an update empties first."""

    def __init__(self, job: Job, names: Names) -> None:
        self._all = job.full_refresh
        self._names = {names.read(name)[0] for name in job.full_refresh_selection}

    def __contains__(self, name: object) -> bool:
        return self._all or name in self._names


class Waves:
    """Runs tables as soon as all that they read is done; what reads a failed one is skipped."""

    def __init__(
        self, execution: Execution, graph: Graph, tables: list[Node], events: Events
    ) -> None:
        self._execution = execution
        self._events = events
        self._tables = {node.name: node for node in tables}
        self._waits = {
            node.name: graph.upstream_tables(node) & self._tables.keys() for node in tables
        }
        self._failed: set[str] = set()

    def run(self) -> bool:
        for node in self._tables.values():
            for flow in node.dataset.flows:
                self._events.flow(node, flow, "QUEUED")
        running: dict[Future[bool], str] = {}
        with ThreadPoolExecutor(WORKERS) as pool:
            while self._waits or running:
                for name in [name for name, waits in self._waits.items() if not waits]:
                    del self._waits[name]
                    running[pool.submit(self._run, self._tables[name])] = name
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    self._finish(running.pop(future), succeeded=future.result())
        return not self._failed

    def _finish(self, name: str, *, succeeded: bool) -> None:
        for waits in self._waits.values():
            if succeeded:
                waits.discard(name)
        if succeeded:
            return
        self._failed.add(name)
        for reader in [other for other, waits in self._waits.items() if name in waits]:
            if reader in self._waits:
                self._skip(reader, name)

    def _skip(self, name: str, because: str) -> None:
        del self._waits[name]
        node = self._tables[name]
        for flow in node.dataset.flows:
            reason = f" '{self._events.shown(because)}' has failed."
            self._events.flow(node, flow, "SKIPPED", because=reason)
        self._finish(name, succeeded=False)

    def _run(self, node: Node) -> bool:
        for flow in node.dataset.flows:
            self._events.flow(node, flow, "STARTING")
            self._events.flow(node, flow, "RUNNING")
            last: list[Any] = [None, None]

            def report(metrics: Any, quality: Any, flow: AnyFlow = flow, last: Any = last) -> None:
                """A stream's batches are reported one by one, anything else with its end."""
                if node.dataset.kind is Kind.STREAMING_TABLE:
                    self._events.flow(node, flow, "RUNNING", metrics=metrics, quality=quality)
                else:
                    last[:] = [metrics, quality]

            try:
                self._execution.run(node, flow, report)
            except Exception as error:
                self._events.flow(node, flow, "FAILED", error=error)
                return False
            self._events.flow(node, flow, "COMPLETED", metrics=last[0], quality=last[1])
        return True


def _flow_type(node: Node, flow: AnyFlow) -> str:
    if node.dataset.kind is Kind.MATERIALIZED_VIEW:
        return "COMPLETE"
    names = {"AutoCdcFlow": "CHANGE", "SnapshotFlow": "SNAPSHOT_CHANGE"}
    default = "VIEW" if node.dataset.kind is Kind.VIEW else "APPEND"
    return names.get(type(flow).__name__, default)


def connect(job: Job) -> SparkSession:
    """The update's own session on the workspace's Spark, with the pipeline's configuration."""
    os.environ["SPARK_CONNECT_MODE_ENABLED"] = "1"
    remote = f"{job.remote}/;session_id={job.session_id}"
    spark: SparkSession = SparkSession.builder.remote(remote).create()
    for key, value in (_SETTINGS | job.configuration).items():
        spark.conf.set(key, value)
    return spark


def stop_queries(spark: SparkSession) -> None:
    """Ends what still runs on Spark for this update."""
    spark.interruptAll()
    for query in spark.streams.active:
        query.stop()


def main(path: str) -> int:
    job = Job.load(Path(path).read_text(encoding="utf-8"))
    events = Events(os.fdopen(os.dup(1), "w", encoding="utf-8"), job)
    os.dup2(2, 1)
    spark = connect(job)
    threading.Thread(target=_stop_with_parent, args=(spark,), daemon=True).start()
    api.install()
    scope.install()
    try:
        succeeded = Update(job, spark, events).run()
        events.state("COMPLETED" if succeeded else "FAILED")
    except Exception as error:
        events.state("FAILED", error)
        succeeded = False
    return 0 if succeeded else 1


def _stop_with_parent(spark: SparkSession) -> None:
    sys.stdin.buffer.read()
    try:
        stop_queries(spark)
    finally:
        os._exit(3)


if __name__ == "__main__":
    code = main(sys.argv[1])
    sys.stdout.flush()
    os._exit(code)
