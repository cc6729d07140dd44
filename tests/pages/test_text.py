"""Text from a catalog never becomes Markdown."""

from __future__ import annotations

import re

import pytest

from pages.components.frame.text import plain

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
