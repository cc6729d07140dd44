"""The schema of a table: what ``schema=`` says, what Delta refuses, what keys are declared."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, cast

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.connect.session import SparkSession
from pyspark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    MapType,
    StructField,
    StructType,
    VariantType,
)

from local_workspace.catalog.column_ddl import Constraint, parse_ddl, type_ddl
from local_workspace.lakeflow.errors import PipelineError
from local_workspace.lakeflow.graph import Dataset

_INVALID = re.compile(r"[ ,;{}()\n\t=]")
_UNCLUSTERED = (BooleanType, BinaryType, StructType, ArrayType, MapType, VariantType)
MAX_CLUSTERING_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class TableSchema:
    """Columns in order, and what was declared about them. ``generated`` maps a column to its
    expression, ``masks`` to its mask function."""

    columns: StructType
    not_null: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    masks: dict[str, str] = field(default_factory=dict)
    generated: dict[str, str] = field(default_factory=dict)

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that may not be NULL: NOT NULL ones and those of the primary key."""
        key = next((c.columns for c in self.constraints if c.kind == "PRIMARY KEY"), ())
        return tuple(dict.fromkeys([*self.not_null, *key]))


def merge_schemas(name: str, schemas: list[StructType]) -> StructType:
    """The columns of all flows. Raises PipelineError where two flows disagree on a type."""
    if len(schemas) == 1:
        return schemas[0]
    merged: dict[str, StructField] = {}
    for schema in schemas:
        for column in schema.fields:
            known = merged.setdefault(column.name.lower(), column)
            if type_ddl(known.dataType) != type_ddl(column.dataType):
                raise PipelineError(
                    "UNABLE_TO_INFER_PIPELINE_TABLE_SCHEMA",
                    f"Failed to infer the schema for table {name} from its upstream flows. Please "
                    "modify the flows that write to this table to make their schemas compatible. "
                    f"Column '{column.name}': {known.dataType.simpleString()} and "
                    f"{column.dataType.simpleString()}.",
                    "42KD9",
                )
    return StructType(list(merged.values()))


def read_schema(spark: SparkSession, dataset: Dataset, inferred: StructType) -> TableSchema:
    """What ``schema=`` declares, checked against what the query gives; without it, the query's.

    Raises PipelineError where names or types differ.
    """
    if dataset.schema is None:
        return TableSchema(StructType([_nullable(column) for column in inferred.fields]))
    declared = _declared(spark, dataset.schema)
    given = {column.name.lower(): column for column in inferred.fields}
    for column in declared.columns.fields:
        found = given.pop(column.name.lower(), None)
        if found is None and column.name not in declared.generated:
            raise _incompatible(dataset, f"column '{column.name}' is missing in the query")
        if found is not None and not _same_type(found, column):
            raise _incompatible(
                dataset,
                f"column '{column.name}' is declared as {column.dataType.simpleString()}, the "
                f"query gives {found.dataType.simpleString()}",
            )
    if given:
        raise _incompatible(dataset, f"column '{next(iter(given))}' of the query is not declared")
    return declared


def check_schema(dataset: Dataset, schema: TableSchema) -> None:
    """Raises PipelineError for what Delta refuses: names, duplicates, clustering columns."""
    seen: set[str] = set()
    for column in schema.columns.fields:
        _check_column_name(column.name, dataset.properties)
        if column.name.lower() in seen:
            raise PipelineError(
                "COLUMN_ALREADY_EXISTS",
                f"The column `{column.name.lower()}` already exists. Choose another name or "
                "rename the existing column.",
                "42711",
            )
        seen.add(column.name.lower())
        if column.dataType.typeName() == "void":
            raise PipelineError(
                "DELTA_NULL_SCHEMA_IN_STREAMING_WRITE",
                f"Column '{column.name}' of '{dataset.name}' has the type VOID: cast it.",
                "42P18",
            )
    _check_clustering(dataset, schema.columns)


def check_expectations(dataset: Dataset, frame: DataFrame) -> None:
    """Asks Spark to resolve the rules. Raises its AnalysisException."""
    if dataset.expectations:
        rules = [F.expr(rule.condition).cast("boolean") for rule in dataset.expectations]
        _ = frame.select(*rules).schema


def _check_column_name(name: str, properties: dict[str, str]) -> None:
    mapped = properties.get("delta.columnMapping.mode", "none") != "none"
    if _INVALID.search(name) and not mapped:
        raise PipelineError(
            "DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES",
            f"Found invalid character(s) among ' ,;{{}}()\\n\\t=' in the column names of your "
            f"schema. Invalid column names: {name}. Please use other characters and try again. "
            "Alternatively, enable Column Mapping to keep using these characters.",
            "42K05",
        )


def _check_clustering(dataset: Dataset, columns: StructType) -> None:
    if len(dataset.cluster_by) > MAX_CLUSTERING_COLUMNS:
        raise PipelineError(
            "DELTA_CLUSTER_BY_INVALID_NUM_COLUMNS",
            f"CLUSTER BY for Liquid clustering supports up to {MAX_CLUSTERING_COLUMNS} clustering "
            f"columns, but the table has {len(dataset.cluster_by)} clustering columns. Please "
            "remove the extra clustering columns.",
            "54000",
        )
    types = {column.name.lower(): column.dataType for column in columns.fields}
    for name in dataset.cluster_by:
        found = types.get(name.lower())
        if found is None:
            raise PipelineError(
                "DELTA_COLUMN_NOT_FOUND_IN_SCHEMA",
                f"Couldn't find column {name} in table '{dataset.name}'.",
                "42703",
            )
        if isinstance(found, _UNCLUSTERED):
            raise PipelineError(
                "DELTA_CLUSTERING_COLUMNS_DATATYPE_NOT_SUPPORTED",
                "CLUSTER BY is not supported because the following column(s): "
                f"{name} : {found.simpleString().upper()} don't support data skipping.",
                "0A000",
            )


def _declared(spark: SparkSession, schema: Any) -> TableSchema:
    if isinstance(schema, StructType):
        required = tuple(column.name for column in schema.fields if not column.nullable)
        return TableSchema(StructType([_nullable(c) for c in schema.fields]), required)
    parsed = parse_ddl(schema)
    columns = cast(StructType, spark._parse_ddl(parsed.columns))
    required = tuple(column.name for column in columns.fields if not column.nullable)
    return TableSchema(
        StructType([_nullable(column) for column in columns.fields]),
        required,
        parsed.constraints,
        parsed.masks,
        parsed.generated,
    )


def _nullable(column: StructField) -> StructField:
    return StructField(column.name, column.dataType, True, column.metadata)


def _same_type(given: StructField, declared: StructField) -> bool:
    return type_ddl(given.dataType).lower() == type_ddl(declared.dataType).lower()


def _incompatible(dataset: Dataset, reason: str) -> PipelineError:
    return PipelineError(
        "INCOMPATIBLE_USER_SPECIFIED_SCHEMA",
        f"Table '{dataset.name}' has a user-specified schema that is incompatible with the schema "
        f"inferred from its query: {reason}.",
        "42KD9",
    )
