"""What an update reports: events in the shape of the event log, one JSON object a line."""

from __future__ import annotations

import json
import threading
from typing import Any, TextIO

from local_workspace.lakeflow.errors import describe_error, error_text
from local_workspace.lakeflow.graph import AnyFlow, Kind
from local_workspace.lakeflow.job import Job
from local_workspace.lakeflow.nodes import Node


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

    def planned(self, node: Node, flow: AnyFlow, technique: str, details: dict[str, Any]) -> None:
        message = f"Flow '{self.flow_name(node, flow)}' has been planned to be executed as "
        self.write(
            "planning_information",
            f"{message}{technique}.",
            details,
            origin=self.origin(node, flow),
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

    def define(self, node: Node) -> None:
        """Reports what a dataset and its flows are."""
        shown = self.shown
        kind = {"STREAMING_TABLE": "TABLE"}.get(node.dataset.kind.value, node.dataset.kind.value)
        self.write(
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
            origin=self.origin(node, None),
        )
        for flow in node.dataset.flows:
            inputs = sorted(node.flow_inputs.get(str(flow.name), set()))
            self.write(
                "flow_definition",
                f"Flow '{self.flow_name(node, flow)}' defined as {_flow_type(node, flow)}.",
                {
                    "output_dataset": shown(node.name),
                    "input_datasets": [
                        shown(name) if name in node.inputs else name for name in inputs
                    ],
                    "flow_type": _flow_type(node, flow),
                    "language": "SQL" if _is_sql(flow) else "PYTHON",
                    "schema": [
                        {"name": column.name, "data_type": column.dataType.simpleString()}
                        for column in node.columns.fields
                    ],
                },
                origin=self.origin(node, flow),
            )


def _is_sql(flow: AnyFlow) -> bool:
    return hasattr(getattr(flow, "func", None), "sql_text")


def _flow_type(node: Node, flow: AnyFlow) -> str:
    if node.dataset.kind is Kind.MATERIALIZED_VIEW:
        return "COMPLETE"
    names = {"AutoCdcFlow": "CHANGE", "SnapshotFlow": "SNAPSHOT_CHANGE"}
    default = "VIEW" if node.dataset.kind is Kind.VIEW else "APPEND"
    return names.get(type(flow).__name__, default)
