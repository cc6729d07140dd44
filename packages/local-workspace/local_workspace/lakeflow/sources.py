"""What a dataset function reads: own datasets, tables of the catalog, files, topics."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from pyspark.pipelines.flow import AutoCdcFlow, Flow
from pyspark.sql import DataFrame
from pyspark.sql.connect.dataframe import DataFrame as ConnectDataFrame
from pyspark.sql.connect.plan import Read
from pyspark.sql.connect.session import SparkSession

from local_workspace import file_formats
from local_workspace.catalog.errors import table_not_found
from local_workspace.catalog.metastore import Metastore, Table, Volume
from local_workspace.catalog.privileges import Privileges
from local_workspace.file_formats import FileOptions
from local_workspace.file_formats.reading import MAX_FILE_AGE
from local_workspace.lakeflow import auto_loader, kafka
from local_workspace.lakeflow.errors import PipelineError
from local_workspace.lakeflow.graph import AnyFlow
from local_workspace.lakeflow.job import Job
from local_workspace.lakeflow.naming import Names, parse_full, spark_table
from local_workspace.lakeflow.scope import scope
from local_workspace.lakeflow.sql import read_sql

_SKIP_CHANGES = ("skipchangecommits", "ignorechanges", "ignoredeletes")


@dataclass(frozen=True, slots=True)
class FlowMemory:
    """Where a flow keeps what it has to remember. An analysis does not ``remember``; a flow that
    is about to be reset is ``fresh``."""

    folder: Path
    remember: bool = True
    fresh: bool = False


class Sources:
    """Tables, files and topics outside of the pipeline, as its owner may read them."""

    def __init__(self, spark: SparkSession, metastore: Metastore, job: Job) -> None:
        self.spark = spark
        self._metastore = metastore
        self._job = job
        self._privileges = Privileges(metastore, job.owner)

    def table(self, name: str, options: dict[str, str], *, streaming: bool) -> DataFrame:
        """Raises SqlError for a table that does not exist or may not be read, or not as a
        stream."""
        known = self._metastore.table(parse_full(name))
        if known is None:
            raise table_not_found(parse_full(name))
        self._privileges.require("SELECT", known)
        if streaming:
            _check_streamable(known)
        return table_frame(self.spark, name, options, streaming=streaming)

    def load(
        self,
        reader: Any,
        path: Any,
        original: Callable[..., Any],
        flow: FlowMemory,
        *,
        streaming: bool,
    ) -> DataFrame:
        """Files and topics."""
        kind = (reader._format or "").lower()
        if kind == "cloudfiles":
            if not streaming:
                raise PipelineError(
                    "CF_BATCH_READ", "cloudFiles is a streaming source: use readStream.", "0A000"
                )
            return auto_loader.read(
                self.spark,
                reader,
                self.local_path(str(path)),
                flow.folder,
                remember=flow.remember,
                fresh=flow.fresh,
            )
        if kind == "kafka":
            topics = Path(self._job.home) / "topics"
            return kafka.read(self.spark, reader._options, topics, flow.folder, streaming=streaming)
        if kind == "avro":
            return self._avro(self.local_path(str(path)), streaming=streaming)
        local = [self.local_path(item) for item in path] if isinstance(path, list) else path
        return cast(
            DataFrame,
            original(reader, self.local_path(local) if isinstance(local, str) else local),
        )

    def _avro(self, path: str, *, streaming: bool) -> DataFrame:
        """What Spark's module for Avro would read."""
        options = FileOptions("avro", rescued="")
        schema = file_formats.find_schema(self.spark, path, file_formats.files_at(path), options)
        return file_formats.read(self.spark, path, schema, options, streaming=streaming)

    def local_path(self, path: str) -> str:
        """Where a volume's path lies on this machine. Other paths stay as they are."""
        plain = path.removeprefix("dbfs:")
        if not plain.startswith("/Volumes/"):
            return path
        self._privileges.require("READ VOLUME", self._volume(plain))
        return str(Path(self._job.home) / "volumes" / plain.removeprefix("/Volumes/"))

    def _volume(self, path: str) -> Volume:
        parts = path.split("/")[2:5]
        inside = ".." not in path.split("/")
        found = self._metastore.volume(*parts) if len(parts) == 3 and inside else None
        if found is None:
            raise PipelineError(
                "VOLUME_DOES_NOT_EXIST", f"Volume '{'.'.join(parts)}' does not exist.", "42704"
            )
        return found


class Reader(ABC):
    """The reads of one flow. ``inputs`` collects full names, ``streamed`` the streamed ones with
    whether changes in place are to be skipped."""

    def __init__(
        self, names: Names, sources: Sources, owns: Callable[[str], bool], memory: FlowMemory
    ) -> None:
        self._names = names
        self._sources = sources
        self._owns = owns
        self._memory = memory
        self.inputs: set[str] = set()
        self.streamed: dict[str, bool] = {}

    @abstractmethod
    def own(self, name: str, _options: dict[str, str], *, streaming: bool) -> DataFrame:
        """A dataset of the same pipeline."""

    def table(self, name: str, options: dict[str, str], *, streaming: bool) -> DataFrame:
        full, live = self._names.read(name)
        if live and not self._owns(full):
            raise PipelineError(
                "TABLE_OR_VIEW_NOT_FOUND",
                f"Failed to read dataset '{name}'. Dataset is not defined in the pipeline.",
                "42P01",
            )
        own = self._owns(full) and (live or not self._names.legacy)
        return self._read(full, options, own=own, streaming=streaming)

    def dataset(self, name: str, *, streaming: bool) -> DataFrame:
        """The source of a CDC flow, which is named without ``LIVE.`` in both publishing modes."""
        full, _ = self._names.read(name)
        return self._read(full, {}, own=self._owns(full), streaming=streaming)

    def load(
        self, reader: Any, path: Any, original: Callable[..., Any], *, streaming: bool
    ) -> DataFrame:
        return self._sources.load(reader, path, original, self._memory, streaming=streaming)

    def sql(self, text: str) -> DataFrame:
        return read_sql(self._sources.spark, text, self._names, self.table)

    def _read(self, full: str, options: dict[str, str], *, own: bool, streaming: bool) -> DataFrame:
        self.inputs.add(full)
        if streaming:
            self.streamed[full] = any(
                key.lower() in _SKIP_CHANGES and value.lower() == "true"
                for key, value in options.items()
            )
        if own:
            return self.own(full, options, streaming=streaming)
        return self._sources.table(full, options, streaming=streaming)


def _check_streamable(table: Table) -> None:
    name = table.full_name.quoted
    if table.table_type == "MATERIALIZED_VIEW":
        raise PipelineError(
            "STREAMING_FROM_MATERIALIZED_VIEW",
            f"Cannot stream from materialized view {name}. Streaming from materialized views is "
            "not supported.",
            "0A000",
        )
    if table.table_type == "VIEW":
        raise PipelineError(
            "UNSUPPORTED_STREAMING_OPTIONS_FOR_VIEW.UNSUPPORTED_PLAN",
            f"Unsupported for streaming a view. Reason: the view {name} is not a table.",
            "0A000",
        )


def table_frame(
    spark: SparkSession, name: str, options: dict[str, str], *, streaming: bool
) -> DataFrame:
    """A table of the session catalog, past the patched readers."""
    given = {**options, "maxFileAge": MAX_FILE_AGE} if streaming else options
    return ConnectDataFrame(Read(spark_table(name), given, is_streaming=streaming), spark)


def flow_frame(flow: AnyFlow, reads: Reader) -> DataFrame:
    """What a flow reads: its function's result, or its source (of a snapshot function: the
    first)."""
    if isinstance(flow, Flow):
        with scope(reads):
            return _frame(flow.name, flow.func())
    if isinstance(flow, AutoCdcFlow):
        return reads.dataset(flow.source, streaming=True)
    if isinstance(flow.source, str):
        return reads.dataset(flow.source, streaming=False)
    with scope(reads):
        answer = flow.source(None)
    return _frame(flow.name, answer[0] if answer else None)


def flow_folder(storage: Path, flow: str) -> Path:
    """What a flow has to remember between updates lies here."""
    return storage / "flows" / quote(flow.lower(), safe="")


def _frame(name: str, answer: Any) -> DataFrame:
    if not isinstance(answer, DataFrame):
        raise PipelineError(
            "INVALID_FLOW_RESULT",
            f"Query function of '{name}' must return a DataFrame, not {type(answer).__name__}.",
        )
    return answer
