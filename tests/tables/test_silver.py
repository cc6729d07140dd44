"""How a column's text becomes its type, as SQL."""

from __future__ import annotations

import pytest

from medallion_core.model import Entity, EntityColumn, TableLocation, TableName
from medallion_core.tables.silver import typed_columns

READ = (TableLocation(TableName("main", "s", "t")),)
LAST = 253_402_300_799


@pytest.mark.parametrize(
    ("type_", "source_format", "said"),
    [
        ("decimal(9,2)", "#.##0,00", "replace("),
        ("bigint", "dd.MM.yyyy", "try_cast(a AS BIGINT)"),
        ("timestamp", "epoch seconds", f"BETWEEN 0 AND {LAST}, timestamp_seconds("),
        ("timestamp", "epoch milliseconds", f"BETWEEN 0 AND {LAST}999, timestamp_millis("),
        ("timestamp", "epoch microseconds", f"BETWEEN 0 AND {LAST}999999, timestamp_micros("),
        ("date", "epoch seconds", "timestamp_seconds(try_cast(a AS BIGINT)), NULL) AS DATE)"),
    ],
)
def test_a_text_is_read_as_its_format_says(type_: str, source_format: str, said: str) -> None:
    column = EntityColumn("a", "a", "string", type_, source_format=source_format)
    made = typed_columns(Entity("t", READ, (column,)), {"a": "a"})["a"]
    assert said in made
