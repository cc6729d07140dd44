"""Personal data that gold masks: what a reader sees, and what the group that may see it does."""

from __future__ import annotations

from dataclasses import replace

from local_workspace.principals import add_group
from medallion_core.check import check_design
from medallion_core.deploy import apply_plan, grant_readers, plan_deploy
from medallion_core.generate import generate_bundle
from medallion_core.model import (
    Column,
    Design,
    Level,
    Privacy,
    PrivacyDecision,
    Role,
    Settings,
    Source,
    TableLocation,
    TableName,
)
from medallion_core.propose import propose_design, propose_star
from medallion_core.run import start_run, watch_run
from medallion_core.tables.masks import mask_functions
from medallion_core.trust import own_asker
from medallion_core.workspace import connect
from tests.conftest import RunningWorkspace

COLUMNS = ("person_id int", "email string", "born date", "city string")
READER, STEWARD = "reader@example.com", "steward@example.com"


def masked_design(*masked: str) -> Design:
    source = Source(
        TableLocation(TableName("main", "mask_source", "person"), append_only=False),
        tuple(Column(*text.split()) for text in COLUMNS),
        primary_key=("person_id",),
    )
    settings = Settings(
        "masks", "main", "masked", unmasked_group="stewards", readers=("account users",)
    )
    design = propose_design([source], [None], settings)
    [entity] = design.entities
    mask = Privacy("personal", PrivacyDecision.MASK)
    keep = Privacy("personal", PrivacyDecision.KEEP)
    columns = (
        replace(c, privacy=mask if c.name in masked else keep if c.privacy else None)
        for c in entity.columns
    )
    entity = replace(entity, role=Role.DIMENSION, columns=tuple(columns))
    design = replace(design, entities=(entity,))
    return replace(design, star=propose_star(design))


def test_readers_see_masks_and_the_group_sees_the_values(workspace: RunningWorkspace) -> None:
    workspace.sql("CREATE SCHEMA main.mask_source")
    workspace.sql(
        "CREATE TABLE main.mask_source.person AS SELECT 1 AS person_id, 'ada@example.com' AS email,"
        " DATE'1815-12-10' AS born, 'London' AS city"
    )
    add_group(workspace.state, "stewards", [STEWARD])
    design = masked_design("email", "born")
    ws = connect()
    deployment = apply_plan(ws, plan_deploy(ws, design), lambda _: None)
    *_, status = watch_run(
        ws, design, deployment.pipeline_id, start_run(ws, deployment.pipeline_id)
    )
    assert (status.errors, status.state) == ((), "COMPLETED")
    grant_readers(own_asker(ws), design, deployment.pipeline_id)
    assert plan_deploy(ws, design).changes == ()
    ws.close()
    question = (
        "SELECT dim_person.email, CAST(born AS STRING), city FROM main.masked.dim_person"
        " WHERE main.masked.dim_person.person_id = 1"
    )
    assert workspace.sql(question, user=READER) == [("***", None, "London")]
    assert workspace.sql(question, user=STEWARD) == [("ada@example.com", "1815-12-10", "London")]


def test_masks_are_in_the_code_and_in_the_script_for_an_admin() -> None:
    bundle = generate_bundle(masked_design("email"))
    [mask] = mask_functions(masked_design("email"))
    assert mask.name.startswith("mask_string_masks_")
    assert f"email STRING MASK {{TARGET}}.{mask.name}" in bundle["src/gold/dim_person.py"]
    assert "MASK" not in bundle["src/silver/person.py"]
    assert f"CREATE OR REPLACE FUNCTION {mask.name}(" in bundle["sql/masks.sql"]
    script = bundle["sql/permissions.sql"]
    [made] = [line for line in script.splitlines() if f"main.masked.{mask.name}" in line]
    assert made.startswith("-- CREATE OR REPLACE FUNCTION"), "no admin's, which none may replace"
    assert made.endswith("IF(is_account_group_member('stewards'), value, '***');")
    assert "GRANT CREATE FUNCTION ON SCHEMA main.masked" in script
    assert "MASK" not in "".join(generate_bundle(masked_design()).values())


def test_a_key_cannot_be_masked() -> None:
    errors = [f for f in check_design(masked_design("person_id")) if f.level is Level.ERROR]
    assert [finding.subject for finding in errors] == ["person.person_id"]
