"""Rows of files, with the rescued data column.

Rows of JSON, CSV and Avro files are first read as text by column name; then each column is cast to
its type. What does not cast, and what no column exists for, goes to the rescued data column: no
value is lost.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql.connect import functions as F
from pyspark.sql.connect.session import SparkSession
from pyspark.sql.types import StringType, StructField, StructType

from local_workspace.catalog.column_ddl import type_ddl
from local_workspace.file_formats import avro_files, csv_files, json_files
from local_workspace.file_formats.options import FileOptions

RAW, CORRUPT, FILE = "__raw", "_corrupt_record", "__file"
NATIVE = ("parquet", "text", "orc", "binaryfile")
_READERS = {
    "json": json_files.read_raw,
    "csv": csv_files.read_raw,
    "avro": avro_files.read_raw,
}
MAX_FILE_AGE = "36500d"
"""Spark's file streams forget and skip files that are older than this; a table has no such age."""


def read(
    spark: SparkSession,
    path: str,
    schema: StructType,
    options: FileOptions,
    *,
    streaming: bool,
) -> DataFrame:
    """The rows of the files at ``path`` with the columns of ``schema``, as a stream or at once."""
    reader = spark.readStream.option("maxFileAge", MAX_FILE_AGE) if streaming else spark.read
    if options.format in NATIVE:
        return _native(reader, path, schema, options)
    rows = _READERS[options.format](reader, path, files_at(path), options)
    if options.get("readerCaseSensitive", "true").lower() == "false":
        rows = _spelled(rows, schema)
    return typed(rows, schema, options)


def _spelled(raw: DataFrame, schema: StructType) -> DataFrame:
    """With the names of ``schema`` for those that differ from them in case only."""
    spellings = [text for name in schema.names for text in (name.lower(), name)]
    known = F.create_map(*map(F.lit, spellings))
    spelled = F.transform_keys(RAW, lambda key, _: F.coalesce(known[F.lower(key)], key))
    return raw.withColumn(RAW, spelled)


def files_at(path: str) -> list[Path]:
    """The files of a folder or of a pattern, without the hidden ones."""
    root = Path(path)
    if any(mark in path for mark in "*?[{\\"):
        found = [file for pattern in _alternatives(path) for file in _matching(pattern)]
    else:
        found = list(root.rglob("*")) if root.is_dir() else [root] if root.exists() else []
    return sorted({file for file in found if file.is_file() and file.name[0] not in "._"})


def _alternatives(pattern: str) -> list[str]:
    """``a{b,c}`` as ``ab`` and ``ac``."""
    start, end = pattern.find("{"), pattern.find("}")
    if start < 0 or end < start:
        return [pattern]
    inner = pattern[start + 1 : end].split(",")
    return [f"{pattern[:start]}{one}{pattern[end + 1 :]}" for one in inner]


def _matching(pattern: str) -> list[Path]:
    """A backslash takes a mark as it is, as in Hadoop's patterns."""
    marks = {f"\\{mark}": f"[{mark}]" for mark in "*?[]{}"}
    for escaped, plain in marks.items():
        pattern = pattern.replace(escaped, plain)
    return list(Path("/").glob(pattern.lstrip("/")))


def typed(raw: DataFrame, schema: StructType, options: FileOptions) -> DataFrame:
    """Columns of ``schema`` from the texts in ``RAW``; with the rescued data column, if there is
    one, all that found no place."""
    partitions = [column.name for column in schema.fields if column.name in raw.columns]
    columns = [column for column in schema.fields if column.name not in partitions]
    casts = {f"__{i}": _cast(column, options) for i, column in enumerate(columns)}
    frame = raw.withColumns(casts) if casts else raw
    values = [
        _value(column, F.col(f"__{i}")).alias(column.name) for i, column in enumerate(columns)
    ]
    tail = [
        F.expr(f"try_cast(`{name}` AS {type_ddl(schema[name].dataType)})").alias(name)
        for name in partitions
    ]
    if options.rescued:
        tail.append(_rescued(columns).alias(options.rescued))
    return frame.select(*values, *tail)


def _cast(column: StructField, options: FileOptions) -> Column:
    text = F.col(RAW).getItem(column.name)
    kind = column.dataType
    if isinstance(kind, StringType):
        return text
    if isinstance(kind, StructType):
        return F.from_json(text, StructType([*kind.fields, StructField(CORRUPT, StringType())]))
    if kind.typeName() in ("array", "map"):
        return F.from_json(text, type_ddl(kind))
    if kind.typeName() == "variant":
        return F.try_parse_json(text)
    if kind.typeName() == "binary" and options.format != "csv":
        return F.unbase64(text)
    return text.try_cast(kind)


def _value(column: StructField, found: Column) -> Column:
    return found.dropFields(CORRUPT) if isinstance(column.dataType, StructType) else found


def _rescued(columns: list[StructField]) -> Column:
    """``{"column": "text", "_file_path": …}`` of what did not fit; NULL where all did."""
    names = F.array(*(F.lit(column.name) for column in columns)).cast("array<string>")
    failed = F.array_compact(
        F.array(*(_failed(i, column) for i, column in enumerate(columns))).cast("array<string>")
    )
    left = F.map_filter(
        RAW,
        lambda key, value: (
            value.isNotNull() & (~F.array_contains(names, key) | F.array_contains(failed, key))
        ),
    )
    path = F.create_map(F.lit("_file_path"), F.col(FILE))
    return F.when(F.size(left) > 0, F.to_json(F.map_concat(left, path)))


def _failed(index: int, column: StructField) -> Column:
    if isinstance(column.dataType, StringType):
        return F.lit(None).cast("string")
    found = F.col(f"__{index}")
    broken = found.isNull()
    if isinstance(column.dataType, StructType):
        broken = broken | found.getField(CORRUPT).isNotNull() | _has_others(column)
    return F.when(broken, F.lit(column.name))


def _has_others(column: StructField) -> Column:
    """Whether an object has keys that its column has no field for."""
    keys = F.map_keys(F.from_json(F.col(RAW).getItem(column.name), "map<string,string>"))
    names = F.array(*(F.lit(name) for name in column.dataType.names))  # type: ignore[attr-defined]
    return F.coalesce(F.size(F.array_except(keys, names)) > 0, F.lit(False))


def _native(reader: Any, path: str, schema: StructType, options: FileOptions) -> DataFrame:
    reader = reader.format(options.format).schema(schema).options(**options.reader)
    if not options.partitions:
        reader = reader.option("recursiveFileLookup", "true")
    frame: DataFrame = reader.load(path)
    if options.rescued:
        frame = frame.withColumn(options.rescued, F.lit(None).cast("string"))
    return frame
