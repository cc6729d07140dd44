"""Diffs as a person reads them, and as a tool carries them out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medallion_core.text.diff import text_diff

HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
TEXTS = st.lists(st.sampled_from("abcdefgh "), max_size=40).map("\n".join)


def patched(before: str, diff: str) -> list[str]:
    """What carrying out ``diff`` makes of ``before``, each line that it names held against it."""
    old, made, line = before.splitlines(), list[str](), 0
    for step in diff.splitlines()[2:]:
        if found := HUNK.fullmatch(step):
            start = int(found[1]) - (found[2] != "0")
            made += old[line:start]
            line = start
            assert len(made) == int(found[3]) - (found[4] != "0")
        else:
            if step[0] in " -":
                assert old[line] == step[1:]
                line += 1
            made += [step[1:]] if step[0] in " +" else []
    return made + old[line:]


@given(TEXTS, TEXTS)
def test_a_diff_makes_one_text_of_the_other(before: str, after: str) -> None:
    diff = text_diff(before, after, "now", "then")
    assert patched(before, diff) == after.splitlines()
    assert (diff == "") == (before.splitlines() == after.splitlines())


@pytest.mark.parametrize(
    ("before", "after", "hunks"),
    [
        ("a", "a", []),
        ("", "a", ["@@ -0,0 +1 @@", "+a"]),
        ("a\nb\nc", "a\nc", ["@@ -1,3 +1,2 @@", " a", "-b", " c"]),
        ("x\n}\n}\ny", "x\n}\n}\n}\ny", ["@@ -1,4 +1,5 @@", " x", " }", " }", "+}", " y"]),
        (
            "1\n2\n3\n4\n5\nx",
            "1\n2\n3\n4\n5\ny",
            ["@@ -3,4 +3,4 @@", *[" 3", " 4", " 5", "-x", "+y"]],
        ),
    ],
)
def test_three_lines_stand_around_a_change(before: str, after: str, hunks: list[str]) -> None:
    assert text_diff(before, after, "now", "then").splitlines()[2:] == hunks
