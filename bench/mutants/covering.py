"""Which tests come by which line, and how long each takes: one run of those without Spark."""

from __future__ import annotations

import functools
import hashlib
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

import coverage
import pytest

from bench.mutants.changes import Mutant

MEASURED = "medallion_core"
COUNTS = ("medallion_core", "tests", "packages", "pages", "bundle_templates")
"""The folders whose files decide what a test does."""

KEPT = Path("build/mutants")
"""A measurement is kept here until one of those files changes."""

WITH_SPARK = {"workspace", "spark_parser"}
"""The fixtures that start the local workspace, and with it Spark, or a part of Spark."""

MOST_SECONDS = 40.0
"""Of tests for one change. A change that only slower ones would notice counts as not noticed."""


@dataclass(frozen=True, slots=True)
class Covering:
    """``seconds`` of a processor by test, while it is measured; ``lines`` by file and line the
    tests that come by, ``""`` for an import; ``failed`` fail without any change."""

    seconds: dict[str, float]
    failed: list[str]
    lines: dict[str, dict[int, list[str]]]

    def of(self, mutant: Mutant) -> list[str]:
        """The tests that come by its statement, those of its room and quick files first; all that
        come by the file where the statement is run as the file is imported."""
        by_line = self.lines.get(str(mutant.path), {})
        found = {test for line in mutant.statement for test in by_line.get(line, [])}
        if self.is_of_import(mutant):
            found = {test for tests in by_line.values() for test in tests}
        ordered = self._in_order(found - {"", *self.failed}, {*mutant.path.parent.parts[1:]})
        spent = accumulate(self.seconds.get(test, 0.0) for test in ordered)
        return [
            test for test, seconds in zip(ordered, spent, strict=True) if seconds < MOST_SECONDS
        ]

    def is_of_import(self, mutant: Mutant) -> bool:
        """Whether a change of its statement is seen by those only who import the file anew."""
        by_line = self.lines.get(str(mutant.path), {})
        found = {test for line in mutant.statement for test in by_line.get(line, [])}
        return not mutant.in_function or found == {""}

    def _in_order(self, tests: set[str], room: set[str]) -> list[str]:
        """By file, so that what a file sets up is set up once."""
        of_file: dict[str, float] = {}
        for test in tests:
            file = test.partition("::")[0]
            of_file[file] = of_file.get(file, 0.0) + self.seconds.get(test, 0.0)

        def order(test: str) -> tuple[bool, float, str, float, str]:
            file = test.partition("::")[0]
            other = room.isdisjoint(Path(file).parts)
            return other, of_file[file], file, self.seconds.get(test, 0.0), test

        return sorted(tests, key=order)


def cover(root: Path, tests: Sequence[str]) -> Covering:
    """Runs ``tests`` in a process of its own, so that this one has imported nothing of ours;
    not again where nothing has changed since."""
    kept = root / KEPT / _fingerprint(root, tests)
    if not kept.with_suffix(".json").exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        process = multiprocessing.get_context("fork").Process(
            target=_measure, args=(root, kept, tests)
        )
        process.start()
        process.join()
    found = json.loads(kept.with_suffix(".json").read_text())
    return Covering(found["seconds"], found["failed"], _lines(root, kept.with_suffix(".coverage")))


def _fingerprint(root: Path, tests: Sequence[str]) -> str:
    found = hashlib.sha256("\n".join(tests).encode())
    for path in sorted(p for folder in COUNTS for p in (root / folder).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            found.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:20]


def _lines(root: Path, path: Path) -> dict[str, dict[int, list[str]]]:
    data = coverage.CoverageData(str(path))
    data.read()
    return {
        str(Path(file).relative_to(root)): data.contexts_by_lineno(file)
        for file in data.measured_files()
    }


def _measure(root: Path, kept: Path, tests: Sequence[str]) -> None:
    os.chdir(root)
    os.environ["CI"] = "1"  # The same examples each time.
    be_quiet()
    measured = coverage.Coverage(
        data_file=kept.with_suffix(".coverage"), config_file=False, source=[str(root / MEASURED)]
    )
    measured.erase()
    watcher = _Watcher(measured)
    measured.start()
    pytest.main(["-p", "no:cacheprovider", *tests], plugins=[watcher])
    measured.stop()
    measured.save()
    found = {"seconds": watcher.seconds, "failed": watcher.failed}
    kept.with_suffix(".json").write_text(json.dumps(found))


def be_quiet() -> None:
    """For a process of which nobody reads what it writes."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)


def forget_answers() -> None:
    """A cached answer would hide the lines that found it from all tests but the first."""
    ours = [module for name, module in sys.modules.items() if name.startswith(MEASURED)]
    for module in ours:
        for value in vars(module).values():
            if isinstance(value, functools._lru_cache_wrapper):
                value.cache_clear()


def needs_no_spark(item: pytest.Item) -> bool:
    return WITH_SPARK.isdisjoint(getattr(item, "fixturenames", ()))


@dataclass(slots=True, eq=False)
class _Watcher:
    """Tells the measurement which test runs, and leaves out those that need Spark."""

    measured: coverage.Coverage
    seconds: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if needs_no_spark(item)]

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        forget_answers()
        self.measured.switch_context(item.nodeid)
        started = time.process_time()
        yield
        self.seconds[item.nodeid] = time.process_time() - started
        self.measured.switch_context("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)
