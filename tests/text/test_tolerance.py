"""Rewriting keeps everything that it does not understand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medallion_core.text.sql import (
    columns,
    guard_divisions,
    map_columns,
    tolerate_casts,
)

WORDS = "a|`b c`|1|2.5|'x/y'|(|)|/|%|::|int|CAST|AS|,| |[|]|case|when|then|end|`|'|--|/*|*/|.|not"
PIECES = st.sampled_from([*WORDS.split("|"), "|", "-", "é", "$"])


@given(st.lists(PIECES, max_size=12).map("".join))
def test_rewriting_nothing_gives_the_text_back(text: str) -> None:
    assert map_columns(text, columns(text), str) == text


@given(st.lists(PIECES, max_size=12).map(" ".join))
def test_rewriting_twice_changes_nothing_more(text: str) -> None:
    once = guard_divisions(text)
    assert guard_divisions(once) == once


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("a / b / c", "a / nullif(b, 0) / nullif(c, 0)"),
        ("a/b", "a/nullif(b, 0)"),
        ("a / 2", "a / 2"),
        ("a / 0.0", "a / nullif(0.0, 0)"),
        ("a / nullif(b, 0)", "a / nullif(b, 0)"),
        ("sum(a) / (b / c)", "sum(a) / nullif((b / nullif(c, 0)), 0)"),
        ("line.`a b` DIV f(x)", "line.`a b` DIV nullif(f(x), 0)"),
        ("mod(a, b) + 'x / y'", "try_mod(a, b) + 'x / y'"),
        ("a / (b", "a / (b"),
    ],
)
def test_divisions(text: str, guarded: str) -> None:
    assert guard_divisions(text) == guarded


@pytest.mark.parametrize(
    ("text", "tolerant"),
    [
        ("cast(a AS DECIMAL(9, 2))", "try_cast(a AS DECIMAL(9, 2))"),
        ("(a || 'x')::decimal(9,2) > 1", "try_cast((a || 'x') AS decimal(9,2)) > 1"),
        ("int(a)", "try_cast(a AS INT)"),
        ("try_cast(a AS INT)", "try_cast(a AS INT)"),
        ("to_timestamp(a, 'yyyy')", "try_to_timestamp(a, 'yyyy')"),
        ("broadcast(a)", "broadcast(a)"),
    ],
)
def test_casts(text: str, tolerant: str) -> None:
    assert tolerate_casts(text) == tolerant


def test_names_are_found_and_literals_are_not() -> None:
    sql = "a.`b c` > 5 AND note <> 'price' AND day >= DATE '2024-01-31' -- weight"
    assert columns(sql, ["a"]) == ["b c", "note", "day"]
