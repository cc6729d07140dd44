"""Avro files: each record as a map from its fields to text.

Spark's own reader is a module that is not in its package. The types are those that it would give:
https://spark.apache.org/docs/latest/sql-data-sources-avro.html#supported-types-for-avro---spark-sql-conversion
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import fastavro
from pyspark.sql import Column, DataFrame
from pyspark.sql.connect import functions as F
from pyspark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    MapType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
)

from local_workspace.file_formats.options import FileOptions

RAW, FILE = "__raw", "__file"
_RECORDS = ArrayType(MapType(StringType(), StringType()))
_FILE = "path STRING, modificationTime TIMESTAMP, length BIGINT, content BINARY"
_PRIMITIVES: dict[str, DataType] = {
    "boolean": BooleanType(),
    "int": IntegerType(),
    "long": LongType(),
    "float": FloatType(),
    "double": DoubleType(),
    "bytes": BinaryType(),
    "fixed": BinaryType(),
}
_LOGICAL: dict[str, DataType] = {
    "date": DateType(),
    "uuid": StringType(),
    "timestamp-millis": TimestampType(),
    "timestamp-micros": TimestampType(),
    "local-timestamp-millis": TimestampNTZType(),
    "local-timestamp-micros": TimestampNTZType(),
}
_WIDER = (("int", "long", LongType()), ("float", "double", DoubleType()))


def read_raw(reader: Any, path: str, _files: Sequence[Path], options: FileOptions) -> DataFrame:
    """One row for each record."""
    partitions = "".join(f", `{name}` STRING" for name in options.partitions)
    reader = reader.format("binaryFile").schema(_FILE + partitions)
    lookup = str(not options.partitions).lower()
    files = reader.option("recursiveFileLookup", lookup).load(path)
    frame: DataFrame = files.select(
        F.explode(_records(F.col("content"))).alias(RAW),
        F.col("_metadata.file_path").alias(FILE),
        *options.partitions,
    )
    return frame


def infer(files: Sequence[Path]) -> StructType:
    """The columns of all files by name, of the type that the first file with them has."""
    columns: dict[str, StructField] = {}
    for file in files:
        with file.open("rb") as content:
            schema = fastavro.reader(content).writer_schema
        for field in _struct(schema, {}).fields:
            columns.setdefault(field.name, field)
    return StructType(list(columns.values()))


def _records(content: Column) -> Column:
    # Told whether by Arrow, since a session would be asked, which the thread need not have.
    read: Any = F.udf(texts_of, _RECORDS, useArrow=False)
    found: Column = read(content)
    return found


# ── Values ───────────────────────────────────────────────────────────────────────────────────


def texts_of(content: bytes) -> list[dict[str, str | None]]:
    """The records of one file; values as text that Spark casts to the type of their column."""
    # Spark has no type for a time of day and reads the number.
    for counted in ("int-time-millis", "long-time-micros"):
        fastavro.read.LOGICAL_READERS.pop(counted, None)
    records: Iterator[Any] = fastavro.reader(io.BytesIO(bytes(content)))
    return [{name: _text(value) for name, value in record.items()} for record in records]


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, dict | list):
        return json.dumps(value, default=_text, ensure_ascii=False)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


# ── Types ────────────────────────────────────────────────────────────────────────────────────


def _type(schema: Any, known: dict[str, Any]) -> DataType:
    """``known`` are the named types so far. A union of several kinds is text."""
    if isinstance(schema, list):
        return _union([kind for kind in schema if kind != "null"], known)
    if isinstance(schema, str):
        found = known.get(schema)
        return _type(found, known) if found else _PRIMITIVES.get(schema, StringType())
    if "name" in schema:
        known[schema["name"]] = schema
    logical = schema.get("logicalType")
    if logical == "decimal":
        return DecimalType(schema["precision"], schema.get("scale", 0))
    if logical in _LOGICAL:
        return _LOGICAL[logical]
    match schema["type"]:
        case "record":
            return _struct(schema, known)
        case "array":
            return ArrayType(_type(schema["items"], known))
        case "map":
            return MapType(StringType(), _type(schema["values"], known))
        case kind:
            return (
                _PRIMITIVES.get(kind, StringType()) if isinstance(kind, str) else _type(kind, known)
            )


def _union(kinds: list[Any], known: dict[str, Any]) -> DataType:
    if len(kinds) == 1:
        return _type(kinds[0], known)
    wider = (kind for *both, kind in _WIDER if set(map(str, kinds)) == set(both))
    return next(wider, StringType())


def _struct(schema: Any, known: dict[str, Any]) -> StructType:
    fields = schema["fields"]
    return StructType([StructField(field["name"], _type(field["type"], known)) for field in fields])
