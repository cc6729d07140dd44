"""Tables as Spark has them: folders of Parquet files, registered in its catalog by name.

Spark's catalog is kept in memory. The metastore is the truth; Spark is told again at each start.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pyspark.sql.connect.session import SparkSession
from pyspark.sql.types import StructType

from local_workspace.catalog.column_ddl import type_ddl
from local_workspace.catalog.metastore import ColumnInfo, Metastore, Schema, Table
from local_workspace.catalog.names import literal, quote, spark_name, spark_schema

REGISTER_AT_ONCE = 4


VIEW_TEXT = "spark.view"
"""The property that holds a view's query in Spark's own names."""


def new_folder(home: Path, table_id: str) -> Path:
    """Where the next files of a managed table go; not there yet. Earlier ones stay, for who is
    reading them."""
    folder = _folder(home, table_id)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"data-{len(list(folder.iterdir())) + 1}"


def register_schema(spark: SparkSession, schema: Schema) -> None:
    spark.sql(f"CREATE DATABASE IF NOT EXISTS {quote(spark_schema(schema.catalog, schema.name))}")


def register(spark: SparkSession, table: Table) -> None:
    """Tells Spark of a table or a view, in place of what it knew under that name."""
    name = spark_name(table.full_name)
    if table.table_type == "VIEW":
        spark.sql(f"CREATE OR REPLACE VIEW {name} AS {table.properties[VIEW_TEXT]}")
        return
    forget(spark, table)
    format_ = "parquet" if table.data_source_format == "DELTA" else table.data_source_format
    spark.sql(
        f"CREATE TABLE {name} ({table.ddl}) USING {format_} LOCATION {literal(table.location)}"
    )


def forget(spark: SparkSession, table: Table) -> None:
    """Spark's catalog loses the table; its files stay."""
    kind = "VIEW" if table.table_type == "VIEW" else "TABLE"
    spark.sql(f"DROP {kind} IF EXISTS {spark_name(table.full_name)}")


def remove_files(home: Path, table: Table) -> None:
    shutil.rmtree(_folder(home, table.table_id), ignore_errors=True)


def size_of(home: Path, table: Table) -> tuple[int, int]:
    """How many files the table has, and their bytes."""
    sizes = [file.stat().st_size for file in _folder(home, table.table_id).rglob("*.parquet")]
    return len(sizes), sum(sizes)


def register_all(metastore: Metastore, spark: SparkSession) -> None:
    """Tells a new Spark of every schema, table and view. Views come last, oldest first, since a
    view may read another."""
    for schema in metastore.schemas():
        register_schema(spark, schema)
    tables = metastore.tables()
    views = [table for table in tables if table.table_type == "VIEW"]
    files = [table for table in tables if table.table_type != "VIEW" and table.location]
    with ThreadPoolExecutor(REGISTER_AT_ONCE) as pool:
        list(pool.map(lambda table: register(spark, table), files))
    for view in sorted(views, key=lambda table: table.created_at):
        register(spark, view)


def columns_of(schema: StructType) -> tuple[ColumnInfo, ...]:
    """Spark's columns as the metastore keeps them."""
    return tuple(
        ColumnInfo(
            item.name,
            type_ddl(item.dataType),
            item.nullable,
            (item.metadata or {}).get("comment", ""),
        )
        for item in schema.fields
    )


def with_comments(
    columns: Iterable[ColumnInfo], comments: dict[str, str]
) -> tuple[ColumnInfo, ...]:
    return tuple(
        ColumnInfo(item.name, item.type, item.nullable, comments.get(item.name, item.comment))
        for item in columns
    )


def _folder(home: Path, table_id: str) -> Path:
    return home / "tables" / table_id
