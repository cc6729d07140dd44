"""Each data set through propose, check, deploy and run to the verdict, with no hand edit; then its
rows are counted: what was read is in silver or set aside, facts have silver's rows and sums, and
no foreign key is NULL. Data sets as in ``bench.propose``.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from bench.propose import CATALOG, ROOT, data_sets, say
from medallion_core.browse import list_tables, read_sources
from medallion_core.check import check_bundle
from medallion_core.deploy import apply_plan, plan_deploy
from medallion_core.generate import generate_bundle
from medallion_core.model import Design, Entity, Fact, Level, Profile, Settings, TableLocation
from medallion_core.profile import WarehouseChecks, profile_sources
from medallion_core.propose import propose_design
from medallion_core.run import start_run, verdict, wait_until_idle, watch_run
from medallion_core.tables.inventory import expected_tables
from medallion_core.tables.names import bronze_table
from medallion_core.tables.proofs import HEADERLESS, ON_INFERRED
from medallion_core.text.identifiers import quote_identifier, quote_literal, quote_name
from medallion_core.workspace import Workspace, connect

LINE = "{:16} {:>6} {:>6} {:>10} {:>9} {:>9} {:>9}  {}"


def main() -> None:
    """One workspace a data set: what one leaves behind does not slow the next one."""
    folders = data_sets()
    if folders:
        say("\nRuns to the verdict")
        columns = ("tables", "facts", "fact rows", "propose s", "deploy s", "run s", "faults")
        say(LINE.format("data set", *columns))
    for folder in folders:
        schema = f"{CATALOG}.{folder.name.lower()}"
        workspace = [sys.executable, "-m", "local_workspace"]
        command = [sys.executable, "-m", "bench.runs", folder.name.lower()]
        subprocess.run(
            [*workspace, "--load", f"{schema}={folder}", "--", *command],
            cwd=ROOT,
            check=True,
        )


def measure(ws: Workspace, name: str) -> None:
    """Writes one line: what was made, how long each step took, and what is wrong."""
    clock = [time.monotonic()]
    design = _propose(ws, name)
    clock.append(time.monotonic())
    faults = [f.detail for f in check_bundle(generate_bundle(design)) if f.level is Level.ERROR]
    pipeline_id = apply_plan(ws, plan_deploy(ws, design), lambda _: None).pipeline_id
    clock.append(time.monotonic())
    *_, status = watch_run(ws, design, pipeline_id, start_run(ws, pipeline_id))
    clock.append(time.monotonic())
    wait_until_idle(ws, pipeline_id)
    criteria = verdict(ws, design, pipeline_id, status.update_id).criteria
    faults += [f"{c.name}: {c.detail}" for c in criteria if not c.met]
    facts = [fact.name for fact in design.star.facts]
    counts = _counts(ws, design) if not faults else {}
    faults += [f"{what}: {left} and {right}" for what, left, right in _differences(counts)]
    rows = sum(counts[f"rows of {fact}"][0] for fact in facts) if counts else 0
    seconds = (f"{end - start:.0f}" for start, end in pairwise(clock))
    tables = len(expected_tables(design))
    say(LINE.format(name, tables, len(facts), int(rows), *seconds, "; ".join(faults) or "none"))


def _propose(ws: Workspace, schema: str) -> Design:
    tables = [table.name for table in list_tables(ws, CATALOG, schema)]
    sources = read_sources(ws, tables)
    found = profile_sources(ws, sources)
    profiles = [profile if isinstance(profile, Profile) else None for profile in found]
    settings = Settings(schema, CATALOG, f"{schema}_gold")
    return propose_design(sources, profiles, settings, WarehouseChecks(ws))


def _counts(ws: Workspace, design: Design) -> dict[str, tuple[Decimal, Decimal]]:
    """Pairs of numbers that must be equal, by what they count."""
    facts = {fact.name: fact for fact in design.star.facts}
    selects = [_as_read(design, entity) for entity in design.entities]
    selects += [_no_null_keys(design, fact) for fact in facts.values()]
    warned = ", ".join(map(quote_literal, (ON_INFERRED, HEADERLESS)))
    selects.append(
        "SELECT concat(metric, ' of ', fact), silver, gold "
        f"FROM {_table(design, 'reconciliation')} WHERE metric NOT IN ({warned})"
    )
    casted = (
        f"SELECT CAST(a AS STRING) AS what, CAST(b AS DECIMAL(38, 6)) AS one, "
        f"CAST(c AS DECIMAL(38, 6)) AS other FROM ({select}) AS t (a, b, c)"
        for select in selects
    )
    rows = ws.query(" UNION ALL ".join(casted)).to_pylist()
    return {row["what"]: (row["one"], row["other"]) for row in rows}


def _as_read(design: Design, entity: Entity) -> str:
    """Rows of the source, and those of bronze."""
    (location,) = entity.reads
    assert isinstance(location, TableLocation)  # noqa: S101
    table = location.table
    source = quote_name(table.catalog, table.schema, table.table)
    bronze = _table(design, bronze_table(entity))
    return (
        f"SELECT {quote_literal(f'bronze of {entity.name}')}, (SELECT count(*) FROM {source}), "
        f"(SELECT count(*) FROM {bronze})"
    )


def _no_null_keys(design: Design, fact: Fact) -> str:
    keys = [*(date.key for date in fact.dates), *(link.key for link in fact.links)]
    null = " OR ".join(f"{quote_identifier(key)} IS NULL" for key in keys) or "false"
    return (
        f"SELECT {quote_literal(f'NULL keys of {fact.name}')}, count_if({null}), 0 "
        f"FROM {_table(design, fact.name)}"
    )


def _differences(
    counts: dict[str, tuple[Decimal, Decimal]],
) -> Iterator[tuple[str, Decimal, Decimal]]:
    for what, (left, right) in counts.items():
        if left is None or left != right:
            yield what, left, right


def _table(design: Design, name: str) -> str:
    return quote_name(design.settings.catalog, design.settings.schema, name)


if __name__ == "__main__":
    measure(connect(), sys.argv[1])
