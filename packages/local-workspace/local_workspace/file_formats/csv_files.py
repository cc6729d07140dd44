"""CSV files: each row as a map from the names in its own file's header to text."""

from __future__ import annotations

import bz2
import csv
import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from pyspark.sql import Column, DataFrame
from pyspark.sql.connect import functions as F
from pyspark.sql.connect.session import SparkSession
from pyspark.sql.types import StringType, StructField, StructType

from local_workspace.file_formats.options import FileOptions

RAW, FILE = "__raw", "__file"
_SPARE = 4
"""Columns beyond the longest header that are still seen, to be rescued."""

_OPENERS = {".gz": gzip.open, ".bz2": bz2.open}


def read_raw(reader: Any, path: str, files: Sequence[Path], options: FileOptions) -> DataFrame:
    """Maps from column name to text, a row each. Empty values are NULL."""
    headers = {str(file): read_header(file, options) for file in files}
    width = max((len(header) for header in headers.values()), default=0) + _SPARE
    names = [f"__c{index}" for index in range(width)]
    schema = StructType([StructField(name, StringType()) for name in [*names, *options.partitions]])
    given = _spark_options(options)
    reader = reader.schema(schema).options(**given)
    rows = reader.option("recursiveFileLookup", str(not options.partitions).lower()).csv(path)
    rows = _without_titles(rows, files, names, options)
    values = F.map_from_arrays(_header_of(headers, width), F.array(*names))
    return rows.select(
        values.alias(RAW), F.col("_metadata.file_path").alias(FILE), *options.partitions
    )


def infer(
    spark: SparkSession, files: Sequence[Path], options: FileOptions, *, types: bool
) -> StructType:
    """The columns of all files by name; with types as Spark infers them, where files agree."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for file in files:
        groups.setdefault(tuple(read_header(file, options)), []).append(str(file))
    columns: dict[str, StructField] = {}
    for header, paths in groups.items():
        reader = spark.read.options(**_spark_options(options))
        found = reader.option("inferSchema", "true").csv(paths).schema if types else None
        for index, name in enumerate(header):
            typed = found is not None and index < len(found.fields)
            kind = found.fields[index].dataType if found is not None and typed else StringType()
            known = columns.setdefault(name, StructField(name, kind))
            if known.dataType != kind:
                columns[name] = StructField(name, StringType())
    return StructType(list(columns.values()))


def read_header(file: Path, options: FileOptions) -> list[str]:
    """The names in the first line that is not skipped, as Spark makes them unique; without a
    header ``_c0``, ``_c1``, …"""
    lines = _content(file, options)
    first = next(csv.reader(lines, **_parser(options)), [])
    if not options.flag("header"):
        return [f"_c{index}" for index in range(len(first))]
    names = [name.strip() if _trims(options) else name for name in first]
    lower = [name.lower() for name in names]
    return [
        f"_c{index}" if not name else f"{name}{index}" if lower.count(name.lower()) > 1 else name
        for index, name in enumerate(names)
    ]


def _spark_options(options: FileOptions) -> dict[str, str]:
    """Without what Spark lacks; lines that are skipped are filtered, the header with them."""
    skipped = ("skiprows", "header") if _skipped(options) else ("skiprows",)
    return {name: value for name, value in options.reader.items() if name.lower() not in skipped}


def _skipped(options: FileOptions) -> int:
    return int(options.get("skipRows", "0"))


def _without_titles(
    rows: DataFrame, files: Sequence[Path], names: Sequence[str], options: FileOptions
) -> DataFrame:
    """Without the lines that are skipped, and the header below them."""
    count = _skipped(options)
    if not count:
        return rows
    ddl = ", ".join(f"{name} STRING" for name in names)
    plain = _spark_options(options)
    titles: dict[tuple[str, ...], list[str]] = {}
    for file in files:
        titles.setdefault(tuple(_titles(file, options, count)), []).append(quote(str(file)))
    path = F.regexp_replace("_metadata.file_path", "^file:/+", "/")
    for lines, paths in titles.items():
        for line in lines:
            title = F.from_csv(F.lit(line), ddl, plain)
            here = path.isin(paths) & F.struct(*names).eqNullSafe(title)
            rows = rows.where(~here)
    return rows


def _titles(file: Path, options: FileOptions, count: int) -> list[str]:
    with _open(file, options) as lines:
        head = [next(lines, "").rstrip("\r\n") for _ in range(count)]
        if options.flag("header"):
            head.append(next(filter(str.strip, lines), "").rstrip("\r\n"))
    return [line for line in head if line.strip()]


def _content(file: Path, options: FileOptions) -> Iterator[str]:
    """The lines behind those that are skipped, without comments and blank ones."""
    comment, separator = options.get("comment"), _separator(options)
    with _open(file, options) as lines:
        for _ in range(_skipped(options)):
            next(lines, "")
        for number, line in enumerate(lines):
            line = line.removeprefix("\ufeff") if number == 0 else line
            if line.strip() and not (comment and line.startswith(comment)):
                yield line.replace(separator, "\x1f") if len(separator) > 1 else line


def _open(file: Path, options: FileOptions) -> IO[str]:
    encoding = options.get("encoding", options.get("charset", "utf-8"))
    opened = _OPENERS.get(file.suffix, open)
    return opened(file, "rt", encoding=encoding, errors="replace", newline="")  # type: ignore[operator, no-any-return]


def _separator(options: FileOptions) -> str:
    return options.get("sep", options.get("delimiter", ",")).replace("\\t", "\t")


def _parser(options: FileOptions) -> dict[str, Any]:
    separator, mark = _separator(options), options.get("quote", '"')
    quoting: dict[str, Any] = {"quotechar": mark} if mark else {"quoting": csv.QUOTE_NONE}
    return {
        "delimiter": separator if len(separator) == 1 else "\x1f",
        "skipinitialspace": _trims(options),
        **quoting,
    }


def _trims(options: FileOptions) -> bool:
    return options.flag("ignoreLeadingWhiteSpace")


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
