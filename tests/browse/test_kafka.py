from __future__ import annotations

import pytest

from medallion_core.browse.kafka import kafka_source
from medallion_core.errors import MedallionError
from medallion_core.model import Column, KafkaLocation, MessageFormat
from medallion_core.text.types import ddl_columns


@pytest.mark.parametrize(
    ("schema", "columns"),
    [
        ("id BIGINT, amount DECIMAL(12,2)", [("id", "bigint"), ("amount", "decimal(12,2)")]),
        ("STRUCT<id: BIGINT, at: TIMESTAMP>", [("id", "bigint"), ("at", "timestamp")]),
        ("a STRUCT<b: INT, c: STRING>, d INT", [("a", "struct<b:int,c:string>"), ("d", "int")]),
        ("`odd, ``name` STRING NOT NULL COMMENT 'a, b'", [("odd, `name", "string")]),
        ("", []),
    ],
)
def test_the_columns_of_a_ddl_text(schema: str, columns: list[tuple[str, str]]) -> None:
    assert [(column.name, column.type) for column in ddl_columns(schema)] == columns


def test_a_column_without_a_type_is_refused_by_name() -> None:
    with pytest.raises(MedallionError, match="'amount' is not a column") as raised:
        ddl_columns("id BIGINT, amount")
    assert raised.value.code == "SCHEMA_INVALID"


def test_the_columns_of_an_avro_record() -> None:
    schema = """{"type": "record", "name": "o", "fields": [
        {"name": "id", "type": "long"},
        {"name": "at", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}]},
        {"name": "price", "type": {"type": "bytes", "logicalType": "decimal",
                                   "precision": 9, "scale": 2}},
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "to", "type": {"type": "record", "name": "t",
                                "fields": [{"name": "zip", "type": "int"}]}}]}"""
    location = KafkaLocation("b:9092", ("o",), value_format=MessageFormat.AVRO, value_schema=schema)
    assert kafka_source(location).columns == (
        Column("id", "bigint"),
        Column("at", "timestamp"),
        Column("price", "decimal(9,2)"),
        Column("tags", "array<string>"),
        Column("to", "struct<zip:int>"),
    )
