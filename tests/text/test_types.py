"""Types are read by their grammar; what is no type is refused, and what is printed is safe."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medallion_core.errors import MedallionError
from medallion_core.text.identifiers import quote_identifier
from medallion_core.text.sql import type_name
from medallion_core.text.types import (
    INTEGERS,
    can_cluster,
    check_type,
    ddl_columns,
    decimal,
    digits,
    family,
    fields_of,
    is_floating,
    is_integer,
    is_number,
    is_temporal,
    is_text,
    keeps_all,
    sum_type,
    type_at,
)


@pytest.mark.parametrize(
    ("text", "printed", "in_sql"),
    [
        ("BIGINT", "bigint", "BIGINT"),
        ("Integer", "int", "INT"),
        ("decimal", "decimal(10,0)", "DECIMAL(10, 0)"),
        ("DEC( 12 , 2 ) -- money", "decimal(12,2)", "DECIMAL(12, 2)"),
        ("numeric(7)", "decimal(7,0)", "DECIMAL(7, 0)"),
        ("timestamp_ltz", "timestamp", "TIMESTAMP"),
        ("varchar(10)", "varchar(10)", "VARCHAR(10)"),
        ("string collate UNICODE_CI", "string collate UNICODE_CI", "STRING COLLATE UNICODE_CI"),
        ("INTERVAL DAY TO SECOND", "interval day to second", "INTERVAL DAY TO SECOND"),
        ("geography(4326)", "geography(4326)", "GEOGRAPHY(4326)"),
        ("time(6)", "time(6)", "TIME(6)"),
        ("decimal(38,38)", "decimal(38,38)", "DECIMAL(38, 38)"),
        ("interval month", "interval month", "INTERVAL MONTH"),
        ("ARRAY<ARRAY<INT>>", "array<array<int>>", "array<array<int>>"),
        ("struct<>", "struct<>", "struct<>"),
        ("map<string, struct<A:int, b : date>>", "map<string,struct<A:int,b:date>>", ""),
        ("struct<a INT NOT NULL COMMENT 'x, y', b: INT>", "struct<a:int,b:int>", ""),
        ("struct<order id:int,c-d:string>", "struct<`order id`:int,`c-d`:string>", ""),
    ],
)
def test_a_type_is_printed_as_the_catalog_does(text: str, printed: str, in_sql: str) -> None:
    assert check_type(text) == printed
    assert check_type(printed) == printed
    assert type_name(text) == (in_sql or printed)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "text",
        "int int",
        "int(4)",
        "decimal(39,2)",
        "decimal(4,5)",
        "decimal(a)",
        "decimal(1,2,3)",
        "char(1,2)",
        "varchar(1,2)",
        "time(1,2)",
        "geometry(1,2)",
        "geography(1,2)",
        "decimal(39,0)",
        "decimal(12",
        "array",
        "array<int",
        "array<int,int>",
        "map<int>",
        "struct<a>",
        "struct<a:int,>",
        "struct<:int>",
        "interval fortnight",
        "string) RETURNS INT RETURN secret('a', 'b') --",
        "string; DROP TABLE x",
        "string COMMENT 'x'",
        "`string`",
        "'string",
        "array<" * 60 + "int" + ">" * 60,
    ],
)
def test_what_is_no_type_is_refused(text: str) -> None:
    assert family(text) == ""
    for read in (check_type, type_name):
        with pytest.raises(MedallionError) as raised:
            read(text)
        assert raised.value.code == "TYPE_INVALID"


@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60))
def test_any_name_of_a_field_comes_back(name: str, inner: str) -> None:
    type_ = f"struct<{quote_identifier(inner)}:int>"
    made = f"struct<{quote_identifier(name)}:{type_},b:date>"
    assert [field.name for field in fields_of(made)] == [name, "b"]
    assert fields_of(check_type(made)) == fields_of(made)
    assert type_at(made, (name, inner)) == "int"
    assert type_at(made, (name, inner, "c")) == ""
    [column, _] = ddl_columns(f"{quote_identifier(name)} {type_} NOT NULL, b DATE")
    assert (column.name, fields_of(column.type)[0].name) == (name, inner)


GROUPS = {
    is_integer: ["tinyint", "smallint", "int", "bigint", "long"],
    is_floating: ["float", "double", "real"],
    is_temporal: ["date", "timestamp", "timestamp_ntz"],
    is_text: ["string", "varchar(3)", "char(1)", "string collate UTF8_LCASE"],
}
OTHERS = ["boolean", "binary", "array<int>", "map<int,int>", "struct<a:int>", "variant", "?"]


def test_every_type_is_of_one_kind() -> None:
    for belongs, members in GROUPS.items():
        others = [t for is_other, ts in GROUPS.items() if is_other is not belongs for t in ts]
        assert all(map(belongs, members))
        assert not any(map(belongs, [*others, *OTHERS, "decimal(9,2)"]))
    plain = [type_ for members in GROUPS.values() for type_ in members]
    assert all(map(can_cluster, [*plain, "decimal(9,2)"]))
    assert not any(map(can_cluster, OTHERS))
    assert [t for t in [*plain, *OTHERS, "decimal(9,2)"] if is_number(t)] == [
        *GROUPS[is_integer],
        *GROUPS[is_floating],
        "decimal(9,2)",
    ]


@pytest.mark.parametrize(
    ("type_", "found", "sums_to"),
    [
        ("decimal(12,2)", (12, 2), "decimal(22,2)"),
        ("decimal(35, 4)", (35, 4), "decimal(38,4)"),
        ("int", (0, 0), "bigint"),
        ("float", (0, 0), "double"),
    ],
)
def test_digits_and_sums(type_: str, found: tuple[int, int], sums_to: str) -> None:
    assert digits(type_) == found
    assert sum_type(type_) == sums_to
    assert decimal(99, 3) == "decimal(38,3)"


def test_a_cast_that_keeps_all_values_goes_one_way() -> None:
    kept = {
        (before, after)
        for before in [*INTEGERS, "float", "double", "date", "timestamp", "decimal(9,2)", "string"]
        for after in [*INTEGERS, "float", "double", "date", "timestamp", "decimal(9,2)", "string"]
        if keeps_all(before, after)
    }
    assert {("int", "bigint"), ("int", "double"), ("float", "double"), ("date", "timestamp")} < kept
    assert not {("int", "float"), ("bigint", "double"), ("timestamp", "date")} & kept
    assert not {(after, before) for before, after in kept} & kept
