"""Text from a catalog never becomes Markdown, and choices are explained."""

from __future__ import annotations

import ast
import re

import pytest

from pages.components.frame.text import exact, plain
from tests.pages.conftest import ROOT

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
    "see https://evil.example, or (www.evil.example).",
    "mail eve@evil.example now",
    "`:smile:` :+1: a:b:c :x",
    "a -- b >= c <= d ~= e <-> f <- g",
]


_SPAN = re.compile(r"(?<!\\)(?:\\\\)*(`+) ?(.+?) ?\1(?!`)")


@pytest.mark.parametrize("text", HOSTILE)
def test_plain_shows_the_text_itself_and_nothing_of_it_is_markup(text: str) -> None:
    safe = plain(text)
    assert shown(safe) == text
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_$\[\]<>#!|~]", _SPAN.sub("", safe))
    outside = re.sub(r"\\(.)", r"\1", _SPAN.sub("…", safe))
    assert not re.search(r":[\w+-]+:|://|www\.|@|(?<!\S)(->|<-|--|>=|<=|~=)(?!\S)", outside)


def shown(markdown: str) -> str:
    """What Markdown of ``plain`` shows: code as it is, the rest without its backslashes."""
    return re.sub(r"\\(.)|(`+) ?(.+?) ?\2(?!`)", lambda found: found[1] or found[3], markdown)


@pytest.mark.parametrize(
    "text",
    [
        "https://adb-984752964297111.11.azuredatabricks.net",
        "/Workspace/Users/ada.b-c@example.com/.medallion/sales_x",
        "7f3c2b0e-5d1a-4a2f-9a53-0a1b2c3d4e5f",
        "dbfs:/Volumes/main/landing/files/2024-01-01~a=b",
        "`main`.`s`.`t`",
    ],
)
def test_an_id_a_host_or_a_path_is_copied_as_it_is(text: str) -> None:
    assert shown(exact(text)) == shown(plain(text)) == text
    assert plain(text).isascii()
    assert exact(text).isascii()


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


CHOICES = {"SelectboxColumn", "CheckboxColumn", "checkbox", "number_input"}


@pytest.mark.parametrize("folder", ["design", "sources"])
def test_each_choice_has_its_help(folder: str) -> None:
    """Of what a design is made by: choices in tables, ticks and numbers."""
    files = (ROOT / "pages/components" / folder).glob("*.py")
    calls = [
        node
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in CHOICES
    ]
    assert calls
    without = [call for call in calls if "help" not in {word.arg for word in call.keywords}]
    assert [ast.unparse(call) for call in without] == []
