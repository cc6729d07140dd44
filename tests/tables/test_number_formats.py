from __future__ import annotations

import re

import pytest

from medallion_core.text.number_formats import parse_number_format


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
