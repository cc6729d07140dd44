"""``spark.sql("SELECT …")`` in a dataset function, and the queries of SQL files: each table is read
as ``spark.read`` would, after STREAM as ``spark.readStream`` would, and ``read_files`` loads files.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any, cast

from pyspark.sql import DataFrame
from pyspark.sql.connect.dataframe import DataFrame as ConnectDataFrame
from pyspark.sql.connect.plan import SQL, SubqueryAlias
from pyspark.sql.connect.session import SparkSession

from local_workspace.catalog.names import TableName, quote, rewrite_sql
from local_workspace.catalog.relations import Token
from local_workspace.lakeflow.errors import PipelineError
from local_workspace.lakeflow.naming import Names
from local_workspace.sql.statements import replace_tokens, split, unescape

Read = Callable[..., DataFrame]

_numbers = itertools.count()
"""For a while Spark has each view under its name in the session that all flows of an update share,
so that no two may be called the same."""

_LOADER = {
    *("schemahints", "infercolumntypes", "schemaevolutionmode", "rescueddatacolumn"),
    *("allowoverwrites", "includeexistingfiles", "maxfilespertrigger", "maxbytespertrigger"),
    *("partitioncolumns", "usestrictglobber"),
}
"""The arguments of ``read_files`` that are options of Auto Loader; others are of the format."""

_SUFFIX = re.compile(r"\.(json|csv|parquet|avro|orc|txt)\b", re.IGNORECASE)


def read_sql(spark: SparkSession, text: str, names: Names, read: Read) -> DataFrame:
    """A query over the frames that ``read`` gives for its tables."""
    query = _Query(spark, read)
    rewritten = rewrite_sql(
        query.take_streams(text), names.catalog, names.schema, query.spell, query.aliases
    )
    return ConnectDataFrame(SQL(rewritten, [], {}, query.views), spark)


class _Query:
    """The views that stand for what a query reads. ``aliases`` are their names."""

    def __init__(self, spark: SparkSession, read: Read) -> None:
        self._spark = spark
        self._read = read
        self._tables: dict[TableName, str] = {}
        self.views: list[SubqueryAlias] = []
        self.aliases: list[str] = []

    def spell(self, name: TableName) -> str:
        """How a table that is read in batch is called."""
        if name not in self._tables:
            written = ["LIVE", name.table] if name.schema.lower() == "live" else list(name)
            frame = self._read(".".join(map(quote, written)), {}, streaming=False)
            self._tables[name] = self._view(frame)
        return self._tables[name]

    def take_streams(self, text: str) -> str:
        """``text`` with what is read as a stream, and what is loaded, replaced by its view."""
        return replace_tokens(text, lambda tokens, index: self._taken(text, tokens, index))

    def _taken(self, text: str, tokens: list[Token], index: int) -> tuple[int, str] | None:
        word = tokens[index].word
        if word == "READ_FILES" and _word(tokens, index + 1) == "(":
            end = _closing(tokens, index + 1)
            inside = text[tokens[index + 1].end : tokens[end].start]
            return end - index + 1, self._view(self._load(inside, streaming=False))
        if word != "STREAM" or not _may_be_read(tokens, index):
            return None
        wrapped = _word(tokens, index + 1) == "("
        first = index + 2 if wrapped else index + 1
        if _word(tokens, first) == "READ_FILES":
            end = _closing(tokens, first + 1)
            frame = self._load(text[tokens[first + 1].end : tokens[end].start], streaming=True)
        else:
            end = first
            while _word(tokens, end + 1) == ".":
                end += 2
            name = text[tokens[first].start : tokens[end].end]
            frame = self._read(name, {}, streaming=True)
        return end + wrapped - index + 1, self._view(frame)

    def _view(self, frame: DataFrame) -> str:
        alias = f"__source_{next(_numbers)}"
        self.views.append(SubqueryAlias(cast(Any, frame)._plan, alias))
        self.aliases.append(alias)
        return alias

    def _load(self, arguments: str, *, streaming: bool) -> DataFrame:
        """``read_files(path, name => value, …)`` through the readers of the session."""
        path, *rest = split(arguments)
        pairs = [re.split(r"\s*=>\s*", item, maxsplit=1) for item in rest]
        options = {name.strip("`").lower(): _value(value) for name, value in pairs}
        path, schema = _value(path), options.pop("schema", "")
        format_ = options.pop("format", "") or _guess(path)
        reader: Any = self._spark.readStream if streaming else self._spark.read
        if streaming:
            reader = reader.format("cloudFiles").option("cloudFiles.format", format_)
            options.setdefault("infercolumntypes", "true")
        else:
            reader = reader.format(format_)
            if format_ == "csv" and not schema:
                options.setdefault("inferschema", options.pop("infercolumntypes", "true"))
        for name, value in options.items():
            loader = streaming and name in _LOADER
            reader = reader.option(f"cloudFiles.{name}" if loader else name, value)
        return cast(DataFrame, (reader.schema(schema) if schema else reader).load(path))


def _may_be_read(tokens: list[Token], index: int) -> bool:
    """Whether STREAM stands where a relation may: not as a column or an alias."""
    before = _word(tokens, index - 1) if index else ""
    return before in ("FROM", "JOIN", ",", "(") and _is_start(tokens, index + 1)


def _is_start(tokens: list[Token], index: int) -> bool:
    return index < len(tokens) and (tokens[index].word == "(" or tokens[index].name is not None)


def _closing(tokens: list[Token], opening: int) -> int:
    depth = 0
    for index in range(opening, len(tokens)):
        depth += (tokens[index].word == "(") - (tokens[index].word == ")")
        if depth == 0:
            return index
    raise PipelineError("PARSE_SYNTAX_ERROR", "Syntax error at or near end of input.", "42601")


def _word(tokens: list[Token], index: int) -> str:
    return tokens[index].word if 0 <= index < len(tokens) else ""


def _value(text: str) -> str:
    text = text.strip()
    return unescape(text) if text[:1] in ("'", '"') else text


def _guess(path: str) -> str:
    found = _SUFFIX.search(path)
    if not found:
        raise PipelineError(
            "CF_MISSING_FORMAT", "The local workspace needs format => '…' in read_files.", "42000"
        )
    return {"txt": "text"}.get(found[1].lower(), found[1].lower())
