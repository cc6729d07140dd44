"""The wheel alone: without the app, without Spark, without this repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.conftest import ROOT, RunningWorkspace

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
ABSENT = ("streamlit", "pyspark", "local_workspace", "pages", "tests")
WITHOUT = f"import sys; sys.modules.update(dict.fromkeys({ABSENT!r})); "
"""Makes an import of them fail, as where they are not installed."""
GOLDEN = ROOT / "tests" / "golden" / "tpch"
GENERATE = """\
import sys
from medallion import Design
Design.load(sys.argv[1]).write("made")
"""
DOCTESTS = """\
import doctest, medallion.editors, medallion.example, medallion_core.text.types
modules = medallion.editors, medallion.example, medallion_core.text.types
done = [doctest.testmod(module, raise_on_error=True) for module in modules]
print(sum(each.attempted for each in done))
"""
IMPORT_SECONDS = 0.5
"""Of the processor: what else runs here does not count."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("wheel")
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation"]
    command = [sys.executable, "-m", "pip", "wheel", *options, "-w", place, ROOT]
    subprocess.run(command, check=True)
    [made] = place.glob("medallion_builder-*.whl")
    return made


def run(
    python: Path | str, code: str, cwd: Path, *words: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    env = {"HOME": str(cwd), "PATH": os.environ["PATH"], **variables}
    command = [python, "-W", "error", "-c", code, *words]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder that has what the wheel has."""
    place = tmp_path_factory.mktemp("unpacked")
    ZipFile(wheel).extractall(place)
    return str(place)


def test_it_is_imported_from_there_and_loads_nothing_else(unpacked: str, tmp_path: Path) -> None:
    code = (
        "import sys, time; start = time.process_time(); import medallion, medallion_core\n"
        "print(time.process_time() - start, medallion_core.__file__)\n"
        "from medallion import Builder, Design\n"
        "late = 'databricks', 'pyarrow', 'requests', 'sqlglot'\n"
        "print([each for each in late if each in sys.modules])"
    )
    done = run(sys.executable, code, tmp_path, PYTHONPATH=unpacked)
    place, loaded = done.stdout.splitlines()
    seconds, file = place.split()
    assert float(seconds) < IMPORT_SECONDS
    assert file.startswith(unpacked)
    assert loaded == "[]", "the SDK takes a second to load"


def test_it_generates_without_the_app_and_without_spark(unpacked: str, tmp_path: Path) -> None:
    design = str(GOLDEN / "medallion.yml")
    done = run(sys.executable, WITHOUT + GENERATE, tmp_path, design, PYTHONPATH=unpacked)
    assert done.returncode == 0, done.stderr
    assert files(tmp_path / "made") == files(GOLDEN)


@pytest.fixture(scope="module", params=["python3.11", "python3.12", "python3.13"])
def python(
    request: pytest.FixtureRequest,
    wheel: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Each Python that it is for, in a new environment with what it asks for and no more."""
    place = tmp_path_factory.mktemp(request.param)
    base = found_python(request.param)
    subprocess.run([base, "-m", "venv", "--without-pip", place], check=True)
    python = place / "bin" / "python"
    wanted = f"medallion-builder[warehouse] @ {wheel.as_uri()}"
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--python", python, "install", wanted], check=True)
    return python


@pytest.mark.notebooks
def test_it_stands_alone(python: Path, tmp_path: Path) -> None:
    code = (
        "import importlib.util, medallion, medallion_core\n"
        f"print([name for name in {ABSENT!r} if importlib.util.find_spec(name)])\n"
        "print(medallion_core.__file__)"
    )
    absent, place = run(python, code, tmp_path).stdout.splitlines()
    assert absent == "[]"
    assert place.startswith(str(python.parents[1]))


@pytest.mark.notebooks
def test_a_design_becomes_the_same_files(python: Path, tmp_path: Path) -> None:
    done = run(python, GENERATE, tmp_path, str(GOLDEN / "medallion.yml"))
    assert done.returncode == 0, done.stderr
    assert files(tmp_path / "made") == files(GOLDEN)


@pytest.mark.notebooks
def test_the_examples_of_its_reference_run(python: Path, tmp_path: Path) -> None:
    done = run(python, DOCTESTS, tmp_path)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 10


@pytest.mark.notebooks
def test_eight_lines_reach_all_criteria(
    python: Path, tmp_path: Path, workspace: RunningWorkspace
) -> None:
    workspace.sql("CREATE SCHEMA IF NOT EXISTS main.wheel_source")
    for table in ("nation", "region"):
        workspace.sql(
            f"CREATE TABLE IF NOT EXISTS main.wheel_source.{table} "
            f"AS SELECT * FROM samples.tpch.{table}"
        )
    known = {name: value for name, value in workspace.env.items() if name.startswith("DATABRICKS_")}
    done = run(python, EIGHT_LINES, tmp_path, **known)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("✓") >= 4
    assert "✗" not in done.stdout


def found_python(name: str) -> str:
    """The interpreter of that name that answers, this one where it is of that version."""
    if name == f"python{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    path = shutil.which(name) or ""
    if not path or subprocess.run([path, "-V"], capture_output=True, check=False).returncode:
        pytest.skip(f"{name} is not installed")
    return path


def files(folder: Path) -> dict[str, str]:
    """All but the list of what was written."""
    return {
        str(path.relative_to(folder)): path.read_text("utf-8")
        for path in folder.rglob("*")
        if path.is_file() and ".medallion" not in path.parts
    }
