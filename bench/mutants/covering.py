"""Which tests come by which line, and how long each takes: one run of those without Spark."""

from __future__ import annotations

import functools
import multiprocessing
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import coverage
import pytest

WITH_SPARK = {"workspace", "spark_parser"}
"""The fixtures that start the local workspace, and with it Spark, or a part of Spark."""


@dataclass(slots=True)
class Covering:
    """``seconds`` by test, and by file and line the tests that come by. Line 0: any line."""

    seconds: dict[str, float] = field(default_factory=dict)
    tests: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def of(self, path: Path, line: int) -> list[str]:
        """The tests that come by, the quickest first; of a line that is run as the file is
        imported, all that come by any line of it."""
        found = self.tests.get((str(path), line)) or self.tests.get((str(path), 0), [])
        return sorted(found, key=lambda test: self.seconds.get(test, 0.0))


def cover(root: Path, rooms: Sequence[Path], tests: Sequence[str]) -> Covering:
    """Runs ``tests`` in a process of its own, so that this one has imported nothing of it."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_measure, args=(theirs, root, rooms, tests))
    process.start()
    theirs.close()
    found: Covering = ours.recv()
    process.join()
    return found


def _measure(answer: Connection, root: Path, rooms: Sequence[Path], tests: Sequence[str]) -> None:
    os.chdir(root)
    be_quiet()
    measured = coverage.Coverage(
        data_file=None, config_file=False, source=[str(root / room) for room in rooms]
    )
    watcher = _Watcher(measured)
    measured.start()
    pytest.main(["-p", "no:cacheprovider", *tests], plugins=[watcher])
    measured.stop()
    watcher.covering.tests = dict(_tests(measured.get_data(), root, set(watcher.covering.failed)))
    answer.send(watcher.covering)


def _tests(
    data: coverage.CoverageData, root: Path, failed: set[str]
) -> Iterator[tuple[tuple[str, int], list[str]]]:
    for file in data.measured_files():
        path = str(Path(file).relative_to(root))
        of_the_file: set[str] = set()
        for line, contexts in data.contexts_by_lineno(file).items():
            passed = {test for test in contexts if test} - failed
            of_the_file |= passed
            yield (path, line), sorted(passed)
        yield (path, 0), sorted(of_the_file)


def be_quiet() -> None:
    """For a process of which nobody reads what it writes."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)


def _forget_answers() -> None:
    """A cached answer would hide the lines that found it from all tests but the first."""
    ours = [module for name, module in sys.modules.items() if name.startswith("medallion_core")]
    for module in ours:
        for value in vars(module).values():
            if isinstance(value, functools._lru_cache_wrapper):
                value.cache_clear()


class _Watcher:
    """Tells the measurement which test runs, and leaves out those that need Spark."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self._measured = measured
        self.covering = Covering()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [i for i in items if WITH_SPARK.isdisjoint(getattr(i, "fixturenames", ()))]

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        _forget_answers()
        self._measured.switch_context(item.nodeid)
        yield
        self._measured.switch_context("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        before = self.covering.seconds.get(report.nodeid, 0.0)
        self.covering.seconds[report.nodeid] = before + report.duration
        if report.failed:
            self.covering.failed.append(report.nodeid)
