"""A pytest plugin: one workspace, in a process of its own, for all tests of a process that need
one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_workspace.testing import RunningWorkspace, clean_environment, python_path

START_SECONDS = 120


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningWorkspace]:
    home = tmp_path_factory.mktemp("workspace")
    log = home / "log.txt"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "local_workspace", "--home", str(home)],
            env=os.environ | {"PYTHONPATH": python_path()},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        variables = wait_for_variables(process, home / "environment", log)
        running = RunningWorkspace(
            clean_environment() | variables | {"PYTHONPATH": python_path()}, home
        )
        with pytest.MonkeyPatch.context() as patch:
            for name in set(os.environ) - set(clean_environment()):
                patch.delenv(name)
            for name, value in variables.items():
                patch.setenv(name, value)
            yield running
            running.close()
    finally:
        process.terminate()
        process.wait(60)


def wait_for_variables(process: subprocess.Popen[bytes], path: Path, log: Path) -> dict[str, str]:
    """What the workspace wrote when it was ready."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        if "Serving" in log.read_text():
            return dict(re.findall(r"export (\w+)='?([^'\n]*)", path.read_text()))
        time.sleep(0.1)
    raise RuntimeError(f"The workspace did not start:\n{log.read_text()}")
