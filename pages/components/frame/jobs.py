"""Long work of the app, outside of any page: a page starts it, every page may look at it.

A rerun never starts it twice: one job a pipeline at a time, for all browsers of one person.
What was done is in the workspace; after a restart of the app the same job finishes the rest.
Nothing of who asked is kept once it has ended: neither what it works with, nor what its error was
raised from. Of those that have ended a person's latest are kept, until they were seen.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import streamlit as st

from medallion_core.errors import MedallionError
from medallion_core.workspace import STOPPED

KEPT = 100
"""Jobs that have ended and nobody dismissed, of one person; a process lives for weeks."""

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(slots=True)
class Job(Generic[Item, Result]):
    """``reports`` grow while the job runs; in the end there is a ``result`` or an ``error``. ``of``
    is what it is about, as that was when it began: what has changed since is told by it."""

    of: object = None
    reports: list[Item] = field(default_factory=list)
    result: Result | None = None
    error: MedallionError | None = None
    running: bool = True
    cancelled: bool = False
    _stop: Callable[[], object] | None = None

    def run(self, work: Work[Item, Result]) -> None:
        try:
            self.result = work(self.report)
        except MedallionError as error:
            self.error = MedallionError(error.code, error.message, error.hint)
        except Exception as error:
            self.error = MedallionError(
                "UNEXPECTED", f"{type(error).__name__}: {error}", "Try again; the log has more."
            )
            raise
        finally:
            self.running, self._stop = False, None

    def report(self, item: Item) -> None:
        """Raises MedallionError STOPPED where nobody waits for what comes next."""
        self.require()
        self.reports.append(item)

    def require(self) -> None:
        """Raises MedallionError STOPPED once the job was cancelled."""
        if self.cancelled:
            raise MedallionError(STOPPED, "It was cancelled.", "Nothing of it was kept.")

    def cancel(self) -> None:
        """Ends it at its next step, and the statements that run for it now; the page does not wait
        for them."""
        self.cancelled = True
        if self._stop is not None:
            threading.Thread(target=self._stop, daemon=True).start()


Work = Callable[[Callable[[Item], None]], Result]
"""What a job does: it is given what to report to."""


class Jobs:
    """The jobs of this process, by who began them and what they are called: reports tell of tables
    and rows, and are for nobody else."""

    def __init__(self) -> None:
        self._jobs: dict[tuple[str, str], Job[Any, Any]] = {}
        self._lock = threading.Lock()

    def find(self, who: str, name: str) -> Job[Any, Any] | None:
        return self._jobs.get((who, name))

    def of(self, who: str) -> dict[str, Job[Any, Any]]:
        """All that ``who`` began since the app did, by name."""
        return {name: job for (whose, name), job in tuple(self._jobs.items()) if whose == who}

    def forget(self, who: str, name: str) -> None:
        """What has ended and was seen."""
        with self._lock:
            job = self._jobs.get((who, name))
            if job is not None and not job.running:
                del self._jobs[who, name]

    def start(
        self,
        who: str,
        name: str,
        work: Work[Item, Result],
        stop: Callable[[], object] | None = None,
        of: object = None,
    ) -> Job[Item, Result]:
        """The job that runs under ``name`` for ``who``, else a new one that does ``work``. What
        others began is waited for by the lock of the pipeline's folder. ``stop`` ends what runs in
        the workspace, for a job that can be cancelled."""
        with self._lock:
            job = self._jobs.get((who, name))
            if job is None or not job.running:
                self._jobs.pop((who, name), None)
                self._drop_oldest(who)
                job = self._jobs[who, name] = Job(of, _stop=stop)
                threading.Thread(target=job.run, args=(work,), name=name, daemon=True).start()
            return job

    def _drop_oldest(self, who: str) -> None:
        ended = [key for key, job in self._jobs.items() if key[0] == who and not job.running]
        for key in ended[:-KEPT]:
            del self._jobs[key]


@st.cache_resource
def jobs() -> Jobs:
    """Deployments and runs, by the pipeline's name."""
    return Jobs()


@st.cache_resource
def proposals() -> Jobs:
    """Designs that are being proposed, by the name that their pipeline is to have."""
    return Jobs()


@st.cache_resource
def counts() -> Jobs:
    """Rows that break rules, by the pipeline's and the table's name."""
    return Jobs()


@st.cache_resource
def samples() -> Jobs:
    """Rows computed from samples, by the pipeline's and the table's name."""
    return Jobs()
