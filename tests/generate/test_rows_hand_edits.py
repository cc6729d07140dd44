"""A rule that a person adds to generated silver keeps every row: in silver, or in quarantine."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from databricks.sdk.service.workspace import ImportFormat

from medallion_core.deploy import apply_plan, plan_deploy
from medallion_core.model import (
    ChangeHandling,
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

SOURCE, TARGET = "main.hand_edits_source", "main.hand_edits_of"
ROWS = "(1, 5), (2, -5), (3, NULL), (NULL, 7), (4, 1000), (NULL, -1)"


def _design(change: ChangeHandling, small: RuleAction = RuleAction.WARN) -> Design:
    name = f"{change}s"
    entity = Entity(
        name,
        (TableLocation(TableName.parse(f"{SOURCE}.readings")),),
        (EntityColumn("id", "id", "int", "int"), EntityColumn("amount", "amount", "int", "int")),
        key=("id",),
        change=change,
        rules=(
            Rule("id_present", "id IS NOT NULL -- the key", RuleAction.QUARANTINE),
            Rule("amount_small", "amount < 100", small),
        ),
    )
    return Design(Settings(name, "main", f"hand_edits_of_{name}"), (entity,))


@pytest.fixture(scope="module")
def ws(workspace: RunningWorkspace) -> Iterator[Workspace]:
    workspace.sql(f"CREATE SCHEMA {SOURCE}")
    workspace.sql(f"CREATE TABLE {SOURCE}.readings AS SELECT * FROM VALUES {ROWS} AS t(id, amount)")
    connected = connect()
    yield connected
    connected.close()


def _run(ws: Workspace, design: Design, *edits: tuple[str, str]) -> None:
    """Deploys, changes the text of silver by hand, and runs."""
    deployment = apply_plan(ws, plan_deploy(ws, design), lambda _: None)
    (entity,) = design.entities
    path = f"{deployment.root_path}/src/silver/{entity.name}.py"
    text = ws.client.workspace.download(path).read().decode()
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    ws.client.workspace.upload(
        path, io.BytesIO(text.encode()), format=ImportFormat.RAW, overwrite=True
    )
    update = start_run(ws, deployment.pipeline_id)
    *_, status = watch_run(ws, design, deployment.pipeline_id, update)
    assert (status.errors, status.state) == ((), "COMPLETED")


def _rows(workspace: RunningWorkspace, table: str) -> list[tuple[Any, ...]]:
    """Each pipeline has a schema of its own, called after its entity."""
    entity = table.partition("_")[2]
    return workspace.sql(f"SELECT id, amount FROM {TARGET}_{entity}.{table} ORDER BY id, amount")


ADDED = ("QUARANTINED = {", 'QUARANTINED = {\n    "amount_positive": "amount > 0",  # by hand')


@pytest.mark.parametrize(
    "change", [ChangeHandling.APPEND, ChangeHandling.LATEST, ChangeHandling.SNAPSHOT]
)
def test_a_rule_added_by_hand_keeps_every_row(
    workspace: RunningWorkspace, ws: Workspace, change: ChangeHandling
) -> None:
    _run(ws, _design(change), ADDED)
    assert _rows(workspace, f"silver_{change}s") == [(1, 5), (4, 1000)]
    broken = workspace.sql(f"SELECT id, _broken_rules FROM {TARGET}_{change}s.quarantine_{change}s")
    assert Counter((id_, *sorted(names)) for id_, names in broken) == {
        (2, "amount_positive"): 1,
        (3, "amount_positive", "amount_small"): 1,
        (None, "id_present"): 1,
        (None, "amount_positive", "id_present"): 1,
    }


def test_a_rule_with_the_name_of_one_that_drops_keeps_every_row(
    workspace: RunningWorkspace, ws: Workspace
) -> None:
    """What is kept out is told by the conditions, not by the names of broken rules."""
    design = _design(ChangeHandling.HISTORY, RuleAction.DROP)
    edit = ("QUARANTINED = {", 'QUARANTINED = {\n    "amount_small": "amount > 0",')
    _run(ws, design, edit)
    assert _rows(workspace, "silver_historys") == [(1, 5), (4, 1000)]
    assert len(_rows(workspace, "quarantine_historys")) == 4


def test_a_quarantine_without_rules_lets_every_row_through(
    workspace: RunningWorkspace, ws: Workspace
) -> None:
    design = _design(ChangeHandling.SNAPSHOT_HISTORY)
    _run(ws, design, ('    "id_present"', '    # "id_present"'))
    assert _rows(workspace, "quarantine_snapshot_historys") == []
    assert len(_rows(workspace, "silver_snapshot_historys")) == 5
