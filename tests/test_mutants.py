"""Which small changes of code the tests are held against."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.mutants.changes import Mutant, Source
from bench.mutants.covering import Covering
from bench.mutants.trial import Outcome, Trial, put_in_place, try_all

CODE = """\
def f(a: int, b: list[int]) -> int:
    if not b or a < 1:
        return 2
    return [x for x in b if x][0] if a is not None else 0
"""

CHANGES = [
    (2, "    if b or a < 1:"),
    (2, "    if not b and a < 1:"),
    (2, "    if not b or a <= 1:"),
    (2, "    if not b or a < 2:"),
    (3, "        return 3"),
    (4, "    return [x for x in b if not (x)][0] if a is not None else 0"),
    (4, "    return [x for x in b if x][1] if a is not None else 0"),
    (4, "    return [x for x in b if x][0] if a is None else 0"),
    (4, "    return [x for x in b if x][0] if a is not None else 1"),
]


def test_comparisons_conditions_and_numbers_are_changed_one_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "f.py").write_text(CODE)
    source = Source(tmp_path, Path("f.py"))
    mutants = [source.mutant(number) for number in range(len(source))]
    lines = CODE.splitlines()
    found = []
    for mutant in mutants:
        changed = mutant.code.splitlines()
        [line] = [n for n, (a, b) in enumerate(zip(lines, changed, strict=True)) if a != b]
        assert mutant.line == line + 1
        assert mutant.diff == f"-{lines[line]}\n+{changed[line]}"
        found.append((mutant.line, changed[line]))
    assert sorted(found) == sorted(CHANGES)


MODULE = """\
from functools import lru_cache

MOST = 10

@lru_cache(maxsize=8)
def is_small(number: int) -> bool:
    return (
        0 <= number
        and number < MOST
    )

class Numbers:
    def small(self, numbers: list[int]) -> list[int]:
        return [n for n in numbers if n < MOST]
"""


@pytest.fixture
def numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    (tmp_path / "numbers_of_a_test.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield Source(tmp_path, Path("numbers_of_a_test.py"))
    sys.modules.pop("numbers_of_a_test", None)


def changes(source: Source) -> dict[str, Mutant]:
    mutants = [source.mutant(number) for number in range(len(source))]
    return {mutant.diff.split("\n+")[1].strip(): mutant for mutant in mutants}


def test_a_change_reaches_those_who_have_imported_the_function(
    tmp_path: Path, numbers: Source
) -> None:
    module = importlib.import_module("numbers_of_a_test")
    is_small, small = module.is_small, module.Numbers().small
    assert (is_small(10), small([9, 10])) == (False, [9])
    mutants = changes(numbers)
    put_in_place(tmp_path, mutants["and number <= MOST"])
    is_small.cache_clear()
    put_in_place(tmp_path, mutants["return [n for n in numbers if n <= MOST]"])
    assert (is_small(10), small([9, 10])) == (False, [9, 10])


def test_a_statement_is_held_by_the_tests_that_come_by_any_of_its_lines(numbers: Source) -> None:
    mutants = changes(numbers)
    at = {
        3: [""],
        5: [""],
        6: [""],
        8: ["tests/a.py::slow", "tests/b.py::quick", "tests/a.py::failing"],
        14: ["tests/a.py::other"],
    }
    seconds = {"tests/a.py::slow": 2.0, "tests/a.py::other": 0.1, "tests/b.py::quick": 0.5}
    covering = Covering(seconds, ["tests/a.py::failing"], {"numbers_of_a_test.py": at})
    held = {text: covering.of(mutant) for text, mutant in mutants.items()}
    assert held["and number <= MOST"] == ["tests/b.py::quick", "tests/a.py::slow"]
    assert held["return [n for n in numbers if n <= MOST]"] == ["tests/a.py::other"]
    everything = ["tests/b.py::quick", "tests/a.py::other", "tests/a.py::slow"]
    assert held["MOST = 11"] == held["@lru_cache(maxsize=9)"] == everything
    anew = {text for text, mutant in mutants.items() if covering.is_of_import(mutant)}
    assert anew == {"MOST = 11", "@lru_cache(maxsize=9)"}


COUNTS = """\
MOST = 10

def is_few(number):
    \'\'\'
    >>> is_few(3)
    True
    \'\'\'
    return number < MOST

def is_many(number):
    while number > 99:
        number = number // 10
    return number > 20
"""
TESTS = """\
from counts_of_a_test import is_few, is_many

def test_few(): assert is_few(9) and not is_few(10)
def test_many(): assert is_many(50) and not is_many(2) and is_many(990)
"""


def test_each_change_is_tried_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "counts_of_a_test.py").write_text(COUNTS)
    (tmp_path / "test_counts.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --doctest-modules\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    mutants = changes(Source(tmp_path, Path("counts_of_a_test.py")))
    tests = ("counts_of_a_test.py::counts_of_a_test.is_few", "test_counts.py::test_few")
    few = {text: mutants[text] for text in ("MOST = 11", "return number <= MOST")}
    many = {text: mutants[text] for text in ("return number >= 20", "while number >= 99:")}
    trials = [
        *(Trial(mutant, tests, 0, anew=text == "MOST = 11") for text, mutant in few.items()),
        *(Trial(m, ("test_counts.py::test_many",), 0, anew=False) for m in many.values()),
        Trial(many["while number >= 99:"], (), 0, anew=False),
    ]
    found = [
        outcome
        for _, outcome in sorted(
            try_all(tmp_path, trials, 2), key=lambda pair: trials.index(pair[0])
        )
    ]
    noticed, unnoticed = Outcome.NOTICED, Outcome.UNNOTICED
    assert found == [noticed, noticed, unnoticed, noticed, unnoticed]
