"""The habits of the house: imports go one way, types and lint are clean, requirements are pinned,
and what the README promises is there."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
STAND_IN = ROOT / "packages" / "local-workspace"


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "format", "--check", "."],
        ["ruff", "check", "."],
        ["mypy"],
        ["lint-imports"],
    ],
    ids=" ".join,
)
def test_check_is_clean(command: list[str]) -> None:
    result = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_what_the_tests_need_is_pinned() -> None:
    for line in requirement_lines("requirements-local.txt"):
        assert re.fullmatch(r"[A-Za-z0-9_.-]+(\[[a-z,]+\])?==[0-9.]+", line), line


def test_what_the_app_needs_is_pinned_by_hashes_and_names_no_place_to_load_it_from() -> None:
    text = (ROOT / "requirements.txt").read_text()
    for each in re.split(r"\n(?=[a-z])", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)):
        assert re.match(r"[a-z0-9_.-]+==[^ ]+ (; [^\\]+)?\\\n", each), each
        assert "--hash=sha256:" in each, each
    assert "//" not in text


def test_the_lock_fits_what_the_library_says_that_it_needs() -> None:
    """Ranges stand in pyproject.toml; ``make lock`` was run since they were changed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    needed = [*project["dependencies"], *extras["warehouse"], *extras["app"]]
    pinned = locked()
    asked = [Requirement(line) for line in needed]
    ours = {project["name"]}
    assert [
        str(each)
        for each in asked
        if each.name not in ours and pinned.get(each.name, "none") not in each.specifier
    ] == []


def test_what_is_installed_is_what_is_locked() -> None:
    """What the tests need on top is installed later, and changes none of it."""
    pinned = locked()
    assert {name: version(name) for name in pinned} == pinned


def test_what_the_stand_in_needs_is_pinned() -> None:
    """It is installed from its folder; what it depends on comes from the pinned lists."""
    project = tomllib.loads((STAND_IN / "pyproject.toml").read_text())
    lines = requirement_lines("requirements-local.txt")
    pinned = {re.split(r"[\[=]", line)[0] for line in lines} | set(locked())
    needed = (
        project["project"]["dependencies"] + project["project"]["optional-dependencies"]["testing"]
    )
    assert {re.split(r"\[", name)[0] for name in needed} <= pinned
    assert all("==" in line for line in project["build-system"]["requires"])


def test_the_app_imports_only_what_it_requires() -> None:
    required = {"streamlit", "databricks", "jinja2", "yaml", "pyarrow", "ruff", "sqlglot"}
    required |= {"anyascii", "charset_normalizer"}
    of_the_sdk = {"requests", "urllib3"}
    ours = {"medallion_core", "pages"}
    allowed = required | of_the_sdk | ours | set(sys.stdlib_module_names)
    files = [ROOT / "app.py", *(ROOT / "pages").rglob("*.py"), *core_files()]
    foreign = {
        f"{path.relative_to(ROOT)}: {module}"
        for path in files
        for module in imported_modules(path)
        if module not in allowed
    }
    assert not foreign


def test_the_vocabulary_imports_the_standard_library_and_text_only() -> None:
    core = ROOT / "medallion_core"
    for path in (core / "errors.py", *(core / "model").glob("*.py")):
        ours = {"medallion_core"} if path.parent.name == "model" else set()
        assert imported_modules(path) <= set(sys.stdlib_module_names) | ours, path


CHANGES_A_WORKSPACE = {
    *("apply_plan", "grant_readers", "run_all", "start_run", "validate_run", "repair_loop"),
    *("plan_deploy", "stop_run", "do_job", "plan_job", "stop_job", "accept_changes"),
}


PROPOSES = {"propose_design", "WarehouseChecks"}
OFFLINE = ROOT / "medallion" / "example.py"
"""Proposes without a workspace."""


def test_commands_pages_and_notebooks_propose_and_change_a_workspace_in_one_way_alone() -> None:
    """Through the builder: it alone calls ``proposal``, in which sources become a design, and
    ``job``, in which a design becomes a running pipeline."""
    files = {
        *(ROOT / "pages").rglob("*.py"),
        *(ROOT / "medallion").rglob("*.py"),
        *(ROOT / "medallion_core/cli").glob("*.py"),
    }
    assert {
        f"{path.relative_to(ROOT)}: {name}"
        for path in files - {OFFLINE}
        for name in imported_names(path) & (CHANGES_A_WORKSPACE | PROPOSES)
    } == set()


def test_app_yaml_is_what_databricks_apps_reads() -> None:
    app = yaml.safe_load((ROOT / "app.yaml").read_text())
    assert app["command"] == ["streamlit", "run", "app.py"]
    environment = {entry["name"]: entry for entry in app["env"]}
    assert environment["DATABRICKS_WAREHOUSE_ID"]["valueFrom"] == "sql-warehouse"


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "packages/local-workspace/README.md",
        *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md")),
    ],
)
def test_what_a_page_points_at_is_there(page: str) -> None:
    text = (ROOT / page).read_text()
    folder = (ROOT / page).parent
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    assert [link for link in links if not (folder / link).exists()] == []


def test_what_the_readme_calls_can_be_made() -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    called = set(re.findall(r"\bmake ([a-z]+)\b[ `]", (ROOT / "README.md").read_text()))
    assert {"app", "test"} <= called <= targets


def requirement_lines(name: str) -> list[str]:
    lines = (ROOT / name).read_text().splitlines()
    ours = "-e packages/local-workspace"
    return [line for line in lines if line and not line.startswith("#") and line != ours]


def locked() -> dict[str, str]:
    """The versions of the lock that are for the Python and platform of here."""
    lines = re.findall(r"^([a-z].*) \\$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    found = [Requirement(line) for line in lines]
    return {
        each.name: str(each.specifier).removeprefix("==")
        for each in found
        if each.marker is None or each.marker.evaluate()
    }


def core_files() -> list[Path]:
    return list((ROOT / "medallion_core").rglob("*.py"))


def imported_modules(path: Path) -> set[str]:
    """Top-level names that a file imports."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules.add(node.module.split(".")[0])
    return modules


def imported_names(path: Path) -> set[str]:
    """What a file takes out of modules of the core."""
    return {
        alias.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("medallion_core")
        for alias in node.names
    }
