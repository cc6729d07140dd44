"""Values between Thrift and Python: parameters in, Arrow batches and column types out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
from databricks.sql.thrift_api.TCLIService import ttypes as generated

from local_workspace.sql.session import Parameters

ttypes: Any = generated
"""Thrift's generated classes, which have no types."""

_PARSERS: dict[str, Callable[[str], Any]] = {
    "BOOLEAN": lambda text: text.lower() == "true",
    "TINYINT": int,
    "SMALLINT": int,
    "INT": int,
    "INTEGER": int,
    "BIGINT": int,
    "FLOAT": float,
    "DOUBLE": float,
    "DECIMAL": Decimal,
    "DATE": date.fromisoformat,
    "TIMESTAMP": datetime.fromisoformat,
    "TIMESTAMP_NTZ": datetime.fromisoformat,
}

_TYPES: list[tuple[Callable[[pa.DataType], bool], str]] = [
    (pa.types.is_boolean, "BOOLEAN_TYPE"),
    (pa.types.is_int8, "TINYINT_TYPE"),
    (pa.types.is_int16, "SMALLINT_TYPE"),
    (pa.types.is_int32, "INT_TYPE"),
    (pa.types.is_int64, "BIGINT_TYPE"),
    (pa.types.is_float32, "FLOAT_TYPE"),
    (pa.types.is_float64, "DOUBLE_TYPE"),
    (pa.types.is_decimal, "DECIMAL_TYPE"),
    (pa.types.is_date, "DATE_TYPE"),
    (pa.types.is_timestamp, "TIMESTAMP_TYPE"),
    (pa.types.is_binary, "BINARY_TYPE"),
    (pa.types.is_map, "MAP_TYPE"),
    (pa.types.is_struct, "STRUCT_TYPE"),
    (pa.types.is_list, "ARRAY_TYPE"),
    (pa.types.is_null, "NULL_TYPE"),
    (pa.types.is_duration, "INTERVAL_DAY_TIME_TYPE"),
]


def parameters(sent: Sequence[Any]) -> Parameters:
    """What ``TExecuteStatementReq.parameters`` carries, typed."""
    if not sent:
        return None
    if all(parameter.name for parameter in sent):
        return {parameter.name: _value(parameter) for parameter in sent}
    return [_value(parameter) for parameter in sent]


def row_set(table: pa.Table, offset: int) -> Any:
    """``table`` as Arrow batches; ``offset`` is the number of rows that were sent before."""
    batches = [
        ttypes.TSparkArrowBatch(batch=batch.serialize().to_pybytes(), rowCount=batch.num_rows)
        for batch in table.combine_chunks().to_batches()
    ]
    return ttypes.TRowSet(startRowOffset=offset, rows=[], arrowBatches=batches)


def table_schema(schema: pa.Schema) -> Any:
    return ttypes.TTableSchema(
        columns=[
            ttypes.TColumnDesc(columnName=item.name, typeDesc=_type(item.type), position=number)
            for number, item in enumerate(schema, 1)
        ]
    )


def _type(arrow: pa.DataType) -> Any:
    name = next((name for matches, name in _TYPES if matches(arrow)), "STRING_TYPE")
    entry = ttypes.TPrimitiveTypeEntry(type=getattr(ttypes.TTypeId, name))
    if name == "DECIMAL_TYPE":
        qualifiers = {
            "precision": ttypes.TTypeQualifierValue(i32Value=arrow.precision),
            "scale": ttypes.TTypeQualifierValue(i32Value=arrow.scale),
        }
        entry.typeQualifiers = ttypes.TTypeQualifiers(qualifiers)
    return ttypes.TTypeDesc(types=[ttypes.TTypeEntry(primitiveEntry=entry)])


def _value(parameter: Any) -> Any:
    if parameter.value is None or (parameter.type or "").upper() == "VOID":
        return None
    kind = (parameter.type or "STRING").upper().split("(")[0]
    return _PARSERS.get(kind, str)(parameter.value.stringValue)
