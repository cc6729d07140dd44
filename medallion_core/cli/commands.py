"""What each command does in a workspace; each returns whether what was asked for is true."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable

from medallion_core.browse import (
    TableSummary,
    list_catalogs,
    list_schemas,
    list_tables,
    read_sources,
)
from medallion_core.cli.files import read_design
from medallion_core.cli.terminal import print_run, print_verdict, say, say_finding
from medallion_core.deploy import (
    Plan,
    StepResult,
    apply_plan,
    deployed,
    deployed_pipeline,
    grant_readers,
    plan_deploy,
)
from medallion_core.errors import MedallionError
from medallion_core.model import Design, Finding, Profile, Publishing, Settings, TableName
from medallion_core.model.file import dump_design
from medallion_core.profile import WarehouseChecks, profile_sources
from medallion_core.propose import proposal_json, propose_design
from medallion_core.repair import repair_loop
from medallion_core.run import (
    RunStatus,
    latest_update,
    read_run,
    run_all,
    validate_run,
    verdict,
    wait_until_idle,
    watch_run,
)
from medallion_core.workspace import Workspace, connect
from medallion_core.workspace.errors import patiently

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
        print(line)
    return True


def propose(arguments: Arguments) -> bool:
    ws = _connect(arguments)
    names = _chosen_tables(ws, arguments)
    sources = read_sources(ws, names)
    found = profile_sources(ws, sources, progress=_progress("profiled"))
    for item in found:
        if isinstance(item, Finding):
            say_finding(item)
    profiles = [item if isinstance(item, Profile) else None for item in found]
    settings = Settings(
        arguments.name,
        arguments.catalog,
        arguments.schema,
        databricks_cli_profile=arguments.profile or "DEFAULT",
        sql_warehouse=arguments.warehouse,
        publishing=Publishing(arguments.publishing),
    )
    design = propose_design(sources, profiles, settings, WarehouseChecks(ws))
    if arguments.output:
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
        arguments.output.write_text(dump_design(design), encoding="utf-8")
        say(f"Wrote {arguments.output}: {_summary(design)}.")
    if arguments.json:
        print(json.dumps(proposal_json(design), indent=2))
    elif not arguments.output:
        print(dump_design(design), end="")
    return True


def plan(arguments: Arguments) -> bool:
    for step in _plan(_connect(arguments), arguments).steps:
        print(f"{step.action:<10} {step.kind:<12} {step.subject}  {step.detail}".rstrip())
    return True


def deploy(arguments: Arguments) -> bool:
    ws = _connect(arguments)
    deployment = apply_plan(ws, _plan(ws, arguments), report=_report_step)
    say(f"Deployed to {deployment.root_path} as pipeline {deployment.pipeline_id}.")
    return True


def run(arguments: Arguments) -> bool:
    ws, design = _connect(arguments), read_design(arguments.design)
    if arguments.repair:
        outcome = repair_loop(
            ws, design, rounds=arguments.repair, full_refresh=arguments.full_refresh, report=say
        )
        if outcome.design != design:
            arguments.design.write_text(dump_design(outcome.design), encoding="utf-8")
            say(f"Wrote the mended design to {arguments.design}.")
        return print_verdict(outcome.verdict)
    deployment = deployed(ws, design)
    pipeline_id = deployment.pipeline_id
    status = validate_run(ws, design, pipeline_id)
    if status.state == "COMPLETED":
        update_id = run_all(
            ws,
            design,
            pipeline_id,
            full_refresh=arguments.full_refresh,
            again=deployment.full_refresh,
        )
        status = _watch(ws, design, pipeline_id, update_id)
    wait_until_idle(ws, pipeline_id)
    print_run(status)
    found = verdict(ws, design, pipeline_id, status.update_id)
    if found.met:
        patiently(lambda: grant_readers(ws, design, report=_report_step))
    return print_verdict(found)


def status(arguments: Arguments) -> bool:
    ws, design = _connect(arguments), read_design(arguments.design)
    pipeline_id = deployed_pipeline(ws, design)
    latest = latest_update(ws, pipeline_id)
    if latest is None or not latest.update_id:
        raise MedallionError("NEVER_RUN", "The pipeline has not run yet.", "Start it with `run`.")
    print_run(read_run(ws, design, pipeline_id, latest.update_id))
    return print_verdict(verdict(ws, design, pipeline_id, latest.update_id))


def _connect(arguments: Arguments) -> Workspace:
    return connect(profile=arguments.profile, warehouse=arguments.warehouse)


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
        "INVALID_NAME", f"{scope!r} is no schema.", "Write it as CATALOG.SCHEMA: samples.tpch."
    )


def _table_line(item: TableSummary) -> str:
    return f"{item.name}  {item.table_type}  {item.comment}".rstrip()


def _summary(design: Design) -> str:
    star = design.star
    return (
        f"{len(design.entities)} entities, {len(star.dimensions)} dimensions, "
        f"{len(star.facts)} facts, {len(design.questions)} questions"
    )


def _progress(word: str) -> Callable[[int, int], None]:
    return lambda done, total: say(f"{word} {done} of {total}")


def _plan(ws: Workspace, arguments: Arguments) -> Plan:
    return plan_deploy(
        ws,
        read_design(arguments.design),
        overwrite=arguments.overwrite,
        full_refresh=arguments.full_refresh,
        by=ws.user_name,
    )


def _report_step(result: StepResult) -> None:
    say(f"{result.step.action:<10} {result.step.kind:<12} {result.step.subject}  {result.outcome}")


def _watch(ws: Workspace, design: Design, pipeline_id: str, update_id: str) -> RunStatus:
    last = ""
    status: RunStatus | None = None
    for status in watch_run(ws, design, pipeline_id, update_id):
        done = sum(table.state == "COMPLETED" for table in status.tables)
        line = f"{status.state}: {done} of {len(status.tables)} tables"
        if line != last:
            say(line)
        last = line
    if status is None:
        raise MedallionError("UPDATE_NOT_FOUND", f"There is no update {update_id}.")
    return status
