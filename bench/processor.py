"""Seconds of processor time: what a measurement costs, however busy the machine is otherwise."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds(work: Callable[[], object]) -> float:
    """Those that ``work`` takes in this process and all that it has started, as Linux counts them.
    Processes that come and go meanwhile count once they were waited for."""
    before = _seconds_of_all()
    work()
    return _seconds_of_all() - before


def _seconds_of_all() -> float:
    """User and system time of the processes, and of their children that have ended."""
    stats = {int(each[0]): each for each in _stats()}
    ours, waiting = 0, [os.getpid()]
    while waiting:
        parent = waiting.pop()
        ours += sum(map(int, stats[parent][13:17]))
        waiting += [pid for pid, each in stats.items() if int(each[3]) == parent]
    return ours / _TICKS


def _stats() -> Iterator[list[str]]:
    """The fields of ``/proc/<pid>/stat``, from the process's number on (proc_pid_stat(5))."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            head, _, tail = path.read_text(encoding="utf-8").rpartition(")")
        except OSError:
            continue
        yield [head.split(" ")[0], "", *tail.split()]
