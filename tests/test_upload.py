"""What is uploaded to Databricks as the app: all that it imports and reads, and nothing else."""

from __future__ import annotations

import ast
import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
NEVER = {"tests", "packages", "bench", "docs", ".ci", "Makefile", "requirements-local.txt"}
OPEN = """\
import medallion_core
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("app.py", default_timeout=60).run()
print(medallion_core.__file__)
raise SystemExit(str(app.exception) if app.exception else 0)
"""


@pytest.fixture(scope="module")
def bundle() -> dict[str, Any]:
    text = (ROOT / "databricks.yml").read_text()
    document: dict[str, Any] = yaml.safe_load(text)
    return document


@pytest.fixture(scope="module")
def uploaded(bundle: dict[str, Any]) -> set[str]:
    """The files of the bundle's paths, as git has them."""
    paths = bundle["sync"]["paths"]
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *paths],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(listed.stdout.split())


def test_every_path_is_there(bundle: dict[str, Any]) -> None:
    assert [path for path in bundle["sync"]["paths"] if not (ROOT / path).exists()] == []


def test_no_test_no_stand_in_and_no_measurement_goes_along(uploaded: set[str]) -> None:
    assert {file.split("/")[0] for file in uploaded}.isdisjoint(NEVER)


def test_every_module_that_is_imported_goes_along(uploaded: set[str]) -> None:
    known = {module_of(file) for file in uploaded if file.endswith(".py")}
    ours = {name.split(".")[0] for name in known}
    wanted = {
        name
        for file in uploaded
        if file.endswith(".py")
        for name in imports(ROOT / file)
        if name.split(".")[0] in ours
    }
    assert wanted - known == set()


def test_every_page_that_the_frame_names_goes_along(uploaded: set[str]) -> None:
    named = {
        node.value
        for node in ast.walk(ast.parse((ROOT / "app.py").read_text()))
        if isinstance(node, ast.Constant) and str(node.value).startswith("pages/")
    }
    assert named
    assert named - uploaded == set()


def test_every_package_that_goes_along_is_the_product_s(uploaded: set[str]) -> None:
    folders = {file.split("/")[0] for file in uploaded if file.endswith(".py")}
    assert folders == {"app.py", "medallion_core", "pages"}


def test_the_app_opens_and_generates_from_what_was_uploaded(
    uploaded: set[str], tmp_path: Path
) -> None:
    """In a folder that has these files only."""
    for file in uploaded:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    run = functools.partial(
        subprocess.run,
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )
    opened = run([sys.executable, "-c", OPEN])
    assert opened.returncode == 0, opened.stdout + opened.stderr
    assert opened.stdout.startswith(str(tmp_path))
    design = next((ROOT / "tests" / "golden").rglob("medallion.yml"))
    made = run([sys.executable, "-m", "medallion_core", "generate", str(design), "-o", "made"])
    assert made.returncode == 0, made.stdout + made.stderr
    assert (tmp_path / "made" / "databricks.yml").exists()


def module_of(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports(path: Path) -> set[str]:
    """The modules that a file imports from, whether ``from a import b`` names a module or not."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found
