"""The wheel alone, in an environment of its own: without the app, without Spark, without this
repository."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.conftest import ROOT, RunningWorkspace

pytestmark = pytest.mark.minutes

EIGHT_LINES = """\
from medallion import Builder
builder = Builder()
design = builder.propose("main.wheel_source", catalog="main", schema="wheel_gold")
design = design.rename("region.r_comment", "remark").accept()
plan = builder.plan(design)
print(repr(plan))
run = builder.deploy(plan).run()
print(repr(run)); raise SystemExit(0 if run.met else 1)
"""
ABSENT = "streamlit pyspark local_workspace pages tests"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a new environment that has the wheel and what it asks for."""
    place = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "-w", place, ROOT], check=True)
    [wheel] = place.glob("medallion_builder-*.whl")
    venv.create(place / "venv", with_pip=False)
    found = place / "venv" / "bin" / "python"
    wanted = f"medallion-builder[warehouse] @ {wheel.as_uri()}"
    subprocess.run([*pip, "--python", found, "install", wanted], check=True)
    return found


def run(python: Path, code: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {"HOME": str(cwd), "PATH": os.environ["PATH"], **variables}
    return subprocess.run(
        [python, "-c", code], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )


def test_it_stands_alone(python: Path, tmp_path: Path) -> None:
    code = (
        "import importlib.util, medallion, medallion_core\n"
        f"print([name for name in {ABSENT.split()!r} if importlib.util.find_spec(name)])\n"
        "print(medallion_core.__file__)"
    )
    absent, place = run(python, code, tmp_path).stdout.splitlines()
    assert absent == "[]"
    assert place.startswith(str(python.parents[1]))


def test_importing_it_loads_nothing_else(python: Path, tmp_path: Path) -> None:
    code = (
        "import sys, medallion\n"
        "print([name for name in ('databricks.sdk', 'pyarrow', 'sqlglot') if name in sys.modules])"
    )
    assert run(python, code, tmp_path).stdout == "[]\n"


def test_a_design_is_made_and_generated_without_a_workspace(python: Path, tmp_path: Path) -> None:
    code = "from medallion.example import shop; print(len(shop().bundle()))"
    done = run(python, code, tmp_path)
    assert int(done.stdout) > 10, done.stderr


def test_eight_lines_reach_all_criteria(
    python: Path, tmp_path: Path, workspace: RunningWorkspace
) -> None:
    workspace.sql("CREATE SCHEMA IF NOT EXISTS main.wheel_source")
    for table in ("nation", "region"):
        workspace.sql(
            f"CREATE TABLE main.wheel_source.{table} AS SELECT * FROM samples.tpch.{table}"
        )
    known = {name: value for name, value in workspace.env.items() if name.startswith("DATABRICKS_")}
    done = run(python, EIGHT_LINES, tmp_path, **known)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("✓") >= 4
    assert "✗" not in done.stdout
