"""What is refused of YAML before anything is made of it, and what an alias stands for."""

from __future__ import annotations

import time

import pytest

from medallion_core.text.yaml import MAX_LENGTH, MAX_LENGTH_READ_SLOWLY, load_yaml

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
        ("a: &x {b: 1}\n*x : 2\n", "a key is no text"),
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
