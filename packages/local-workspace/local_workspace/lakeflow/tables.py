"""The tables of a pipeline: Parquet files in folders of ours, registered with the metastore.

A table that is rewritten gets a new folder and is pointed at it in one step, so that a reader sees
the old rows or the new ones.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Set
from dataclasses import replace
from pathlib import Path
from typing import cast
from urllib.parse import quote

from pyspark.sql.connect.session import SparkSession
from pyspark.sql.types import StructField, StructType

from local_workspace.catalog.column_ddl import split_name, type_ddl
from local_workspace.catalog.functions import find_function
from local_workspace.catalog.metastore import (
    ColumnInfo,
    Constraint,
    Metastore,
    Table,
    changed_in_place,
)
from local_workspace.catalog.names import TableName, full_name, literal
from local_workspace.lakeflow.errors import PipelineError
from local_workspace.lakeflow.graph import Dataset, Kind
from local_workspace.lakeflow.naming import parse_full, spark_table
from local_workspace.lakeflow.schema import TableSchema

_KINDS = {Kind.STREAMING_TABLE: "STREAMING TABLE", Kind.MATERIALIZED_VIEW: "MATERIALIZED VIEW"}


class Tables:
    """Creates, evolves, rewrites and resets the tables of one pipeline."""

    def __init__(
        self, spark: SparkSession, metastore: Metastore, storage: Path, pipeline_id: str, owner: str
    ) -> None:
        self._spark = spark
        self._metastore = metastore
        self._storage = storage
        self._pipeline_id = pipeline_id
        self._owner = owner
        self._columns: dict[str, StructType] = {}
        self._new: set[str] = set()
        self._schemas: set[str] = set()

    def find(self, name: str) -> Table | None:
        """The table as it is registered, by its full name."""
        return self._metastore.table(parse_full(name))

    def get(self, name: str) -> Table:
        return cast(Table, self.find(name))

    def columns(self, name: str) -> StructType:
        """The columns of a table of this pipeline."""
        if name not in self._columns:
            parsed = self._spark._parse_ddl(self.get(name).ddl)
            self._columns[name] = cast(StructType, parsed)
        return self._columns[name]

    def check(self, name: str, kind: Kind) -> None:
        """Raises PipelineError where the name is taken, or the table is of the other kind."""
        table = self.find(name)
        if table is None:
            return
        if not table.pipeline_id:
            raise PipelineError(
                "TABLE_OR_VIEW_ALREADY_EXISTS",
                f"Cannot create table or view {table.full_name.quoted} because it already exists. "
                "Choose a different name, drop or replace the existing object.",
                "42P07",
            )
        if table.pipeline_id != self._pipeline_id:
            raise PipelineError(
                "TABLE_ALREADY_MANAGED_BY_PIPELINE",
                f"Table {table.full_name.quoted} is already managed by pipeline "
                f"{table.pipeline_id}. A table can only be owned by one pipeline. Concurrent "
                "pipeline operations such as maintenance and full refresh will conflict with each "
                "other. Please rename the table.",
                "42710",
            )
        if table.table_type != kind.value:
            before = _KINDS[Kind(table.table_type)]
            raise PipelineError(
                "CANNOT_CHANGE_DATASET_TYPE",
                f"Could not materialize {table.full_name.quoted} because a {before} with that "
                f"name already exists: a {before} cannot become a {_KINDS[kind]}. Drop or rename "
                "one of them.",
                "42809",
            )

    def retire(self, defined: Set[str]) -> None:
        """Tables of the pipeline that it no longer defines stay as they are, and inactive."""
        kept = {TableName(*parse_full(name)).key.lower() for name in defined}
        for table in self._metastore.tables():
            if table.pipeline_id == self._pipeline_id and table.key not in kept:
                self._metastore.put(replace(table, inactive=True))

    def create(
        self, name: str, dataset: Dataset, schema: TableSchema, *, ready: Set[str], fresh: bool
    ) -> None:
        """Creates the table, or brings columns, comments and keys up to date. Rows stay; a
        ``fresh`` table has none, so that its columns may change in any way. ``ready`` are the
        tables of this update that are made before this one."""
        known = self.find(name)
        if known is None:
            self._new.add(name)
        self._check_parents(name, _constraints(name, schema), ready)
        columns = schema.columns
        if known is not None and dataset.kind is Kind.STREAMING_TABLE and not fresh:
            columns = evolve(name, self.columns(name), columns)
        location = known.location if known else str(self._new_location(name))
        full = parse_full(name)
        new = Table(*full, owner=self._owner, pipeline_id=self._pipeline_id)
        table = replace(
            known or new,
            table_type=dataset.kind.value,
            location=location,
            comment=dataset.comment,
            columns=_column_infos(columns, schema, self._masks(name, schema)),
            properties={**dataset.properties},
            constraints=_constraints(name, schema),
            clustering=dataset.cluster_by,
            inactive=False,
        )
        if known != table:
            self._metastore.put(table)
        if known is None or known.columns != table.columns:
            self._register(table, columns, known)
        self._columns[name] = columns

    def _check_parents(self, name: str, keys: tuple[Constraint, ...], ready: Set[str]) -> None:
        """Raises PipelineError for a foreign key to a key that need not be there yet: nothing but
        a read orders two tables."""
        for key in keys:
            if not key.parent:
                continue
            if key.parent == name:
                raise PipelineError(
                    "INVALID_FOREIGN_KEY",
                    f"The foreign key {key.name} of {name} has to refer to another table.",
                )
            parent = self._metastore.table(parse_full(key.parent))
            made_first = key.parent not in self._new or key.parent in ready
            has_key = parent is not None and any(not each.parent for each in parent.constraints)
            if not (has_key and made_first):
                raise PipelineError(
                    "UC_REFERENTIAL_CONSTRAINT_DOES_NOT_EXIST",
                    f"Table {TableName(*parse_full(key.parent)).quoted} does not have either "
                    f"a primary key constraint or a UNIQUE constraint, which {key.name} of {name} "
                    "refers to.",
                )

    def _masks(self, name: str, schema: TableSchema) -> dict[str, str]:
        """The full name of each column's mask. Raises SqlError for one that does not exist."""
        catalog, database, _ = parse_full(name)
        found = {
            column: full_name(tuple(split_name(mask)), catalog, database)
            for column, mask in schema.masks.items()
        }
        for function in found.values():
            find_function(self._metastore, function)
        return {column: function.quoted for column, function in found.items()}

    def reset(self, name: str) -> None:
        """Empties the table. Streams that read it will refuse it until they are reset too."""
        table = self.find(name)
        if table is not None:
            self.switch(name, self._new_location(name), in_place=True)

    def rewrite_location(self, name: str) -> Path:
        """A new folder for all rows of the table, to be passed to ``switch``."""
        return self._new_location(name)

    def switch(self, name: str, location: Path, *, in_place: bool) -> None:
        """Puts the rows in ``location`` in the place of the table's rows. ``in_place`` tells the
        streams that read the table that rows have changed."""
        before = self.get(name)
        table = changed_in_place(before) if in_place else before
        path = literal(str(location))
        self._spark.sql(f"ALTER TABLE {spark_table(name)} SET LOCATION {path}")
        self._metastore.put(replace(table, location=str(location)))
        for folder in self._folder(name).glob("data-*"):
            if str(folder) not in (before.location, str(location)):
                shutil.rmtree(folder)

    def has_rows(self, name: str) -> bool:
        return any(Path(self.get(name).location).glob("*.parquet"))

    def _folder(self, name: str) -> Path:
        return self._storage / "tables" / quote(name, safe="")

    def _new_location(self, name: str) -> Path:
        numbers = [int(folder.name[5:]) for folder in self._folder(name).glob("data-*")]
        location = self._folder(name) / f"data-{max(numbers, default=0) + 1}"
        location.mkdir(parents=True)
        return location

    def _register(self, table: Table, columns: StructType, known: Table | None) -> None:
        name = spark_table(table.key)
        schema = name.rsplit(".`", 1)[0]
        if schema not in self._schemas:
            self._spark.sql(f"CREATE DATABASE IF NOT EXISTS {schema}")
            self._schemas.add(schema)
        if known is not None:
            self._spark.sql(f"DROP TABLE IF EXISTS {name}")
        self._spark.catalog.createTable(
            name, path=table.location, source="parquet", schema=columns, description=table.comment
        )


def evolve(name: str, before: StructType, after: StructType) -> StructType:
    """The columns of a streaming table whose query has changed: new ones are added, none is lost.

    Raises PipelineError where a column's type has changed: that takes a full refresh.
    """
    columns = {column.name.lower(): column for column in before.fields}
    for column in after.fields:
        known = columns.get(column.name.lower())
        if known is not None and type_ddl(known.dataType) != type_ddl(column.dataType):
            raise PipelineError(
                "DELTA_FAILED_TO_MERGE_FIELDS",
                f"Failed to merge fields '{known.name}' and '{column.name}' of table {name}: "
                f"{known.dataType.simpleString()} and {column.dataType.simpleString()}. A full "
                "refresh of the table is needed.",
                "22005",
            )
        spelled = known.name if known else column.name
        columns[column.name.lower()] = StructField(spelled, column.dataType, True, column.metadata)
    return StructType(list(columns.values()))


def _column_infos(
    columns: StructType, schema: TableSchema, masks: Mapping[str, str]
) -> tuple[ColumnInfo, ...]:
    return tuple(
        ColumnInfo(
            column.name,
            type_ddl(column.dataType),
            column.name not in schema.required,
            str((column.metadata or {}).get("comment", "")),
            masks.get(column.name, ""),
        )
        for column in columns.fields
    )


def _constraints(name: str, schema: TableSchema) -> tuple[Constraint, ...]:
    """Names that the author left out are made as Unity Catalog makes them: ``<table>_pk``."""
    catalog, database, table = parse_full(name)
    found = []
    for number, constraint in enumerate(schema.constraints):
        is_primary = constraint.kind == "PRIMARY KEY"
        default = f"{table}_pk" if is_primary else f"{table}_key_{number}"
        parent = full_name(constraint.parent, catalog, database).key if constraint.parent else ""
        found.append(
            Constraint(
                constraint.name or default,
                constraint.kind,
                constraint.columns,
                parent,
                constraint.parent_columns,
            )
        )
    return tuple(found)
