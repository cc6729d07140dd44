"""One streaming flow: read what is new, keep it aside, then take it in as one step.

New rows go to a staging folder first. Only when the flow has succeeded are the files moved into
their folder and the new checkpoint is put in the place of the old one, so that a failed or killed
update leaves neither rows nor holes.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql.connect.session import SparkSession

from local_workspace.lakeflow.versions import Versions

STAGING = "staging"


@dataclass(frozen=True, slots=True)
class StreamState:
    """What a flow remembers: ``folder`` holds its checkpoint and the versions that it has read."""

    folder: Path

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint"

    @property
    def staging(self) -> Path:
        return self.folder / STAGING

    def prepare(self) -> Path:
        """A copy of the checkpoint to work on; leftovers of a killed update are dropped."""
        self._finish_commit()
        for leftover in (self.staging, self._next):
            shutil.rmtree(leftover, ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.checkpoint.exists():
            shutil.copytree(self.checkpoint, self._next)
        return self._next

    def staged(self) -> list[Path]:
        """The parquet files that the flow has written in this update."""
        return sorted(self.staging.glob("part-*.parquet"))

    def read_staged(self, spark: SparkSession) -> DataFrame:
        """What the flow has written in this update."""
        return spark.read.parquet(*map(str, self.staged()))

    def commit(self, destination: Path, versions: Versions) -> None:
        """Moves the staged files to ``destination``. Killed half-way, the next one finishes it."""
        plan = {"destination": str(destination), "versions": versions}
        self._journal.with_suffix(".new").write_text(json.dumps(plan), encoding="utf-8")
        self._journal.with_suffix(".new").replace(self._journal)
        self._finish_commit()

    def versions(self) -> Versions:
        """The version of each streamed table at the last commit; empty before the first."""
        path = self.folder / "versions.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def reset(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _next(self) -> Path:
        return self.folder / "next"

    @property
    def _journal(self) -> Path:
        return self.folder / "commit.json"

    def _finish_commit(self) -> None:
        if not self._journal.exists():
            return
        plan = json.loads(self._journal.read_text(encoding="utf-8"))
        destination = Path(plan["destination"])
        destination.mkdir(parents=True, exist_ok=True)
        for file in self.staged():
            file.replace(destination / file.name)
        if self._next.exists():
            shutil.rmtree(self.checkpoint, ignore_errors=True)
            self._next.replace(self.checkpoint)
        text = json.dumps(plan["versions"])
        (self.folder / "versions.json").write_text(text, encoding="utf-8")
        shutil.rmtree(self.staging, ignore_errors=True)
        self._journal.unlink()


def run_stream(
    frame: DataFrame,
    state: StreamState,
    name: str,
    progress: Callable[[dict[str, dict[str, Any]]], None],
) -> None:
    """Reads all that is new into the staging folder. ``progress`` gets each micro-batch's observed
    metrics, by the name of the observation. Raises Spark's StreamingQueryException."""
    checkpoint = state.prepare()
    query = (
        frame.writeStream.format("parquet")
        .queryName(name)
        .trigger(availableNow=True)
        .option("checkpointLocation", str(checkpoint))
        .start(str(state.staging))
    )
    query.awaitTermination()
    for batch in query.recentProgress:
        observed = json.loads(batch.json).get("observedMetrics") or {}
        if observed:
            progress({key: _metrics(value) for key, value in observed.items()})


def _metrics(row: dict[str, Any]) -> dict[str, Any]:
    names = [column["name"] for column in row["schema"]["fields"]]
    return dict(zip(names, row["values"], strict=True))
