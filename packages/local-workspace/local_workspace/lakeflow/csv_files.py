"""CSV files for Auto Loader: each row as a map from the names in its own file's header."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.connect.session import SparkSession
from pyspark.sql.types import StringType, StructField, StructType

from local_workspace.lakeflow.streams import MAX_FILE_AGE

RAW, FILE = "__raw", "__file"
_SPARE = 4
"""Columns beyond the longest header that are still seen, to be rescued."""


def read_raw(
    spark: SparkSession,
    path: str,
    files: Sequence[Path],
    options: dict[str, str],
    partitions: Sequence[str],
) -> DataFrame:
    """A streaming frame of maps from column name to text. Empty values are NULL."""
    headers = {str(file): read_header(file, options) for file in files}
    width = max((len(header) for header in headers.values()), default=0) + _SPARE
    names = [f"__c{index}" for index in range(width)]
    schema = StructType([StructField(name, StringType()) for name in [*names, *partitions]])
    reader = spark.readStream.schema(schema).options(**options, maxFileAge=MAX_FILE_AGE)
    rows = reader.option("recursiveFileLookup", str(not partitions).lower()).csv(path)
    header = _header_of(headers, width)
    values = F.map_from_arrays(header, F.array(*names))
    return rows.select(values.alias(RAW), F.col("_metadata.file_path").alias(FILE), *partitions)


def infer(
    spark: SparkSession, files: Sequence[Path], options: dict[str, str], *, types: bool
) -> StructType:
    """The columns of all files by name; with types as Spark infers them, where files agree."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for file in files:
        groups.setdefault(tuple(read_header(file, options)), []).append(str(file))
    columns: dict[str, StructField] = {}
    for header, paths in groups.items():
        reader = spark.read.options(**options).option("inferSchema", str(types).lower())
        found = reader.csv(paths).schema if types else None
        for index, name in enumerate(header):
            typed = found is not None and index < len(found.fields)
            kind = found.fields[index].dataType if found is not None and typed else StringType()
            known = columns.setdefault(name, StructField(name, kind))
            if known.dataType != kind:
                columns[name] = StructField(name, StringType())
    return StructType(list(columns.values()))


def read_header(file: Path, options: dict[str, str]) -> list[str]:
    """The names in the first line; without a header ``_c0``, ``_c1``, …"""
    given = {key.lower(): value for key, value in options.items()}
    separator = given.get("sep", given.get("delimiter", ",")).replace("\\t", "\t")
    encoding = given.get("encoding", given.get("charset", "utf-8"))
    with file.open(encoding=encoding, errors="replace", newline="") as lines:
        first = next(csv.reader(lines, delimiter=separator, quotechar=given.get("quote", '"')), [])
    if given.get("header", "false").lower() != "true":
        return [f"_c{index}" for index in range(len(first))]
    return [name.lstrip("\ufeff").strip() or f"_c{index}" for index, name in enumerate(first)]


def _header_of(headers: dict[str, list[str]], width: int) -> Column:
    """The names of a row's columns, by the file that it comes from."""
    distinct = {tuple(header) for header in headers.values()}
    if len(distinct) <= 1:
        return _names(next(iter(distinct), ()), width)
    plain = F.regexp_replace("_metadata.file_path", "^file:/+", "/")
    column: Column = _names(max(distinct, key=len), width)
    for header in distinct:
        files = [quote(file) for file, found in headers.items() if tuple(found) == header]
        column = F.when(plain.isin(files), _names(header, width)).otherwise(column)
    return column


def _names(header: Sequence[str], width: int) -> Column:
    padded = [*header, *(f"_c{index}" for index in range(len(header), width))]
    return F.array(*map(F.lit, padded))
