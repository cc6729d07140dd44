"""Whether rules do in a run what the app said that they would do, on every table of the data sets.

Silver is run without gold, with the actions of the proposed rules changed in turn and two rules
more that many rows break, so that rows are dropped and set aside, too. Data sets as in
``bench.propose``.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import cycle
from pathlib import Path

from bench.propose import CATALOG, ROOT, data_sets
from medallion_core.browse import list_tables, read_sources
from medallion_core.deploy import apply_plan, plan_deploy
from medallion_core.errors import MedallionError
from medallion_core.model import Design, Entity, Profile, Rule, RuleAction, Settings, Star
from medallion_core.profile import BrokenRows, count_broken_rows, profile_sources
from medallion_core.propose import propose_design
from medallion_core.run import RunStatus, start_run, watch_run
from medallion_core.text.identifiers import quote_identifier
from medallion_core.workspace import Workspace, connect

LINE = "{:16} {:>6} {:>6} {:>8} {:>8} {:>8}  {}\n"
ACTIONS = (RuleAction.WARN, RuleAction.DROP, RuleAction.QUARANTINE)


def main() -> None:
    """Loads all data sets into a local workspace and measures one after the other."""
    folders = data_sets()
    if not folders:
        return
    loads = [word for path in folders for word in ("--load", f"{CATALOG}.{_schema(path)}={path}")]
    command = [sys.executable, "-m", "bench.rule_counts", *map(_schema, folders)]
    subprocess.run(
        [sys.executable, "-m", "local_workspace", *loads, "--", *command], cwd=ROOT, check=True
    )


def _schema(folder: Path) -> str:
    return f"rules_{folder.name}".lower()


def measure_all(ws: Workspace, schemas: Sequence[str]) -> None:
    titles = ("data set", "tables", "rules", "rows", "kept out", "seconds", "as said")
    sys.stdout.write(LINE.format(*titles))
    for schema in schemas:
        start = time.monotonic()
        design = _design(ws, schema)
        said = counts_before(ws, design)
        different = list(differences(said, _run(ws, design)))
        sys.stdout.write(
            LINE.format(
                schema.removeprefix("rules_"),
                len(said),
                sum(len(rows.broken) for rows in said.values()),
                sum(rows.row_count for rows in said.values()),
                sum(rows.row_count - rows.passed for rows in said.values()),
                f"{time.monotonic() - start:.0f}",
                "; ".join(different) or "yes",
            )
        )
        sys.stdout.flush()


def counts_before(ws: Workspace, design: Design) -> dict[str, BrokenRows]:
    """What is said of today's rows, by entity; those that SQL cannot read are left out."""
    counted = {}
    for entity in design.entities:
        try:
            counted[entity.name] = count_broken_rows(ws, entity)
        except MedallionError as error:
            if error.code != "NOT_READABLE":
                raise
    return counted


def differences(said: Mapping[str, BrokenRows], update: RunStatus) -> Iterator[str]:
    """What the first update of a pipeline did differently, as lines for a person."""
    tables = {table.name: table for table in update.tables}
    for entity, rows in said.items():
        silver = tables[f"silver_{entity}"]
        found = {rule.name: rule.failed for rule in silver.expectations}
        for rule, count in rows.broken.items():
            if found.get(rule) != count:
                yield f"{entity}.{rule}: said {count}, found {found.get(rule)}"
        if silver.rows_dropped != rows.quarantined + rows.dropped:
            kept_out = rows.row_count - rows.passed
            yield f"{entity}: said that {kept_out} rows stay out, {silver.rows_dropped} did"


def _design(ws: Workspace, schema: str) -> Design:
    tables = [table.name for table in list_tables(ws, CATALOG, schema)]
    sources = read_sources(ws, tables)
    profiles = profile_sources(ws, sources)
    known = [profile if isinstance(profile, Profile) else None for profile in profiles]
    design = propose_design(sources, known, Settings(schema, CATALOG, f"{schema}_run"))
    return replace(design, star=Star(), entities=tuple(map(_with_other_actions, design.entities)))


def _with_other_actions(entity: Entity) -> Entity:
    """What keeps rows without a key out stays as it is: AUTO CDC would fail on them."""
    first, *_, last = (quote_identifier(column.name) for column in entity.included_columns * 2)
    broken = (
        Rule("last_is_there", f"{last} IS NOT NULL", RuleAction.QUARANTINE),
        Rule("first_is_odd", f"length(CAST({first} AS STRING)) % 2 = 1", RuleAction.DROP),
    )
    changed = (
        rule if rule.action is RuleAction.QUARANTINE else replace(rule, action=action)
        for rule, action in zip(entity.rules, cycle(ACTIONS), strict=False)
    )
    return replace(entity, rules=(*broken, *changed))


def _run(ws: Workspace, design: Design) -> RunStatus:
    pipeline_id = apply_plan(ws, plan_deploy(ws, design), lambda _: None).pipeline_id
    *_, status = watch_run(ws, design, pipeline_id, start_run(ws, pipeline_id))
    if status.state != "COMPLETED":
        raise RuntimeError(f"{design.settings.pipeline_name}: {status.state} {status.errors}")
    return status


if __name__ == "__main__":
    measure_all(connect(), sys.argv[1:])
