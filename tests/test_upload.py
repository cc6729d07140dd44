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

from local_workspace.rest.warehouses import WAREHOUSE_ID
from local_workspace.rest.workspace_files import tree
from local_workspace.testing.rest import RestWorkspace

ROOT = Path(__file__).parents[1]
CLI = shutil.which("databricks")
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
    return set(git_files(*bundle["sync"]["paths"]))


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


@pytest.mark.skipif(not CLI, reason="the Databricks CLI is not installed")
def test_the_cli_deploys_it_with_these_files_only(
    bundle: dict[str, Any], uploaded: set[str], tmp_path: Path
) -> None:
    source, service = tmp_path / "source", RestWorkspace(tmp_path / "home")
    for file in git_files():
        (source / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, source / file)
    caller = service.as_(service.admin)

    def ask(*command: str) -> str:
        result = subprocess.run(
            [
                *(str(CLI), "bundle", *command),
                *("--var", f"warehouse_id={WAREHOUSE_ID}", "--var", "people=analysts"),
            ],
            cwd=source,
            env={
                "HOME": str(tmp_path),
                "PATH": os.environ["PATH"],
                "DATABRICKS_HOST": service.workspace.host,
                "DATABRICKS_TOKEN": caller.token,
                "DATABRICKS_CLI_DISABLE_TELEMETRY": "1",
            },
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout + result.stderr

    ask("validate", "--strict")
    ask("deploy")
    assert "0 created, 0 changed, 0 deleted" in ask("deploy")
    assert "medallion-builder" in ask("summary")
    app = caller("GET", "/api/2.0/apps/medallion-builder")
    assert app["app_status"]["state"] == "RUNNING"
    assert (
        app["user_api_scopes"]
        == bundle["resources"]["apps"]["medallion_builder"]["user_api_scopes"]
    )
    folder = app["active_deployment"]["source_code_path"].removeprefix("/Workspace")
    objects = dict(tree(service.workspace).below(folder))
    arrived = {
        path.removeprefix(f"{folder}/")
        for path, item in objects.items()
        if item["object_type"] == "FILE"
    }
    assert arrived == uploaded
    ask("destroy", "--auto-approve")
    assert caller("GET", "/api/2.0/apps").get("apps", []) == []
    service.close()


def git_files(*paths: str) -> list[str]:
    """The files below the paths that git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *paths],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [file for file in listed.stdout.splitlines() if (ROOT / file).exists()]


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
