"""The product without a screen: ``python -m medallion_core COMMAND``.

Exits with 0 only when what was asked for is true. Results go to standard output, progress and
errors to standard error: a line of what, a line of what to do.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from medallion_core import browse, profile
from medallion_core.bundle_files import read_bundle, write_bundle
from medallion_core.check import check_bundle, check_design
from medallion_core.deploy import (
    Plan,
    StepResult,
    apply_plan,
    deployed,
    deployed_pipeline,
    grant_readers,
    plan_deploy,
)
from medallion_core.design_file import dump_design, load_design
from medallion_core.errors import MedallionError
from medallion_core.generate import generate_bundle
from medallion_core.model import (
    Design,
    Finding,
    Level,
    Profile,
    Publishing,
    Settings,
    TableName,
)
from medallion_core.propose import proposal_json, propose_design
from medallion_core.repair import repair_loop
from medallion_core.run import (
    RunStatus,
    latest_update,
    read_run,
    start_run,
    validate_run,
    verdict,
    wait_until_idle,
    watch_run,
)
from medallion_core.terminal import finding_line, print_run, print_verdict, say, say_finding
from medallion_core.workspace import Workspace, connect

Arguments = argparse.Namespace


def main(words: Sequence[str] | None = None) -> int:
    arguments = parser().parse_args(words)
    try:
        command: Callable[[Arguments], bool] = arguments.command
        return 0 if command(arguments) else 1
    except MedallionError as error:
        say(error.message)
        if error.hint:
            say(error.hint)
    except KeyboardInterrupt:
        say("Stopped. What runs in the workspace goes on; `status` tells how it stands.")
    return 1


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m medallion_core", description=__doc__)
    top.add_argument("--profile", default="", help="profile of the Databricks CLI")
    top.add_argument("--warehouse", default="", help="id or name of the SQL warehouse")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    one = _command(commands, "browse", browse_command, "list catalogs, schemas or tables")
    one.add_argument("scope", nargs="?", default="", metavar="CATALOG[.SCHEMA]")

    one = _command(commands, "propose", propose_command, "propose a design for a schema's tables")
    one.add_argument("scope", metavar="CATALOG.SCHEMA")
    one.add_argument("--tables", default="", metavar="A,B", help="only these tables")
    one.add_argument("--name", required=True, help="name of the pipeline")
    one.add_argument("--catalog", required=True, help="catalog to publish to")
    one.add_argument("--schema", required=True, help="schema to publish to")
    one.add_argument("--publishing", choices=list(Publishing), default=Publishing.TARGET)
    one.add_argument("-o", "--output", type=Path, metavar="FILE")
    one.add_argument("--json", action="store_true", help="print keys, roles and references")

    one = _command(commands, "generate", generate_command, "write the bundle of a design")
    one.add_argument("design", type=Path)
    one.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    one.add_argument("--overwrite", action="store_true", help="replace files changed by hand")

    one = _command(commands, "check", check_command, "check a generated bundle")
    one.add_argument("folder", type=Path, metavar="DIR")

    for name, command, text in (
        ("plan", plan_command, "show what deploying would change"),
        ("deploy", deploy_command, "bring files, grants and pipeline up to the design"),
        ("run", run_command, "run the pipeline and wait for the verdict"),
        ("status", status_command, "tell how the latest update stands"),
    ):
        one = _command(commands, name, command, text)
        one.add_argument("design", type=Path)
        if name == "run":
            one.add_argument("--full-refresh", action="store_true", help="read everything again")
            one.add_argument(
                "--repair", type=int, default=0, metavar="N", help="mend up to N times"
            )
    return top


def browse_command(arguments: Arguments) -> bool:
    ws = _connect(arguments)
    match [part for part in arguments.scope.split(".") if part]:
        case []:
            lines = browse.list_catalogs(ws)
        case [catalog]:
            lines = browse.list_schemas(ws, catalog)
        case [catalog, schema]:
            lines = [_table_line(item) for item in browse.list_tables(ws, catalog, schema)]
        case _:
            raise _scope_error(arguments.scope)
    for line in lines:
        print(line)
    return True


def propose_command(arguments: Arguments) -> bool:
    ws = _connect(arguments)
    names = _chosen_tables(ws, arguments)
    sources = browse.read_sources(ws, names)
    found = profile.profile_sources(ws, sources, progress=_progress("profiled"))
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
    design = propose_design(sources, profiles, settings, profile.WarehouseChecks(ws))
    if arguments.output:
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
        arguments.output.write_text(dump_design(design), encoding="utf-8")
        say(f"Wrote {arguments.output}: {_summary(design)}.")
    if arguments.json:
        print(json.dumps(proposal_json(design), indent=2))
    elif not arguments.output:
        print(dump_design(design), end="")
    return True


def generate_command(arguments: Arguments) -> bool:
    bundle = generate_bundle(_design(arguments))
    write_bundle(arguments.output, bundle, overwrite=arguments.overwrite)
    say(f"Wrote {len(bundle)} files to {arguments.output}.")
    return True


def check_command(arguments: Arguments) -> bool:
    bundle = read_bundle(arguments.folder)
    findings = check_bundle(bundle)
    if "medallion.yml" in bundle:
        findings = [*findings, *check_design(load_design(bundle["medallion.yml"]))]
    for finding in findings:
        print(finding_line(finding))
    errors = sum(finding.level is Level.ERROR for finding in findings)
    print(f"{len(bundle)} files, {errors} errors, {len(findings) - errors} other findings")
    return errors == 0


def plan_command(arguments: Arguments) -> bool:
    for step in _plan(_connect(arguments), arguments).steps:
        print(f"{step.action:<10} {step.kind:<12} {step.subject}  {step.detail}".rstrip())
    return True


def deploy_command(arguments: Arguments) -> bool:
    ws = _connect(arguments)
    deployment = apply_plan(ws, _plan(ws, arguments), report=_report_step)
    say(f"Deployed to {deployment.root_path} as pipeline {deployment.pipeline_id}.")
    return True


def run_command(arguments: Arguments) -> bool:
    ws, design = _connect(arguments), _design(arguments)
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
        update_id = start_run(
            ws,
            pipeline_id,
            full_refresh=arguments.full_refresh,
            full_refresh_selection=() if arguments.full_refresh else deployment.full_refresh,
        )
        status = _watch(ws, design, pipeline_id, update_id)
    wait_until_idle(ws, pipeline_id)
    print_run(status)
    found = verdict(ws, design, pipeline_id, status.update_id)
    if found.met:
        grant_readers(ws, design, report=_report_step)
    return print_verdict(found)


def status_command(arguments: Arguments) -> bool:
    ws, design = _connect(arguments), _design(arguments)
    pipeline_id = deployed_pipeline(ws, design)
    latest = latest_update(ws, pipeline_id)
    if latest is None or not latest.update_id:
        raise MedallionError("NEVER_RUN", "The pipeline has not run yet.", "Start it with `run`.")
    print_run(read_run(ws, design, pipeline_id, latest.update_id))
    return print_verdict(verdict(ws, design, pipeline_id, latest.update_id))


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    command: Callable[[Arguments], bool],
    text: str,
) -> argparse.ArgumentParser:
    one: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    one.set_defaults(command=command)
    return one


def _connect(arguments: Arguments) -> Workspace:
    return connect(profile=arguments.profile, warehouse=arguments.warehouse)


def _design(arguments: Arguments) -> Design:
    path: Path = arguments.design
    try:
        return load_design(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MedallionError(
            "DESIGN_NOT_FOUND",
            f"The design {path} cannot be read: {error.strerror}.",
            "Make one: python -m medallion_core propose CATALOG.SCHEMA … -o medallion.yml.",
        ) from error


def _chosen_tables(ws: Workspace, arguments: Arguments) -> list[TableName]:
    parts = arguments.scope.split(".")
    if len(parts) != 2:
        raise _scope_error(arguments.scope)
    there = {item.name.table: item.name for item in browse.list_tables(ws, *parts)}
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


def _table_line(item: browse.TableSummary) -> str:
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
        _design(arguments),
        overwrite=arguments.overwrite,
        full_refresh=arguments.full_refresh,
        by=ws.user_name,
    )


def _add_consents(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--overwrite", nargs="+", default=[], metavar="PATH", help="replace these edited files"
    )
    one.add_argument(
        "--full-refresh", nargs="+", default=[], metavar="TABLE", help="read these again in full"
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


if __name__ == "__main__":
    sys.exit(main())
