from __future__ import annotations

import pytest

from medallion_core.browse.dialects import Sample
from medallion_core.browse.json_texts import JsonReading, read_json


def read(text: str) -> JsonReading:
    return read_json(Sample("a.json", (text.encode(),)))


@pytest.mark.parametrize(
    ("text", "multi_line", "columns"),
    [
        ('{"a": 1}\n{"a": 2, "b": 3}\n', False, ("a", "b")),
        ('[{"a": 1},\n {"a": 2}]', True, ("a",)),
        ('{\n  "a": 1\n}', True, ("a",)),
    ],
)
def test_how_json_is_laid_out(text: str, multi_line: bool, columns: tuple[str, ...]) -> None:
    reading = read(text)
    assert (reading.multi_line, reading.columns) == (multi_line, columns)
    assert not reading.doubts


def test_rows_within_an_envelope_are_asked() -> None:
    reading = read('{\n "page": 1,\n "data": [{"id": 1}, {"id": 2}]\n}')
    assert reading.envelope == "data"
    assert "data" in reading.doubts[0]
    assert "lie in d.rows" in read('{"ok": 1, "d": {"rows": [{"id": 1}]}}\n').doubts[0]
    assert "lie in data" in read('{"page": 1, "data": [{"id": 1}, {"id": 2}]}\n').doubts[0]
    assert not read('{"id": 1, "tags": [{"a": 1}]}\n{"id": 2, "tags": [{"a": 1}]}\n').doubts


def test_documents_behind_the_first_are_asked() -> None:
    assert "only the first" in read('{\n "a": 1\n}\n{\n "a": 2\n}\n').doubts[0]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('{"Upn": "a"}\n{"UPN": "b"}\n', "Upn and UPN"),
        ('{"d": {"Brand": "a"}}\n{"d": {"brand": "b"}}\n', "d.Brand and d.brand"),
    ],
)
def test_names_that_differ_in_case_are_asked(text: str, named: str) -> None:
    assert read(text).doubts[0].startswith(named)


def test_an_empty_file_is_empty() -> None:
    assert read(" \n").is_empty
