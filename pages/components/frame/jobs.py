"""Long work of the app, outside of any page: a page starts it, every page may look at it.

A rerun never starts it twice: one job a pipeline at a time, for all browsers of one person.
What was done is in the workspace; after a restart of the app the same job finishes the rest.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import streamlit as st

from medallion_core.errors import MedallionError

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(slots=True)
class Job(Generic[Item, Result]):
    """``reports`` grow while the job runs; in the end there is a ``result`` or an ``error``."""

    reports: list[Item] = field(default_factory=list)
    result: Result | None = None
    error: MedallionError | None = None
    running: bool = True

    def run(self, work: Callable[[Callable[[Item], None]], Result]) -> None:
        try:
            self.result = work(self.reports.append)
        except MedallionError as error:
            self.error = error
        except Exception as error:
            self.error = MedallionError(
                "UNEXPECTED", f"{type(error).__name__}: {error}", "Try again; the log has more."
            )
            raise
        finally:
            self.running = False


class Jobs:
    """The jobs of this process, by who began them and what they are called: reports tell of tables
    and rows, and are for nobody else."""

    def __init__(self) -> None:
        self._jobs: dict[tuple[str, str], Job[Any, Any]] = {}
        self._lock = threading.Lock()

    def find(self, who: str, name: str) -> Job[Any, Any] | None:
        return self._jobs.get((who, name))

    def start(
        self, who: str, name: str, work: Callable[[Callable[[Item], None]], Result]
    ) -> Job[Item, Result]:
        """The job that runs under ``name`` for ``who``, else a new one that does ``work``. What
        others began is waited for by the lock of the pipeline's folder."""
        with self._lock:
            job = self._jobs.get((who, name))
            if job is None or not job.running:
                job = self._jobs[who, name] = Job()
                threading.Thread(target=job.run, args=(work,), name=name, daemon=True).start()
            return job


@st.cache_resource
def jobs() -> Jobs:
    return Jobs()
