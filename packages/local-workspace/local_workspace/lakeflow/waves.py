"""The order of an update: each table as soon as all that it reads is done."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from typing import Any

from local_workspace.lakeflow.execution import Execution
from local_workspace.lakeflow.flows import run_flow
from local_workspace.lakeflow.graph import AnyFlow, Kind
from local_workspace.lakeflow.nodes import Graph, Node
from local_workspace.lakeflow.progress import Events

WORKERS = 3
"""Flows that run at once."""


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

    def _plan(self, node: Node, flow: AnyFlow, technique: str, details: dict[str, Any]) -> None:
        self._events.planned(node, flow, technique, details)

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
                run_flow(self._execution, node, flow, report, partial(self._plan, node, flow))
            except Exception as error:
                self._events.flow(node, flow, "FAILED", error=error)
                return False
            self._events.flow(node, flow, "COMPLETED", metrics=last[0], quality=last[1])
        return True
