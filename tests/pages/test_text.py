"""Text from a catalog never becomes Markdown, and rows of a graph stand where they belong."""

from __future__ import annotations

import re

import pytest

from pages.components.frame.text import plain
from pages.components.runs.graph import waves

HOSTILE = [
    ":red[alarm]",
    ":material/home:",
    "**bold** _it_ `code`",
    "$x^2$",
    "[link](https://evil.example)",
    "<script>alert(1)</script>",
    "# heading",
    "a -> b",
    "1. list",
    "\\",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_plain_shows_the_text_itself_and_nothing_of_it_is_markup(text: str) -> None:
    safe = plain(text)
    assert re.sub(r"\\(.)", r"\1", safe).replace("\u2060", "") == text
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_`$\[\]<>#:!|~]", safe)


def test_plain_is_one_line() -> None:
    assert plain("a\n\n# b\tc") == "a \\# b c"


@pytest.mark.parametrize(
    "control", ["\u202e", "\u2067", "\u200f", "\u200b", "\x1b", "\x00", "\ud800"]
)
def test_what_nobody_sees_is_shown_and_steers_nothing(control: str) -> None:
    shown = plain(f"orders{control}sredro")
    assert control not in shown
    assert shown.replace("\\", "") == f"orders{ascii(control)[2:-1]}sredro"
    shown.encode()


@pytest.mark.parametrize("name", ["הזמנות", "طلبات", "a טבלה"])
def test_text_from_right_to_left_leaves_the_order_of_the_words_around_it(name: str) -> None:
    assert plain(name) == f"\u2068{name}\u2069"
    assert plain("Größe 物") == "Größe 物"


def test_a_table_comes_in_the_wave_after_the_last_that_it_reads() -> None:
    edges = [("b", "s"), ("s", "d"), ("s", "f"), ("d", "f"), ("elsewhere", "b")]
    assert waves(["f", "d", "s", "b"], edges) == {"b": 0, "s": 1, "d": 2, "f": 3}


def test_tables_that_read_each_other_are_drawn_all_the_same() -> None:
    assert set(waves(["a", "b"], [("a", "b"), ("b", "a")])) == {"a", "b"}
