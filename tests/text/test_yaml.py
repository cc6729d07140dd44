"""What YAML means here and how it is written, what is refused, and what an alias stands for."""

from __future__ import annotations

import math
import time

import pytest

from medallion_core.text.yaml import (
    LINE_LENGTH,
    MAX_DEPTH,
    MAX_LENGTH,
    MAX_LENGTH_READ_SLOWLY,
    dump_yaml,
    load_yaml,
)

BOMB = "a0: &a0 [x]\n" + "".join(
    f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(30)
)


def test_an_alias_is_what_it_stands_for_and_no_copy() -> None:
    found = load_yaml("a: &x {b: 1}\nc: *x\nd: [&y text, *y]\n", anchors=True)
    assert found == {"a": {"b": 1}, "c": {"b": 1}, "d": ["text", "text"]}
    assert found["a"] is found["c"]
    assert list(load_yaml(BOMB, anchors=True)) == [f"a{n}" for n in range(31)]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: *x\n", "nothing before it is called &x"),
        ("a: &x [*x]\n", "nothing before it is called &x"),
        ("a: &x {b: 1}\n*x : 2\n", "a key is not a text"),
        ("a: &x {b: 1}\n---\nb: *x\n", "a second document begins"),
        ("a: !!python/object:os.system {}\n", "the tag"),
        ("a: &x " + "[" * 200, "nests deeper"),
    ],
)
def test_an_alias_that_stands_for_nothing_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        load_yaml(text, anchors=True)


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        "[" * 1_000_000,
        "{a: " * 1_000_000,
        "- " * 1_000_000,
        "? " * 1_000_000,
        "a: " + "x" * (MAX_LENGTH + 1),
        'a: "\\ud800"\nb: ' + "x" * MAX_LENGTH_READ_SLOWLY,
        "&a " * 100_000,
        "!a " * 100_000,
    ],
    ids=["aliases", "lists", "mappings", "items", "keys", "long", "slow", "anchors", "tags"],
)
def test_what_would_take_long_is_refused_at_once(text: str) -> None:
    started = time.process_time()
    with pytest.raises(ValueError, match=r"line 1|at most"):
        load_yaml(text)
    assert time.process_time() - started < 1


def test_what_is_as_long_and_as_deep_as_may_be_is_read() -> None:
    assert load_yaml("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    slow = 'a: "\\ud800"\nb: '
    assert load_yaml(slow + "x" * (MAX_LENGTH_READ_SLOWLY - len(slow)))
    with pytest.raises(ValueError, match="nests deeper"):
        load_yaml("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("true", True),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-12", -12),
        ("1.50", 1.5),
        ("1e3", 1000.0),
        ("-.inf", -math.inf),
        ("no", "no"),
        ("True", "True"),
        ("007", "007"),
        ("1_000", "1_000"),
        ("0x10", "0x10"),
        ("1:30", "1:30"),
        ("2024-01-01", "2024-01-01"),
        ("-", "-"),
        ('"12"', "12"),
    ],
)
def test_what_a_word_means(word: str, value: object) -> None:
    if word != "-":
        found = load_yaml(f"a: {word}\n")["a"]
        assert (found, type(found)) == (value, type(value))
    assert load_yaml(dump_yaml({"a": value})) == {"a": value}


def test_a_document_that_is_empty_or_says_twice_what_it_is() -> None:
    assert load_yaml("# nothing\n") is None
    with pytest.raises(ValueError, match=r"the key 'a' is there twice \(line 2\)"):
        load_yaml("a: 1\na: 2\n")
    with pytest.raises(ValueError, match="a key is not a text"):
        load_yaml("? [a]\n: 1\n")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"b": 1, "c": [1, 2]}, "a:\n  b: 1\n  c: [1, 2]\n"),
        ([[1, [2, 3]], []], "a:\n  - [1, [2, 3]]\n  - []\n"),
        ([{"b": 1, "c": {}}, {"b": 2}], "a:\n  - {b: 1, c: {}}\n  - b: 2\n"),
        ([{"b": [[[1]]], "c": 2}], "a:\n  - b:\n      - [[1]]\n    c: 2\n"),
        ({"b": "x\ny\n", "c": "x\ny"}, "a:\n  b: |\n    x\n    y\n  c: |-\n    x\n    y\n"),
        ([{"b": "x\ny\n", "c": 1}], "a:\n  - b: |\n      x\n      y\n    c: 1\n"),
        (["x", "\x07", "\u2028", "\U000e0001", "say \"\\\"", "yes", "a: b", 1.0, math.nan],
         'a:\n  - x\n  - "\\x07"\n  - "\\u2028"\n  - "\\U000e0001"\n  - "say \\"\\\\\\""\n'
         '  - "yes"\n  - "a: b"\n  - 1.0\n  - .nan\n'),
    ],
    ids=["blocks", "lists", "rows", "deep", "texts", "texts in rows", "scalars"],
)  # fmt: skip
def test_short_rows_are_in_a_line_and_the_rest_in_blocks(value: object, written: str) -> None:
    assert dump_yaml({"a": value}) == written
    assert str(load_yaml(written)) == str({"a": value})


@pytest.mark.parametrize("fits", [True, False])
def test_a_row_is_in_one_line_where_the_line_is_not_too_long(fits: bool) -> None:
    longest = LINE_LENGTH if fits else LINE_LENGTH + 1
    item = {"b": "x" * (longest - len("  - {b: , c: 1}")), "c": 1}
    entry = ["x" * (longest - len("  d: [, z]")), "z"]
    lines = dump_yaml({"a": [item], "e": {"d": entry}}).splitlines()
    assert (max(map(len, lines)) == LINE_LENGTH) == fits
    assert len(lines) == (4 if fits else 7)
