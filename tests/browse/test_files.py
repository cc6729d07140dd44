from __future__ import annotations

import pytest

from medallion_core.browse.files import csv_options, encoding_of, json_options


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("id,name\n1,a\n2,b\n", {"header": "true"}),
        ("id;name\n1;a\n2;b\n", {"header": "true", "delimiter": ";"}),
        ("id\tname\n1\ta\n", {"header": "true", "delimiter": "\t"}),
        ("1,a\n2,b\n", {"header": "false"}),
        ("a,a\nb,c\n", {"header": "false"}),
        ('id,note\n1,"two\nlines"\n2,x\n', {"header": "true", "multiLine": "true"}),
        ("", {"header": "false"}),
    ],
)
def test_how_csv_is_read(text: str, options: dict[str, str]) -> None:
    assert csv_options(text) == options


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ('{"a": 1}\n{"a": 2}\n', {}),
        ('[{"a": 1},\n {"a": 2}]', {"multiLine": "true"}),
        ('{\n  "a": 1\n}', {"multiLine": "true"}),
    ],
)
def test_how_json_is_read(text: str, options: dict[str, str]) -> None:
    assert json_options(text) == options


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(b"plain", ""), ("Zoë".encode(), "UTF-8"), ("Zoë".encode("latin-1"), "ISO-8859-1")],
)
def test_which_encoding_a_text_is_in(text: bytes, encoding: str) -> None:
    assert encoding_of(text) == encoding
