"""Changed code, held against the tests that come by the change."""

from __future__ import annotations

import gc
import importlib
import importlib.util
import multiprocessing
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from importlib.abc import MetaPathFinder, SourceLoader
from importlib.machinery import ModuleSpec
from multiprocessing.connection import Connection
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from hypothesis import Phase, settings

from bench.mutants.changes import Mutant
from bench.mutants.covering import be_quiet, forget_answers, needs_no_spark

LEAST_SECONDS, TIMES = 20, 5
"""A trial may take so much of a processor, or so many times what its tests take; then the change
made a loop without end."""

WAITING = 20
"""Seconds by the clock for one of a processor: others use the machine as well."""

MOST_BYTES = 8 << 30
_SLOW_TO_LOAD = ("hypothesis", "jinja2", "pyarrow", "sqlglot.dialects.databricks", "yaml")
_OPTIONS = ("-x", "-p", "no:cacheprovider", "--hypothesis-profile", "unshrunk")


class Outcome(Enum):
    NOTICED = "noticed"
    ENDLESS = "came to no end"
    UNNOTICED = "not noticed"


@dataclass(frozen=True, slots=True)
class Trial:
    """``seconds`` is what ``tests`` take of a processor without the change; ``anew`` says that
    the changed file must be imported anew."""

    mutant: Mutant
    tests: Sequence[str]
    seconds: float
    anew: bool

    @property
    def files(self) -> list[str]:
        return list(dict.fromkeys(test.partition("::")[0] for test in self.tests))


def try_all(root: Path, trials: Sequence[Trial], at_once: int) -> Iterator[tuple[Trial, Outcome]]:
    """In so many processes at once, none of which may have imported anything of ours before."""
    for name in _SLOW_TO_LOAD:
        importlib.import_module(name)
    settings.register_profile(
        "unshrunk",
        derandomize=True,
        deadline=None,
        database=None,
        phases=set(Phase) - {Phase.shrink, Phase.explain},
    )
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    for number in range(at_once):
        share = range(number, len(trials), at_once)
        context.Process(target=_work, args=(theirs, root, trials, share)).start()
    theirs.close()
    for _ in trials:
        number, outcome = ours.recv()
        yield trials[number], outcome


def _work(answer: Connection, root: Path, trials: Sequence[Trial], share: Sequence[int]) -> None:
    """Tests are collected in a process of its own, since that imports all of ours."""
    os.chdir(root)
    os.environ["CI"] = "1"  # The same examples each time.
    be_quiet()
    in_place = [number for number in share if trials[number].tests and not trials[number].anew]
    collected = _Collected(root, trials, in_place, answer)
    process = multiprocessing.get_context("fork").Process(target=collected.work)
    process.start()
    process.join()
    for number in sorted({*share} - {*in_place}):
        trial = trials[number]
        untested = Outcome.UNNOTICED if not trial.tests else None
        answer.send((number, untested or _outcome(trial, partial(_try_anew, root, trial))))


def _outcome(trial: Trial, attempt: Callable[[], int]) -> Outcome:
    limit = int(LEAST_SECONDS + TIMES * trial.seconds)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        process = multiprocessing.get_context("fork").Process(
            target=_limited, args=(attempt, limit, scratch)
        )
        process.start()
        process.join(WAITING * limit)
        if process.is_alive():
            process.kill()
            process.join()
    match process.exitcode:
        case 0:
            return Outcome.UNNOTICED
        case pytest.ExitCode.TESTS_FAILED | pytest.ExitCode.INTERRUPTED:
            return Outcome.NOTICED
        case code if code in (-signal.SIGXCPU, -signal.SIGKILL):
            return Outcome.ENDLESS
        case code:
            raise RuntimeError(f"{code}: {trial}")


def _limited(attempt: Callable[[], int], seconds: int, scratch: str) -> None:
    os.environ["PYTEST_DEBUG_TEMPROOT"] = scratch
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    os._exit(attempt())


@dataclass(frozen=True, slots=True, eq=False)
class _Collected:
    """Collects once, and tries each change in a fork of what was collected."""

    root: Path
    trials: Sequence[Trial]
    share: Sequence[int]
    answer: Connection

    def work(self) -> None:
        files = {file for number in self.share for file in self.trials[number].files}
        pytest.main([*_OPTIONS, *sorted(files)], plugins=[self])

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        for number in self.share:
            trial = self.trials[number]
            chosen = [items[test] for test in trial.tests]
            attempt = partial(_try_in_place, self.root, trial.mutant, session, chosen)
            self.answer.send((number, _outcome(trial, attempt)))
        return True


def _try_in_place(
    root: Path, mutant: Mutant, session: pytest.Session, items: Sequence[pytest.Item]
) -> int:
    put_in_place(root, mutant)
    forget_answers()
    for item, following in zip(items, [*items[1:], None], strict=True):
        session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return pytest.ExitCode.TESTS_FAILED
    return pytest.ExitCode.OK


def put_in_place(root: Path, mutant: Mutant) -> None:
    """Gives the functions of the file the changed code; who has imported them has it, too."""
    path = str(root / mutant.path)
    importlib.import_module(mutant.module)
    changed = {_place(code): code for code in _codes(compile(mutant.code, path, "exec"))}
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename == path:
            each.__code__ = changed[_place(each.__code__)]


def _codes(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _codes(each)


def _place(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _try_anew(root: Path, trial: Trial) -> int:
    """Imports the file at once: for a file with doctests pytest would ask its own finder first."""
    sys.meta_path.insert(0, _Changed(root, trial.mutant))
    importlib.import_module(trial.mutant.module)
    return int(pytest.main([*_OPTIONS, *trial.files], plugins=[_Chosen(trial.tests)]))


@dataclass(frozen=True, slots=True, eq=False)
class _Chosen:
    tests: Sequence[str]

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        places = {test: place for place, test in enumerate(self.tests)}
        items[:] = [item for item in items if item.nodeid in places and needs_no_spark(item)]
        items.sort(key=lambda item: places[item.nodeid])


class _Changed(MetaPathFinder, SourceLoader):
    """Gives Python the changed text of one module."""

    def __init__(self, root: Path, mutant: Mutant) -> None:
        self._name, self._path, self._code = mutant.module, root / mutant.path, mutant.code

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._path, loader=self)

    def get_filename(self, *_: object) -> str:
        return str(self._path)

    def get_data(self, *_: object) -> bytes:
        return self._code.encode()
