"""A quarantine whose rules change: every row of bronze is in silver or in quarantine, once."""

from __future__ import annotations

from dataclasses import replace

from medallion_core.deploy import apply_plan, find_deployment, plan_deploy
from medallion_core.model import (
    Design,
    Entity,
    EntityColumn,
    Rule,
    RuleAction,
    Settings,
    TableLocation,
    TableName,
)
from medallion_core.run import start_run, watch_run
from medallion_core.workspace import Workspace, connect
from tests.conftest import RunningWorkspace

SMALL = Rule("amount_is_small", "amount < 8", RuleAction.FAIL)


def run(ws: Workspace, design: Design) -> str:
    """Deploys and runs; the state in which the update ended."""
    deployment = apply_plan(ws, plan_deploy(ws, design), lambda result: None)
    update = start_run(ws, deployment.pipeline_id, full_refresh_selection=deployment.full_refresh)
    *_, status = watch_run(ws, design, deployment.pipeline_id, update)
    return status.state


def test_rules_that_change_lose_no_row_and_double_none(workspace: RunningWorkspace) -> None:
    workspace.sql("CREATE SCHEMA main.divided")
    workspace.sql("CREATE TABLE main.divided.amounts AS SELECT id AS amount FROM range(10)")
    amounts = Entity(
        "amounts",
        (TableLocation(TableName("main", "divided", "amounts")),),
        (EntityColumn("amount", "amount", "bigint", "bigint"),),
    )
    ws = connect()
    settings = Settings("divided", "main", "divided", readers=())
    odd = Rule("amount_is_not_five", "amount <> 5", RuleAction.QUARANTINE)
    for rules, state, kept in [
        ((SMALL, odd), "FAILED", None),
        ((replace(SMALL, action=RuleAction.QUARANTINE), odd), "COMPLETED", 7),
        ((odd,), "COMPLETED", 9),
    ]:
        design = Design(settings, (replace(amounts, rules=rules),))
        assert run(ws, design) == state
        if kept is not None:
            assert counted(workspace, "silver") == kept
            assert counted(workspace, "quarantine") == 10 - kept
            deployment = find_deployment(ws, "divided")
            assert deployment is not None
            assert deployment.full_refresh == ()
    ws.close()


def counted(workspace: RunningWorkspace, layer: str) -> int:
    ((count,),) = workspace.sql(f"SELECT count(*) FROM main.divided.{layer}_amounts")
    return int(count)
