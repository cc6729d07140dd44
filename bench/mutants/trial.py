"""One changed file, held against the tests that come by the change."""

from __future__ import annotations

import importlib
import importlib.util
import multiprocessing
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder, SourceLoader
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from bench.mutants.changes import Mutant
from bench.mutants.covering import be_quiet

LEAST_SECONDS, TIMES = 20.0, 5
"""A trial may take so long, or so many times what its tests take; then it counts as noticed, since
the change made a loop without end."""


_SLOW_TO_LOAD = ("hypothesis", "jinja2", "pyarrow", "sqlglot.dialects.databricks", "yaml")


def load_once() -> None:
    """What every trial needs and no trial changes."""
    for name in _SLOW_TO_LOAD:
        importlib.import_module(name)


def is_noticed(root: Path, mutant: Mutant, tests: Sequence[str], seconds: float) -> bool:
    """Whether one of ``tests`` fails, or none comes to its end."""
    if not tests:
        return False
    process = multiprocessing.get_context("fork").Process(
        target=_try, args=(root, mutant, list(tests)), daemon=True
    )
    process.start()
    process.join(LEAST_SECONDS + TIMES * seconds)
    if process.is_alive():
        process.kill()
        process.join()
        return True
    return process.exitcode != pytest.ExitCode.OK


def _try(root: Path, mutant: Mutant, tests: list[str]) -> None:
    os.chdir(root)
    os.environ["CI"] = "1"  # The same examples each time.
    sys.meta_path.insert(0, _Changed(root, mutant))
    be_quiet()
    os._exit(int(pytest.main(["-x", "-p", "no:cacheprovider", *tests])))


class _Changed(MetaPathFinder, SourceLoader):
    """Gives Python the changed text of one module."""

    def __init__(self, root: Path, mutant: Mutant) -> None:
        parts = mutant.path.with_suffix("").parts
        self._name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        self._path, self._code = root / mutant.path, mutant.code

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._path, loader=self)

    def get_filename(self, *_: object) -> str:
        return str(self._path)

    def get_data(self, *_: object) -> bytes:
        return self._code.encode()
