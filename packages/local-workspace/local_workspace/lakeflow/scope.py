"""What a dataset function may do while it runs: reads are resolved, actions are refused.

``install`` patches the readers of this process's Spark Connect client once. Outside of a scope
they behave as they always do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from pyspark.sql import DataFrame as ParentDataFrame
from pyspark.sql.connect.dataframe import DataFrame
from pyspark.sql.connect.group import GroupedData
from pyspark.sql.connect.readwriter import DataFrameReader, DataFrameWriter
from pyspark.sql.connect.session import SparkSession
from pyspark.sql.connect.streaming.readwriter import DataStreamReader, DataStreamWriter

from local_workspace.lakeflow import relations
from local_workspace.lakeflow.errors import PipelineError

Options = dict[str, str]


class Reads(Protocol):
    """Answers the reads of one dataset function."""

    def table(self, name: str, options: Options, *, streaming: bool) -> ParentDataFrame: ...

    def load(
        self, reader: Any, path: Any, original: Callable[..., Any], *, streaming: bool
    ) -> ParentDataFrame: ...

    def sql(self, text: str) -> ParentDataFrame: ...


_reads: ContextVar[Reads | None] = ContextVar("reads", default=None)

_FORBIDDEN: tuple[tuple[type, tuple[str, ...]], ...] = (
    (DataFrame, ("collect", "count", "toPandas", "toArrow", "toLocalIterator", "foreach")),
    (DataFrame, ("cache", "persist", "checkpoint", "localCheckpoint")),
    (DataFrameWriter, ("save", "saveAsTable", "insertInto")),
    (DataStreamWriter, ("start", "toTable")),
    (GroupedData, ("pivot",)),
)


@contextmanager
def scope(reads: Reads) -> Iterator[None]:
    """Runs a dataset function's body: its reads go to ``reads``."""
    token = _reads.set(reads)
    try:
        yield
    finally:
        _reads.reset(token)


def install() -> None:
    """Patches the readers, and what the platform forbids inside a dataset function."""
    _patch_tables(DataFrameReader, streaming=False)
    _patch_tables(DataStreamReader, streaming=True)
    _patch_loads(DataFrameReader, streaming=False)
    _patch_loads(DataStreamReader, streaming=True)
    _patch_sql()
    _patch_streaming()
    for owner, names in _FORBIDDEN:
        for name in names:
            _forbid(owner, name)


def _patch_tables(reader: Any, *, streaming: bool) -> None:
    original = reader.table

    def table(self: Any, tableName: str) -> Any:  # noqa: N803
        reads = _reads.get()
        if reads is None:
            return original(self, tableName)
        options = {key: str(value) for key, value in self._options.items()}
        return reads.table(tableName, options, streaming=streaming)

    reader.table = table


def _patch_loads(reader: Any, *, streaming: bool) -> None:
    original = reader.load

    def load(
        self: Any, path: Any = None, format: Any = None, schema: Any = None, **options: Any
    ) -> Any:
        if format is not None:
            self.format(format)
        if schema is not None:
            self.schema(schema)
        self.options(**options)
        reads = _reads.get()
        if reads is None:
            return original(self, path)
        return reads.load(self, path, original, streaming=streaming)

    reader.load = load


def _patch_sql() -> None:
    session: Any = SparkSession
    original = session.sql

    def sql(self: Any, sqlQuery: str, *arguments: Any, **named: Any) -> Any:  # noqa: N803
        reads = _reads.get()
        if reads is None or arguments or named:
            return original(self, sqlQuery, *arguments, **named)
        return reads.sql(sqlQuery)

    session.sql = sql


def _patch_streaming() -> None:
    frame: Any = DataFrame
    original = frame.isStreaming.func

    def is_streaming(self: Any) -> bool:
        known = relations.is_streaming(self._plan.to_proto(self._session.client).root)
        return bool(original(self)) if known is None else known

    frame.isStreaming = property(is_streaming)


def _forbid(owner: Any, name: str) -> None:
    original = getattr(owner, name)

    def method(self: Any, *arguments: Any, **named: Any) -> Any:
        if _reads.get() is not None:
            raise PipelineError(
                "ATTEMPT_ANALYSIS_IN_PIPELINE_QUERY_FUNCTION",
                f"'{owner.__name__}.{name}': operations that trigger DataFrame analysis or "
                "execution are not allowed in pipeline query functions. Move code outside of the "
                "pipeline query function.",
                "0A000",
            )
        return original(self, *arguments, **named)

    setattr(owner, name, method)
