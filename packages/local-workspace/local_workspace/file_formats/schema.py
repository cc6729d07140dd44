"""Which columns files have: found in them, then given by hints, and grown with new files."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import cast

from pyspark.sql.connect.session import SparkSession
from pyspark.sql.types import (
    DateType,
    IntegerType,
    NullType,
    StringType,
    StructField,
    StructType,
)

from local_workspace.file_formats import avro_files, csv_files, json_files
from local_workspace.file_formats.options import FileOptions


def find_schema(
    spark: SparkSession, path: str, files: list[Path], options: FileOptions
) -> StructType:
    """The columns of the files, then those of partitions: text, unless types are inferred.

    https://docs.databricks.com/ingestion/cloud-object-storage/auto-loader/schema.html
    """
    partitions = [_partition(name, files, options) for name in options.partitions]
    return StructType([*_own_columns(spark, path, files, options), *partitions])


def _own_columns(
    spark: SparkSession, path: str, files: list[Path], options: FileOptions
) -> list[StructField]:
    if options.format == "json":
        found = json_files.infer(spark, path, options)
    elif options.format == "csv":
        found = csv_files.infer(spark, files, options, types=options.infer)
    elif options.format == "avro":
        own = avro_files.infer(files).fields
        return [field for field in own if field.name not in options.partitions]
    else:
        native = spark.read.options(**options.reader).option("mergeSchema", "true")
        lookup = str(not options.partitions).lower()
        native = native.format(options.format).option("recursiveFileLookup", lookup)
        own = native.load(path).schema.fields
        return [field for field in own if field.name not in options.partitions]
    own = [field for field in found.fields if field.name not in options.partitions]
    return [_inferred(column, types=options.infer) for column in own]


def _partition(name: str, files: list[Path], options: FileOptions) -> StructField:
    folders = (folder for file in files for folder in file.parts if folder.startswith(f"{name}="))
    values = {folder.partition("=")[2] for folder in folders}
    if options.infer and values and all(re.fullmatch(r"-?\d{1,9}", value) for value in values):
        return StructField(name, IntegerType())
    if options.infer and values and all(map(_is_day, values)):
        return StructField(name, DateType())
    return StructField(name, StringType())


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == len("2024-01-31")


def merge(
    known: StructType | None, found: StructType, options: FileOptions, hints: StructType
) -> tuple[StructType, list[str]]:
    """The columns so far with their types, then the new ones; hints decide the types. The names
    of columns that are new come second."""
    columns = {column.name.lower(): column for column in (known or found).fields}
    new = [column for column in found.fields if column.name.lower() not in columns]
    if options.evolution.lower().startswith("addnewcolumns"):
        columns |= {column.name.lower(): column for column in new}
    for hint in hints.fields:
        spelled = columns.get(hint.name.lower(), hint).name
        columns[hint.name.lower()] = StructField(spelled, hint.dataType)
    merged = StructType(list(columns.values()))
    return merged, [column.name for column in new] if known is not None else []


def parse(spark: SparkSession, ddl: str) -> StructType:
    if not ddl.strip():
        return StructType()
    if ddl.lstrip().startswith("{"):
        return StructType.fromJson(json.loads(ddl))
    return cast(StructType, spark._parse_ddl(ddl))


def _inferred(column: StructField, *, types: bool) -> StructField:
    untyped = not types or isinstance(column.dataType, NullType)
    return StructField(column.name, StringType() if untyped else column.dataType)
