"""JSON files: each object as a map from its keys to text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql.connect import functions as F
from pyspark.sql.connect.session import SparkSession
from pyspark.sql.types import ArrayType, DataType, StringType, StructField, StructType

from local_workspace.file_formats.options import FileOptions

RAW, CORRUPT, FILE = "__raw", "_corrupt_record", "__file"


def read_raw(reader: Any, path: str, _files: Sequence[Path], options: FileOptions) -> DataFrame:
    """One row for each JSON object; a line that is none is kept under ``CORRUPT``."""
    whole = options.flag("multiLine")
    schema = StructType([StructField("value", StringType())])
    for name in options.partitions:
        schema = schema.add(name, StringType())
    lookup = str(not options.partitions).lower()
    reader = reader.schema(schema).option("recursiveFileLookup", lookup)
    rows = reader.text(path, wholetext=whole).where(F.trim("value") != "")
    if whole:
        many = F.from_json("value", "array<string>")
        one = F.when(F.ltrim("value").startswith("["), many).otherwise(F.array("value"))
        rows = rows.withColumn("value", F.explode(one))
    parsed = F.from_json("value", "map<string,string>")
    corrupt = F.create_map(F.lit(CORRUPT), F.col("value"))
    frame: DataFrame = rows.select(
        F.coalesce(parsed, corrupt).alias(RAW),
        F.col("_metadata.file_path").alias(FILE),
        *options.partitions,
    )
    return frame


def infer(spark: SparkSession, path: str, options: FileOptions) -> StructType:
    """The columns of all files. Names that differ in case only are one column: the first."""
    lookup = str(not options.partitions).lower()
    reader = spark.read.options(**options.reader).option("recursiveFileLookup", lookup)
    kept = spark.conf.get("spark.sql.caseSensitive")
    spark.conf.set("spark.sql.caseSensitive", "true")
    try:
        found = reader.json(path).schema
    finally:
        spark.conf.set("spark.sql.caseSensitive", str(kept))
    return _unique(found)


def _unique(found: StructType) -> StructType:
    """Without the corrupt record, and without names that differ in case only, at all depths."""
    fields: dict[str, StructField] = {}
    for field in found.fields:
        if field.name != CORRUPT:
            kept = StructField(field.name, _unique_below(field.dataType))
            fields.setdefault(field.name.lower(), kept)
    return StructType(list(fields.values()))


def _unique_below(kind: DataType) -> DataType:
    if isinstance(kind, StructType):
        return _unique(kind)
    if isinstance(kind, ArrayType):
        return ArrayType(_unique_below(kind.elementType))
    return kind
