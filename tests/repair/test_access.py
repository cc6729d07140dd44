"""Grants and tables that are taken away after a deploy: the run says which, and what to do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from medallion_core.deploy import apply_plan, plan_deploy
from medallion_core.errors import MedallionError
from medallion_core.model import Design, Settings, TableLocation, TableName
from medallion_core.repair import Diagnosis, Risk, apply_fix, diagnose, gather_evidence
from medallion_core.repair.loop import silent
from medallion_core.run import validate_run
from medallion_core.workspace import Workspace, connect
from tests.conftest import RunningWorkspace
from tests.repair.faults import IDS, PAIR, entity

EVE = "eve@example.com"
LOST = {
    "no_select": "SELECT ON TABLE {}.kept.no_select",
    "no_schema": "USE SCHEMA ON SCHEMA {}.lost",
    "no_catalog": "USE CATALOG ON CATALOG {}",
}


@pytest.fixture(scope="module")
def eve(workspace: RunningWorkspace) -> Iterator[Workspace]:
    ws = connect(token=workspace.token(EVE))
    yield ws
    ws.close()


@pytest.fixture(scope="module")
def design(workspace: RunningWorkspace) -> Design:
    """Over three catalogs of somebody else's, all granted to Eve at first."""
    entities = []
    workspace.sql(f"GRANT USE CATALOG, CREATE SCHEMA ON CATALOG main TO `{EVE}`")
    for name in (*LOST, "no_table"):
        schema = "lost" if name == "no_schema" else "kept"
        workspace.sql(f"CREATE CATALOG of_{name}")
        workspace.sql(f"CREATE SCHEMA of_{name}.{schema}")
        workspace.sql(f"CREATE TABLE of_{name}.{schema}.{name} AS {PAIR}")
        workspace.sql(f"GRANT USE CATALOG ON CATALOG of_{name} TO `{EVE}`")
        workspace.sql(f"GRANT USE SCHEMA ON SCHEMA of_{name}.{schema} TO `{EVE}`")
        workspace.sql(f"GRANT SELECT ON TABLE of_{name}.{schema}.{name} TO `{EVE}`")
        read = TableLocation(TableName(f"of_{name}", schema, name))
        entities.append(entity(name, IDS, reads=(read,)))
    return Design(Settings("eves", "main", "eves_gold"), tuple(entities))


@pytest.fixture(scope="module")
def diagnoses(workspace: RunningWorkspace, eve: Workspace, design: Design) -> dict[str, Diagnosis]:
    deployment = apply_plan(eve, plan_deploy(eve, design), silent)
    for name, privilege in LOST.items():
        workspace.sql(f"REVOKE {privilege.format('of_' + name)} FROM `{EVE}`")
    workspace.sql("DROP TABLE of_no_table.kept.no_table")
    status = validate_run(eve, design, deployment.pipeline_id)
    found = diagnose(design, status.errors, gather_evidence(eve, design, status.errors))
    return {diagnosis.subject.removeprefix("bronze_"): diagnosis for diagnosis in found}


@pytest.mark.parametrize(
    ("name", "grant"),
    [
        ("no_select", "GRANT SELECT ON TABLE of_no_select.kept.no_select"),
        ("no_schema", "GRANT USE SCHEMA ON SCHEMA of_no_schema.lost"),
        ("no_catalog", "GRANT USE CATALOG ON CATALOG of_no_catalog"),
    ],
)
def test_the_grant_that_is_missing_is_spelled_out(
    diagnoses: dict[str, Diagnosis], name: str, grant: str
) -> None:
    found = diagnoses[name]
    assert (found.code, found.fix) == ("PRIVILEGE_IS_MISSING", None)
    assert f"{grant} TO `{EVE}`" in found.instructions


def test_a_table_that_is_gone_is_taken_out_on_consent_only(
    diagnoses: dict[str, Diagnosis], design: Design
) -> None:
    found = diagnoses["no_table"]
    assert (found.code, found.risk) == ("SOURCE_IS_MISSING", Risk.ASKS)
    assert found.fix is not None
    mended = apply_fix(design, found.fix, "the test")
    assert [entity.name for entity in mended.entities] == list(LOST)


def test_a_deploy_without_them_says_the_same(
    diagnoses: dict[str, Diagnosis], eve: Workspace, design: Design
) -> None:
    with pytest.raises(MedallionError) as raised:
        apply_plan(eve, plan_deploy(eve, design), silent)
    assert raised.value.code == "MISSING_PRIVILEGES"
    assert f"TO `{EVE}`" in raised.value.hint
