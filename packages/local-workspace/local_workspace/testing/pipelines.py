"""A pipeline of a test: source text in, update out, through the SDK."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from databricks.sdk import WorkspaceClient
from databricks.sdk.service.pipelines import PathPattern, PipelineLibrary
from databricks.sdk.service.workspace import ImportFormat

from local_workspace.testing import RunningWorkspace

HEADER = """\
from pyspark import pipelines as dp
from pyspark.sql import functions as F

"""
ENDED = ("COMPLETED", "FAILED", "CANCELED")


@dataclass
class Update:
    """An update that has ended: its state and its events, oldest first."""

    state: str
    events: list[dict[str, Any]]

    @property
    def rows(self) -> dict[str, int]:
        """Rows written by each flow, by the last part of its name."""
        found: dict[str, int] = {}
        for name, progress in self._progress():
            metrics = progress.get("metrics") or {}
            found[name] = found.get(name, 0) + metrics.get("num_output_rows", 0)
        return found

    @property
    def quality(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Passed and failed records by dataset and rule."""
        found: dict[tuple[str, str], tuple[int, int]] = {}
        for _, progress in self._progress():
            for rule in (progress.get("data_quality") or {}).get("expectations", []):
                key = (rule["dataset"], rule["name"])
                passed, failed = found.get(key, (0, 0))
                found[key] = (passed + rule["passed_records"], failed + rule["failed_records"])
        return found

    @property
    def states(self) -> list[str]:
        kind = "update_progress"
        return [e["details"][kind]["state"] for e in self.events if e["event_type"] == kind]

    @property
    def errors(self) -> str:
        """All messages of all exceptions."""
        chains = [event["error"]["exceptions"] for event in self.events if "error" in event]
        return "\n".join(entry["message"] for chain in chains for entry in chain)

    def statuses(self, flow: str) -> list[str]:
        return [progress["status"] for name, progress in self._progress() if name == flow]

    def _progress(self) -> list[tuple[str, dict[str, Any]]]:
        return [
            (event["origin"]["flow_name"].rsplit(".", 1)[-1], event["details"]["flow_progress"])
            for event in self.events
            if event["event_type"] == "flow_progress"
        ]


@dataclass
class Pipeline:
    """Made at the first update, in a schema of its own."""

    workspace: RunningWorkspace
    source: str
    publishing: str = "schema"
    name: str = field(default_factory=lambda: f"t_{uuid.uuid4().hex[:10]}")
    user: str = ""

    @property
    def root(self) -> str:
        return f"/Workspace/Shared/{self.name}"

    @cached_property
    def client(self) -> WorkspaceClient:
        return self.workspace.client(self.user)

    @cached_property
    def pipeline_id(self) -> str:
        library = PipelineLibrary(glob=PathPattern(include=f"{self.root}/src/**"))
        schema: dict[str, Any] = {self.publishing: self.name}
        created = self.client.pipelines.create(
            name=self.name,
            catalog="main",
            serverless=True,
            libraries=[library],
            **schema,
        )
        return str(created.pipeline_id)

    def write(self, source: str, file: str = "tables.py", header: str = HEADER) -> None:
        self.client.workspace.mkdirs(f"{self.root}/src")
        self.client.workspace.upload(
            f"{self.root}/src/{file}",
            (header + source).encode(),
            format=ImportFormat.RAW,
            overwrite=True,
        )

    def start(self, **options: Any) -> str:
        self.write(self.source)
        return str(self.client.pipelines.start_update(self.pipeline_id, **options).update_id)

    def run(self, **options: Any) -> Update:
        return self.wait(self.start(**options))

    def wait(self, update_id: str, seconds: float = 90) -> Update:
        end = time.monotonic() + seconds
        while (state := self.state(update_id)) not in ENDED:
            if time.monotonic() > end:
                raise TimeoutError(f"still {state} after {seconds} s")
            time.sleep(0.1)
        return Update(state, self.events(update_id))

    def state(self, update_id: str) -> str:
        update: Any = self.client.pipelines.get_update(self.pipeline_id, update_id).update
        return str(update.state.value)

    def events(self, update_id: str) -> list[dict[str, Any]]:
        """All events of the update, oldest first, page by page."""
        path = f"/api/2.0/pipelines/{self.pipeline_id}/events"
        query: dict[str, Any] = {"filter": f"update_id = '{update_id}'", "max_results": 50}
        found: list[dict[str, Any]] = []
        while True:
            page = self.client.api_client.do("GET", path, query=query)
            found += page["events"]
            if "next_page_token" not in page:
                return found[::-1]
            query = {"page_token": page["next_page_token"], "max_results": 50}

    def table(self, name: str, columns: str = "*", order: str = "1, 2") -> list[tuple[Any, ...]]:
        statement = f"SELECT {columns} FROM main.{self.name}.{name} ORDER BY {order}"
        return self.workspace.sql(statement)
