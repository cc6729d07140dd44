"""What is read out of a file's Python: its datasets, its views and their calls."""

from __future__ import annotations

import ast

import pytest

from medallion_core.check.calls import is_join, is_window, sql_words
from medallion_core.check.functions import parsed
from medallion_core.check.views import definitions, read_views

CODE = """
dp.create_streaming_table(name="silver", schema="a INT")
dp.create_streaming_table(schema="a INT")
dp.create_sink(name="sink")
other.table(name="theirs")

@dp.table(name="bronze")
def bronze():
    return spark.read.table()

@dp.materialized_view()
def unnamed():
    return spark.read.table(name)

@dp.materialized_view(name="gold")
def gold():
    return spark.read.table("LIVE.`silver`", "b")
"""


def call(text: str) -> ast.Call:
    found = ast.parse(text, mode="eval").body
    assert isinstance(found, ast.Call)
    return found


def test_datasets_are_what_dp_defines_by_a_name() -> None:
    found = definitions(parsed(CODE))
    assert [(each.name, each.schema) for each in found] == [
        ("silver", "a INT"),
        ("bronze", ""),
        ("gold", ""),
    ]


def test_a_view_has_a_name_and_reads_tables_by_theirs() -> None:
    assert [(view.name, view.reads) for view in read_views({"a.py": CODE})] == [
        ("gold", ("silver",))
    ]


@pytest.mark.parametrize(
    ("text", "joins"),
    [("a.join(b, c)", True), ("a.join(b)", False), ("a.union(b, c)", False), ("join(a, b)", False)],
)
def test_a_join_is_called_with_a_condition(text: str, joins: bool) -> None:
    assert is_join(call(text)) == joins


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("sum(b) OVER (ORDER BY c)", True),
        ("sum(b) AS over", False),
        ("over", False),
        ("over + (b)", False),
    ],
)
def test_a_window_is_over_a_bracket(text: str, windows: bool) -> None:
    assert is_window(sql_words(text)) == windows
