"""What each command does in a workspace; each returns whether what was asked for is true."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from medallion_core.browse import (
    TableSummary,
    list_catalogs,
    list_schemas,
    list_tables,
    read_sources,
)
from medallion_core.builder import Builder
from medallion_core.cli.explanations import names_warehouse, show_questions
from medallion_core.cli.files import read_design
from medallion_core.cli.progress import Progress
from medallion_core.cli.terminal import (
    finding_line,
    say,
    show,
    show_run,
    show_verdict,
)
from medallion_core.cli.text_files import require_writable, write_text
from medallion_core.errors import MedallionError
from medallion_core.job import Order, Outcome, Wish
from medallion_core.model import Design, Publishing, Settings, TableName
from medallion_core.model.file import dump_design
from medallion_core.profile import Profiled
from medallion_core.propose import proposal_json
from medallion_core.repair import agreed_beforehand, ways_to_agree
from medallion_core.tables.privileges import grant_statement
from medallion_core.trust import own_asker
from medallion_core.workspace import Workspace, connect

Arguments = argparse.Namespace


def browse(arguments: Arguments) -> bool:
    ws = _connect(arguments)
    match [part for part in arguments.scope.split(".") if part]:
        case []:
            lines = list_catalogs(ws)
        case [catalog]:
            lines = list_schemas(ws, catalog)
        case [catalog, schema]:
            lines = [_table_line(item) for item in list_tables(ws, catalog, schema)]
        case _:
            raise _scope_error(arguments.scope)
    for line in lines:
        show(line)
    return True


def propose(arguments: Arguments) -> bool:
    if arguments.output:
        require_writable(arguments.output)
    ws = _connect(arguments)
    names = _chosen_tables(ws, arguments)
    sources = read_sources(ws, names)
    settings = Settings(
        arguments.name,
        arguments.catalog,
        arguments.schema,
        databricks_cli_profile=arguments.profile or "DEFAULT",
        sql_warehouse=arguments.warehouse,
        publishing=Publishing(arguments.publishing),
    )
    design = _builder(ws).propose(sources, settings, tell=say, progress=_say_profiled)
    for question in design.questions:
        say(finding_line(question))
    if arguments.output:
        write_text(arguments.output, dump_design(design))
        say(f"Wrote {arguments.output}: {_summary(design)}.")
    if arguments.json:
        print(json.dumps(proposal_json(design), indent=2))
    elif not arguments.output:
        print(dump_design(design), end="")
    return True


def plan(arguments: Arguments) -> bool:
    design = read_design(arguments.design)
    planned = _builder(_connect(arguments, design)).plan(design, _order(arguments))
    for finding in planned.refused:
        show(finding_line(finding))
    for step in planned.steps:
        show(f"{step.action:<10} {step.kind:<12} {step.subject}  {step.detail}".rstrip())
    for table in planned.left_behind:
        show(f"{'waits':<10} {'table':<12} {table}  is made no longer where --delete names it")
    for later in planned.readers:
        said = f"{grant_statement(later.privilege)}  {later.withheld}".rstrip()
        show(f"{'later':<10} {'grant':<12} {said}")
    for refresh in planned.refreshes:
        for reason in refresh.reasons:
            show(f"{'in full':<10} {'table':<12} {refresh.view}  {reason.code}: {reason.detail}")
    return not planned.refused


def explain(arguments: Arguments) -> bool:
    """The statements alone where nobody names a warehouse that could be asked."""
    design = read_design(arguments.design)
    asked = names_warehouse(design, arguments.warehouse)
    return show_questions(design, _connect(arguments, design) if asked else None)


def deploy(arguments: Arguments) -> bool:
    design = read_design(arguments.design)
    builder = _builder(_connect(arguments, design))
    order = replace(_order(arguments), run=None)
    _accept_code(builder, design, arguments.accept_code)
    deployment = builder.carry_out(design, order, tell=Progress().tell).deployment
    say(f"Deployed to {deployment.root_path} as pipeline {deployment.pipeline_id}.")
    return True


def run(arguments: Arguments) -> bool:
    """With ``--repair`` the whole job, from the design; without it, what is deployed is run.

    What a repair would ask for is agreed to beforehand by its code, with ``--accept``; for one
    table alone by ``CODE:TABLE``.
    """
    design = read_design(arguments.design)
    builder = _builder(_connect(arguments, design))
    order = Order(
        deploy=arguments.repair > 0,
        rounds=arguments.repair,
        run=Wish(all_again=arguments.full_refresh),
    )
    consent = agreed_beforehand(
        arguments.accept, f"{builder.asker.name}, --accept", rounds=arguments.repair
    )
    _accept_code(builder, design, arguments.accept_code)
    outcome = builder.carry_out(
        design,
        order,
        tell=Progress().tell,
        consent=consent,
        keep=_keep_in(arguments.design),
    )
    _say_how_to_agree(outcome)
    if outcome.status is not None:
        show_run(outcome.status)
    return outcome.verdict is not None and show_verdict(outcome.verdict)


def _say_how_to_agree(outcome: Outcome) -> None:
    asked = [d for d in (outcome.rounds[-1].open if outcome.rounds else ()) if d.fix]
    if asked:
        ways = sorted({way for each in asked for way in ways_to_agree(each)})
        say(f"Agree to what is open: run again with --repair N --accept {' '.join(ways)}.")


def _accept_code(builder: Builder, design: Design, paths: Sequence[str]) -> None:
    """Lets the named files run as they are now; the others still stop it."""
    if paths:
        name = design.settings.pipeline_name
        changes = builder.code_changes(name, paths)
        builder.accept_code(name, changes)
        say(f"Accepted: {', '.join(each.path for each in changes)}.")


def status(arguments: Arguments) -> bool:
    design = read_design(arguments.design)
    builder = _builder(_connect(arguments, design))
    deployed, run, judged = builder.status(design.settings.pipeline_name)
    if deployed != design:
        say(f"{arguments.design} differs from what is deployed, which is what this tells of.")
    show_run(run)
    return show_verdict(judged)


def _builder(ws: Workspace) -> Builder:
    """Who holds the credentials acts for themselves."""
    return Builder(own_asker(ws))


def _connect(arguments: Arguments, design: Design | None = None) -> Workspace:
    return connect(
        profile=arguments.profile,
        warehouse=arguments.warehouse,
        settings=design.settings if design else None,
    )


def _chosen_tables(ws: Workspace, arguments: Arguments) -> list[TableName]:
    parts = arguments.scope.split(".")
    if len(parts) != 2:
        raise _scope_error(arguments.scope)
    there = {item.name.table: item.name for item in list_tables(ws, *parts)}
    wanted = [name for name in arguments.tables.split(",") if name] or list(there)
    missing = [name for name in wanted if name not in there]
    if missing or not wanted:
        raise MedallionError(
            "TABLE_NOT_FOUND",
            f"{arguments.scope} has no table {', '.join(missing)}."
            if missing
            else f"{arguments.scope} has no tables that you may see.",
            f"List what there is: python -m medallion_core browse {arguments.scope}.",
        )
    return [there[name] for name in wanted]


def _scope_error(scope: str) -> MedallionError:
    return MedallionError(
        "INVALID_NAME", f"{scope!r} is not a schema.", "Write it as CATALOG.SCHEMA: samples.tpch."
    )


def _table_line(item: TableSummary) -> str:
    return f"{item.name}  {item.table_type}  {item.comment}".rstrip()


def _summary(design: Design) -> str:
    star = design.star
    return (
        f"{len(design.entities)} tables, {len(star.dimensions)} dimensions, "
        f"{len(star.facts)} facts, {len(design.asked)} questions"
    )


def _say_profiled(profiled: Profiled) -> None:
    say(str(profiled))


def _order(arguments: Arguments) -> Order:
    """What the person at the terminal agreed to."""
    return Order(
        overwrite=tuple(arguments.overwrite),
        full_refresh=tuple(arguments.full_refresh),
        deleted=tuple(arguments.delete),
    )


def _keep_in(path: Path) -> Callable[[Design], None]:
    def keep(design: Design) -> None:
        write_text(path, dump_design(design))
        say(f"Wrote the mended design to {path}.")

    return keep
