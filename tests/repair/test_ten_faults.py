"""``run --repair`` over dirty data: ten different faults, mended without a person."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

import pytest

from medallion_core.deploy import deployed
from medallion_core.generate.render import md
from medallion_core.model import ChangeHandling, Design, Role
from medallion_core.model.file import dump_design, load_design
from medallion_core.repair.loop import SAFE_CONSENT
from medallion_core.workspace import Workspace, connect
from medallion_core.workspace.folder import WorkspaceFolder
from tests.conftest import ROOT, RunningWorkspace
from tests.repair.faults import LATEST, SAFE, Fault, described, entity, measured, rule, table
from tests.repair.scene import Scene

pytestmark = pytest.mark.minutes

PLANTED = {
    "buyers": {"COLUMN_IS_GONE", "KEY_IS_NULL"},
    "payments": {"COLUMN_IS_RENAMED", "SEQUENCE_IS_NULL"},
    "products": {"SOURCE_IS_NO_STREAM", "CAST_FAILS"},
    "shops": {"SOURCE_IS_RETYPED"},
    "lines": {"COLUMN_IS_MISSING", "OVERFLOWS"},
    "returns": {"DIVIDES_BY_ZERO"},
}


def dirty(name: str, select: str, columns: dict[str, str], **changes: object) -> Fault:
    return Fault(name, "", SAFE, table(select), entity(name, columns, **changes))


FAULTS = (
    dirty(
        "buyers",
        "SELECT 1 AS id, 'Ann' AS name UNION ALL SELECT NULL, 'Bob'",
        {"id": "int", "name": "string", "fax": "string"},
        **LATEST,
    ),
    dirty(
        "payments",
        "SELECT 1 AS id, 5 AS PaidOn UNION ALL SELECT 2, NULL",
        {"id": "int", "paid_on": "int"},
        sequence_by="paid_on",
        key=("id",),
        change=ChangeHandling.HISTORY,
    ),
    Fault(
        "products",
        "",
        SAFE,
        ("CREATE VIEW {t} AS SELECT 1 AS id, '20' AS size UNION ALL SELECT 2, 'XL'",),
        entity(
            "products",
            {"id": "int", "size": "string"},
            rules=(rule("CAST(size AS INT) > 0"),),
        ),
    ),
    Fault(
        "shops",
        "",
        SAFE,
        table("SELECT 1 AS id, '5' AS floors UNION ALL SELECT 2, 'two'"),
        entity("shops", {"id": "int", "floors": "int"}, role=Role.DIMENSION, **LATEST),
        dimension=described("shops", ("floors", "floors")),
    ),
    Fault(
        "lines",
        "",
        SAFE,
        table("SELECT 1 AS id, 2000000000 AS qty, 3 AS UnitPrice UNION ALL SELECT 2, 7, 1"),
        entity("lines", {"id": "int", "qty": "int", "unit_price=UnitPrice": "int"}, role=Role.FACT),
        measured("lines", "qty * line.UnitPrice"),
    ),
    Fault(
        "returns",
        "",
        SAFE,
        table("SELECT 1 AS id, 5 AS qty, 2 AS boxes UNION ALL SELECT 2, 7, 0"),
        entity(
            "returns",
            {"id": "int", "qty": "int", "boxes": "int"},
            rules=(rule("qty / boxes > 1"),),
        ),
    ),
)


@dataclass(frozen=True)
class Told:
    """What the command said, and the design as it left it."""

    scene: Scene
    exit_code: int
    output: str
    design: Design


@pytest.fixture(scope="module")
def told(workspace: RunningWorkspace, tmp_path_factory: pytest.TempPathFactory) -> Told:
    scene = Scene(connect(), "dirty_shop", FAULTS)
    scene.make_sources()
    file = tmp_path_factory.mktemp("dirty") / "medallion.yml"
    file.write_text(dump_design(scene.design()))
    result = subprocess.run(
        [sys.executable, "-m", "medallion_core", "run", str(file), "--repair", "5"],
        env=workspace.env,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return Told(
        scene, result.returncode, result.stdout + result.stderr, load_design(file.read_text())
    )


def fixes_of(ws: Workspace, design: Design) -> str:
    return WorkspaceFolder(ws, deployed(ws, design).root_path).read("FIXES.md") or ""


def test_it_ends_in_success_by_every_criterion(told: Told) -> None:
    assert told.exit_code == 0, told.output
    assert (told.output.count("✓"), told.output.count("✗")) == (5, 0), told.output


def test_each_fault_was_mended_for_what_it_was(told: Told) -> None:
    found = {
        name: {fix.failure for fix in told.design.fixes if fix.subject.endswith(f"_{name}")}
        for name in PLANTED
    }
    assert found == PLANTED
    assert {fix.consent for fix in told.design.fixes} == {SAFE_CONSENT}


def test_fixes_md_in_the_workspace_names_each(told: Told) -> None:
    written = fixes_of(told.scene.ws, told.design)
    for fix in told.design.fixes:
        assert all(md(text) in written for text in (fix.subject, fix.reason, fix.change))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_row_is_there(told: Told, fault: Fault) -> None:
    scene, entity = told.scene, told.design.entity(fault.name)
    aside = scene.count(f"quarantine_{fault.name}") if fault.name in ("buyers", "payments") else 0
    assert scene.count(f"bronze_{fault.name}") == fault.rows
    assert scene.count(f"silver_{entity.name}") + aside == fault.rows
