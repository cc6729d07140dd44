"""What the process of one update does, by the file of its job.

Events go to standard output, one JSON object a line; what the pipeline prints goes to standard
error. When standard input closes, the update stops.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from pyspark.sql.connect.session import SparkSession

from local_workspace.catalog.metastore import Metastore
from local_workspace.lakeflow import api, scope
from local_workspace.lakeflow.errors import PipelineError
from local_workspace.lakeflow.execution import Execution
from local_workspace.lakeflow.graph import Definitions
from local_workspace.lakeflow.job import Job
from local_workspace.lakeflow.loading import load_definitions
from local_workspace.lakeflow.naming import Names
from local_workspace.lakeflow.nodes import Graph, Node
from local_workspace.lakeflow.progress import Events
from local_workspace.lakeflow.resolve import Resolver, SkippedError
from local_workspace.lakeflow.sources import Sources
from local_workspace.lakeflow.tables import Tables
from local_workspace.lakeflow.waves import Waves
from local_workspace.spark import INTERPRETED
from local_workspace.state import State

RELEASE_SECONDS = 10
"""How long a stopped update may take to leave Spark."""

SETTINGS = {
    # The sink's own log of a flow ends with each update: it must never look back for compaction.
    "spark.sql.streaming.fileSink.log.compactInterval": "1000000",
    "spark.sql.streaming.numRecentProgressUpdates": "10000",
    "spark.sql.mapKeyDedupPolicy": "LAST_WIN",
    "spark.sql.streaming.schemaInference": "true",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    # An update is many small queries.
    **INTERPRETED,
    # The other one asks a process about links for each file that it renames.
    "spark.sql.streaming.checkpointFileManagerClass": "org.apache.spark.sql.execution.streaming."
    "checkpointing.FileSystemBasedCheckpointFileManager",
}


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
        definitions = load_definitions(
            self._spark, self._job.files, self._job.secrets, self._job.configuration
        )
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
                if isinstance(error, SkippedError):
                    self._events.flow(node, flow, "SKIPPED", because=f" {error}")
                else:
                    self._events.flow(node, flow, "FAILED", error=error)
        if not graph.errors:
            for node in graph.nodes.values():
                self._events.define(node)
        return graph

    @property
    def _reset(self) -> Resets:
        return Resets(self._job, self._names)

    def _check(self, node: Node) -> None:
        self._tables.check(node.name, node.dataset.kind)

    def _set_up(self, graph: Graph, node: Node) -> None:
        fresh = node.name in self._reset
        if node.schema is not None:
            self._tables.create(
                node.name, node.dataset, node.schema, ready=graph.before(node), fresh=fresh
            )

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

    def _execute(self, definitions: Definitions, graph: Graph) -> bool:
        execution = Execution(
            self._spark,
            graph,
            definitions,
            self._names,
            self._sources,
            self._tables,
            self._job,
        )
        selected = self._selected(graph)
        resets = [node for node in selected if node.name in self._reset]
        if resets:
            self._events.state("RESETTING")
            for node in resets:
                execution.reset(node)
        self._events.state("SETTING_UP_TABLES")
        self._tables.retire({node.name for node in graph.tables()})
        if not self._each(selected, lambda node: self._set_up(graph, node)):
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


def connect(job: Job) -> SparkSession:
    """The update's own session on the workspace's Spark, with the pipeline's configuration."""
    os.environ["SPARK_CONNECT_MODE_ENABLED"] = "1"
    remote = f"{job.remote}/;session_id={job.session_id}"
    spark: SparkSession = SparkSession.builder.remote(remote).create()
    for key, value in (SETTINGS | job.configuration).items():
        spark.conf.set(key, value)
    return spark


def release(spark: SparkSession) -> None:
    """Ends what still runs on Spark for this update, and the session: one that is left behind
    holds the plans of all its queries."""
    spark.interruptAll()
    for query in spark.streams.active:
        query.stop()
    spark.stop()


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
    spark.stop()
    return 0 if succeeded else 1


def _stop_with_parent(spark: SparkSession) -> None:
    """Where the parent was killed, Spark is gone too, and may never answer."""
    sys.stdin.buffer.read()
    last = threading.Timer(RELEASE_SECONDS, os._exit, (3,))
    last.daemon = True
    last.start()
    try:
        release(spark)
    finally:
        os._exit(3)
