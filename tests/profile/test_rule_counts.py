"""What the app says a rule will do on today's rows is what the run then does, exactly: over
samples and landing files, with the rules that are proposed and harder ones, in one update."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import cycle

import pytest

from local_workspace.samples import write_landing
from medallion_core.browse import file_sources, read_sources
from medallion_core.deploy import apply_plan, plan_deploy
from medallion_core.model import (
    Design,
    Entity,
    Profile,
    Rule,
    RuleAction,
    Settings,
    Star,
    TableName,
)
from medallion_core.profile import BrokenRows, WarehouseChecks, count_broken_rows, profile_sources
from medallion_core.propose import propose_design
from medallion_core.run import RunStatus, start_run, watch_run
from medallion_core.text.identifiers import quote_identifier
from medallion_core.workspace import Workspace, connect
from tests.conftest import RunningWorkspace

LANDING = "main/landing/files/counted"
SAMPLES = ("samples.tpch.supplier", "samples.bakehouse.sales_customers")
ACTIONS = (RuleAction.WARN, RuleAction.DROP, RuleAction.QUARANTINE)


@dataclass(frozen=True)
class Counted:
    """What was said of each entity before the run, and what the run then did."""

    workspace: RunningWorkspace
    design: Design
    before: dict[str, BrokenRows]
    after: RunStatus

    def rows(self, table: str) -> int:
        ((count,),) = self.workspace.sql(f"SELECT count(*) FROM main.counted.{table}")
        return int(count)


def _proposed(ws: Workspace) -> Design:
    tables = read_sources(ws, list(map(TableName.parse, SAMPLES)))
    sources = [*tables, *file_sources(ws, f"/Volumes/{LANDING}")]
    profiles = profile_sources(ws, sources)
    known = [profile if isinstance(profile, Profile) else None for profile in profiles]
    design = propose_design(
        sources, known, Settings("counted", "main", "counted"), WarehouseChecks(ws)
    )
    return replace(design, star=Star(), entities=tuple(map(_harder, design.entities)))


def _harder(entity: Entity) -> Entity:
    """Every action in turn, and rules that many rows break: by NULL, by value, together."""
    first, *_, last = (quote_identifier(column.name) for column in entity.included_columns)
    harder = (
        Rule("not_null_somehow", f"{last} <> 'x'" if _is_text(entity) else f"{last} IS NOT NULL"),
        Rule("most_are_odd", f"length(CAST({first} AS STRING)) % 2 = 1"),
        Rule("short", f"length(CAST({last} AS STRING)) < 12 OR {first} IS NULL"),
    )
    rules = zip((*entity.rules, *harder), cycle(ACTIONS), strict=False)
    return replace(entity, rules=tuple(replace(rule, action=action) for rule, action in rules))


def _is_text(entity: Entity) -> bool:
    return entity.included_columns[-1].type == "string"


@pytest.fixture(scope="module")
def counted(workspace: RunningWorkspace) -> Iterator[Counted]:
    write_landing(workspace.home / "volumes" / LANDING, workspace.home / "counted_topics")
    ws = connect()
    design = _proposed(ws)
    before = {entity.name: count_broken_rows(ws, entity) for entity in design.entities}
    deployment = apply_plan(ws, plan_deploy(ws, design), lambda _: None)
    *_, after = watch_run(ws, design, deployment.pipeline_id, start_run(ws, deployment.pipeline_id))
    assert (after.errors, after.state) == ((), "COMPLETED")
    yield Counted(workspace, design, before, after)
    ws.close()


def test_every_rule_finds_what_was_said(counted: Counted) -> None:
    found = {
        (table.name.removeprefix("silver_"), expectation.name): expectation.failed
        for table in counted.after.tables
        if table.name.startswith("silver_")
        for expectation in table.expectations
    }
    said = {
        (entity.name, rule): count
        for entity in counted.design.entities
        for rule, count in counted.before[entity.name].broken.items()
    }
    assert len(said) > 40
    assert sum(count > 0 for count in said.values()) >= 10
    assert found == said


def test_no_row_is_lost_between_bronze_and_what_was_said(counted: Counted) -> None:
    tables = {table.name: table for table in counted.after.tables}
    for entity in counted.design.entities:
        said = counted.before[entity.name]
        assert counted.rows(f"bronze_{entity.name}") == said.row_count, entity.name
        assert counted.rows(f"quarantine_{entity.name}") == said.quarantined, entity.name
        kept_out = tables[f"silver_{entity.name}"].rows_dropped
        assert kept_out == said.quarantined + said.dropped, entity.name
