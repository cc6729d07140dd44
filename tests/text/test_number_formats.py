from __future__ import annotations

import re

import pytest

from medallion_core.text import sql
from medallion_core.text.number_formats import MOST_DIGITS, number_sql, parse_number_format


@pytest.mark.parametrize(
    ("pattern", "read", "refused"),
    [
        (
            "#.##0,00",
            ["1.234,56", "99,00", "7,5", "-1.000.000,00", "12"],
            ["1.5", "1.23,5", "1,234"],
        ),
        ("$#,##0.00", ["$1,001.50", "-$5", "$-5.25", "$ 7"], ["1,001.50", "$1.234", "$1,00.5"]),
        ("0.00%", ["3.5%", "-4.25 %"], ["3.5", "3.555%"]),
        ("0.000,00", ["1.234,56", "7,5"], ["1234.56", "1,234.5"]),
        ("(0.00)", ["1.00", "(4.00)"], ["4.005", "a"]),
        ("0.00-", ["1.00", "4.00-"], ["(4.00)"]),
        ("# ##0,00 €", ["1 234,50 €", "7 €", "7€"], ["1234.50 €", "7"]),
        ("0.0 kg", ["1.2 kg"], ["1.2 lb", "1.2"]),
    ],
)
def test_what_is_written_in_a_format(pattern: str, read: list[str], refused: list[str]) -> None:
    found = parse_number_format(pattern)
    assert found is not None
    written = re.compile(found.regex(2))
    assert [text for text in read if not written.fullmatch(text)] == []
    assert [text for text in refused if written.fullmatch(text)] == []
    assert parse_number_format(str(found)) == found


@pytest.mark.parametrize(
    "pattern",
    [
        "dd.MM.yyyy",
        "(0.00",
        "0.00)",
        "#;##0",
        "0:00",
        "0 00",
        "#,##0 00",
        "#,##0.0 0",
        "#'#.##0,00",
    ],
)
def test_what_is_no_format(pattern: str) -> None:
    assert parse_number_format(pattern) is None


def test_without_digits_behind_it_there_is_no_point() -> None:
    found = parse_number_format("0.00")
    assert found is not None
    whole = re.compile(found.regex(0))
    assert [text for text in ("1", "12", "1.", "1.5", ".5") if whole.fullmatch(text)] == ["1", "12"]


@pytest.mark.parametrize(
    ("pattern", "type_", "digits", "percent"),
    [
        ("0.00", "decimal(9,2)", 2, False),
        ("0.00%", "decimal(9,4)", 2, True),
        ("0.00 %", "decimal(9,1)", 0, True),
        ("0.00", "double", MOST_DIGITS, False),
        ("0.00", "bigint", 0, False),
    ],
)
def test_a_number_is_read_where_its_type_holds_all_its_digits(
    pattern: str, type_: str, digits: int, percent: bool
) -> None:
    found = parse_number_format(pattern)
    assert found is not None
    made = number_sql("`v`", found, type_)
    assert sql.string(found.regex(digits)) in made
    assert (" / 100 " in made, made.count("100")) == (percent, int(percent))


def test_marks_are_taken_out_before_a_number_is_read() -> None:
    plain, german = (parse_number_format(each) for each in ("0.00", "#.##0,00"))
    assert plain is not None
    assert german is not None
    assert "replace" not in number_sql("`v`", plain, "double")
    assert number_sql("`v`", german, "double").index("'.', ''") < number_sql(
        "`v`", german, "double"
    ).index("',', '.'")
