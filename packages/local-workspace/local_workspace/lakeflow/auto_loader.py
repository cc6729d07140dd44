"""Auto Loader: ``cloudFiles`` over Spark's file streams.

Rows of JSON and CSV files are first read as text by column name; then each column is cast to its
type. What does not cast, and what no column exists for, goes to the rescued data column: no value
is lost. The schema is inferred from the files, kept beside the checkpoint, and grows with them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.connect.session import SparkSession
from pyspark.sql.types import NullType, StringType, StructField, StructType

from local_workspace.catalog.column_ddl import type_ddl
from local_workspace.lakeflow import csv_files
from local_workspace.lakeflow.errors import PipelineError
from local_workspace.lakeflow.streams import MAX_FILE_AGE

RAW, CORRUPT, FILE = "__raw", "_corrupt_record", "__file"
_NATIVE = ("parquet", "text", "orc", "avro", "binaryfile")


@dataclass(frozen=True, slots=True)
class LoaderOptions:
    """The options of one read; ``reader`` are those of the file format."""

    format: str
    infer: bool
    hints: str
    evolution: str
    rescued: str
    partitions: tuple[str, ...]
    reader: dict[str, str]

    def flag(self, name: str) -> bool:
        return self.reader.get(name, "false").lower() == "true"


def read(
    spark: SparkSession, reader: Any, path: str, folder: Path, *, remember: bool, fresh: bool
) -> DataFrame:
    """A streaming frame of the files under ``path``. ``folder`` keeps the schema where it is to be
    remembered; a fresh read starts without it. Raises PipelineError where nothing can be read."""
    options = read_options(reader)
    files = _files(path)
    kept = folder / f"schema-{hashlib.sha256(path.encode()).hexdigest()[:12]}.json"
    known = None if fresh or not kept.exists() else _load_schema(kept)
    schema = _schema(spark, reader._schema, options, path, files, known)
    if remember:
        folder.mkdir(parents=True, exist_ok=True)
        kept.write_text(schema.json(), encoding="utf-8")
    if options.format in _NATIVE:
        return _native(spark, path, schema, options)
    raw = (
        _raw_json(spark, path, options)
        if options.format == "json"
        else csv_files.read_raw(spark, path, files, options.reader, options.partitions)
    )
    return typed(raw, schema, options)


def read_options(reader: Any) -> LoaderOptions:
    """Reads ``cloudFiles.*`` without regard to case. Raises PipelineError without a format."""
    given = {key.lower(): str(value) for key, value in reader._options.items()}
    cloud = {
        key.removeprefix("cloudfiles."): value
        for key, value in given.items()
        if key.startswith("cloudfiles.")
    }
    if "format" not in cloud:
        raise PipelineError(
            "CF_MISSING_FORMAT",
            "Please provide the source file format using the option cloudFiles.format.",
            "42000",
        )
    if "schemalocation" in cloud:
        raise PipelineError(
            "CF_SCHEMA_LOCATION_IN_PIPELINE",
            "cloudFiles.schemaLocation is managed by the pipeline: do not set it.",
            "42000",
        )
    explicit = bool(reader._schema)
    plain = {key: value for key, value in reader._options.items() if "." not in key}
    rescued = given.get("rescueddatacolumn", cloud.get("rescueddatacolumn", ""))
    return LoaderOptions(
        cloud["format"].lower(),
        cloud.get("infercolumntypes", "false").lower() == "true",
        cloud.get("schemahints", ""),
        cloud.get("schemaevolutionmode", "none" if explicit else "addNewColumns"),
        rescued or ("" if explicit else "_rescued_data"),
        tuple(
            name.strip() for name in cloud.get("partitioncolumns", "").split(",") if name.strip()
        ),
        {key: str(value) for key, value in plain.items() if key.lower() != "rescueddatacolumn"},
    )


def typed(raw: DataFrame, schema: StructType, options: LoaderOptions) -> DataFrame:
    """Columns of ``schema`` from the texts in ``RAW``; with the rescued data column, if there is
    one, all that found no place."""
    partitions = [column.name for column in schema.fields if column.name in raw.columns]
    columns = [column for column in schema.fields if column.name not in partitions]
    frame = raw.withColumns({f"__{i}": _cast(column) for i, column in enumerate(columns)})
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


def _cast(column: StructField) -> Column:
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
    found = F.col(f"__{index}")
    broken = found.isNull()
    if isinstance(column.dataType, StructType):
        broken = broken | found.getField(CORRUPT).isNotNull()
    return F.when(broken, F.lit(column.name))


def _raw_json(spark: SparkSession, path: str, options: LoaderOptions) -> DataFrame:
    """One row for each JSON object; a line that is none is kept under ``CORRUPT``."""
    whole = options.flag("multiLine")
    schema = StructType([StructField("value", StringType())])
    for name in options.partitions:
        schema = schema.add(name, StringType())
    reader = spark.readStream.schema(schema).options(wholetext=whole, maxFileAge=MAX_FILE_AGE)
    text = reader.option("recursiveFileLookup", str(not options.partitions).lower()).text(path)
    rows = text.where(F.trim("value") != "")
    if whole:
        many = F.from_json("value", "array<string>")
        one = F.when(F.ltrim("value").startswith("["), many).otherwise(F.array("value"))
        rows = rows.withColumn("value", F.explode(one))
    parsed = F.from_json("value", "map<string,string>")
    corrupt = F.create_map(F.lit(CORRUPT), F.col("value"))
    return rows.select(
        F.coalesce(parsed, corrupt).alias(RAW),
        F.col("_metadata.file_path").alias(FILE),
        *options.partitions,
    )


def _native(
    spark: SparkSession, path: str, schema: StructType, options: LoaderOptions
) -> DataFrame:
    reader = spark.readStream.format(options.format).schema(schema)
    reader = reader.options(**options.reader, maxFileAge=MAX_FILE_AGE)
    if not options.partitions:
        reader = reader.option("recursiveFileLookup", "true")
    frame: DataFrame = reader.load(path)
    if options.rescued:
        frame = frame.withColumn(options.rescued, F.lit(None).cast("string"))
    return frame


def _schema(
    spark: SparkSession,
    explicit: Any,
    options: LoaderOptions,
    path: str,
    files: list[Path],
    known: StructType | None,
) -> StructType:
    if explicit:
        return _parse(spark, str(explicit))
    if not files and known is None:
        raise PipelineError(
            "CF_EMPTY_DIR_FOR_SCHEMA_INFERENCE",
            f"Cannot infer schema when the input path `{path}` is empty. Please try to start the "
            "stream when there are files in the input path, or specify the schema.",
            "42000",
        )
    hints = _parse(spark, options.hints) if options.hints else StructType()
    found = _infer(spark, options, path, files) if files else StructType()
    merged = merge(known, found, hints, options.evolution)
    return _with_partitions(merged, options.partitions)


def merge(
    known: StructType | None, found: StructType, hints: StructType, evolution: str
) -> StructType:
    """The columns so far with their types, then the new ones; hints decide the types.

    Raises PipelineError where ``evolution`` is ``failOnNewColumns`` and there are new ones.
    """
    columns = {column.name.lower(): column for column in (known or found).fields}
    new = [column for column in found.fields if column.name.lower() not in columns]
    if known is not None and new and evolution.lower() == "failonnewcolumns":
        raise PipelineError(
            "UNKNOWN_FIELD_EXCEPTION.NEW_FIELDS_IN_FILE",
            "Encountered unknown fields during parsing: "
            f"{', '.join(column.name for column in new)}.",
            "KD003",
        )
    if evolution.lower().startswith("addnewcolumns"):
        columns |= {column.name.lower(): column for column in new}
    for hint in hints.fields:
        spelled = columns.get(hint.name.lower(), hint).name
        columns[hint.name.lower()] = StructField(spelled, hint.dataType)
    return StructType(list(columns.values()))


def _infer(spark: SparkSession, options: LoaderOptions, path: str, files: list[Path]) -> StructType:
    reader = spark.read.options(**options.reader)
    if options.format == "json":
        found = reader.option("recursiveFileLookup", "true").json(path).schema
    elif options.format == "csv":
        found = csv_files.infer(spark, files, options.reader, types=options.infer)
    else:
        native = reader.option("recursiveFileLookup", "true").option("mergeSchema", "true")
        return native.format(options.format).load(path).schema
    return StructType([_inferred(column, types=options.infer) for column in _unique(found)])


def _unique(found: StructType) -> list[StructField]:
    """Without the corrupt record, and without columns that differ in case only."""
    unique = {column.name.lower(): column for column in reversed(found.fields)}
    names = {column.name for column in unique.values()} - {CORRUPT}
    return [column for column in found.fields if column.name in names]


def _inferred(column: StructField, *, types: bool) -> StructField:
    untyped = not types or isinstance(column.dataType, NullType)
    return StructField(column.name, StringType() if untyped else column.dataType)


def _with_partitions(schema: StructType, partitions: tuple[str, ...]) -> StructType:
    named = {column.name.lower() for column in schema.fields}
    missing = [name for name in partitions if name.lower() not in named]
    return StructType([*schema.fields, *(StructField(name, StringType()) for name in missing)])


def _parse(spark: SparkSession, ddl: str) -> StructType:
    if ddl.lstrip().startswith("{"):
        return StructType.fromJson(json.loads(ddl))
    parsed = spark._parse_ddl(ddl)
    return cast(StructType, parsed)


def _load_schema(path: Path) -> StructType:
    return StructType.fromJson(json.loads(path.read_text(encoding="utf-8")))


def _files(path: str) -> list[Path]:
    root = Path(path)
    if any(mark in path for mark in "*?["):
        found = list(Path("/").glob(path.lstrip("/")))
    else:
        found = list(root.rglob("*")) if root.is_dir() else [root] if root.exists() else []
    return sorted(file for file in found if file.is_file() and file.name[0] not in "._")
