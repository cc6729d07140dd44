"""Columns by their plain names, and rows in a table's shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StructType


def quoted(name: str) -> Column:
    """A column by its plain name, whatever characters it has."""
    return F.col(f"`{name.replace('`', '``')}`")


def conform(frame: DataFrame, columns: StructType, given: Iterable[str]) -> DataFrame:
    """The table's columns in order; those that are not ``given`` are NULL."""
    names = {name.lower() for name in given}
    return frame.select(
        *(
            quoted(column.name).alias(column.name)
            if column.name.lower() in names
            else F.lit(None).cast(column.dataType).alias(column.name)
            for column in columns.fields
        )
    )


def generate(frame: DataFrame, generated: Mapping[str, str]) -> DataFrame:
    """Adds the columns that are GENERATED ALWAYS AS an expression."""
    for name, expression in generated.items():
        frame = frame.withColumn(name, F.expr(expression))
    return frame
