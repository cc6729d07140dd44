"""Processes of updates, without Spark: their jobs are files that cannot be read."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_workspace.lakeflow.launcher import Launcher


@pytest.fixture
def launcher(tmp_path: Path) -> Iterator[Launcher]:
    made = Launcher(tmp_path, {})
    yield made
    made.close()


def processes(home: Path) -> list[int]:
    """The launcher, which ``home`` is an argument of, and what it was forked to."""
    found = subprocess.run(["pgrep", "-f", str(home)], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


def test_a_process_tells_its_end_and_leaves_nothing(launcher: Launcher, tmp_path: Path) -> None:
    log, endless = tmp_path / "log", tmp_path / "endless"
    os.mkfifo(endless)
    assert launcher.start(tmp_path / "no job", log).wait() == 1
    assert "no job" in log.read_text()
    (begun,) = processes(tmp_path)
    running = launcher.start(endless, log)
    (forked,) = {*processes(tmp_path)} - {begun}
    running.stdin.close()
    os.kill(forked, signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL
    assert running.stdout.closed, "each update would cost the server descriptors"

    os.kill(begun, signal.SIGKILL)
    while begun in processes(tmp_path):
        time.sleep(0.05)
    assert launcher.start(tmp_path / "no job", log).wait() == 1, "another one has taken its place"
