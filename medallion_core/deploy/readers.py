"""The grants that can only be given once there are tables: for readers and for the owner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from medallion_core.deploy.manifest import read_manifest
from medallion_core.deploy.permit import folder_of
from medallion_core.deploy.statements import grant_step, run_grants
from medallion_core.deploy.steps import GrantStep, LaterGrant, Plan, Report, StepResult
from medallion_core.model import Design
from medallion_core.tables.personal import undecided_columns
from medallion_core.tables.privileges import Privilege, owner_privileges, reader_privileges
from medallion_core.trust import Asker, foreign_tables, withheld_reach
from medallion_core.trust.standings import standings
from medallion_core.workspace import Workspace


def later_privileges(design: Design, runner: str) -> list[Privilege]:
    """What readers and the owner are granted after a run that made the tables."""
    wanted = reader_privileges(design)
    if design.settings.owner and design.settings.owner != runner:
        wanted += owner_privileges(design, design.settings.owner)
    return wanted


def later_grants(design: Design, runner: str) -> tuple[LaterGrant, ...]:
    """What ``grant_readers`` will grant, and what it will not."""
    undecided = undecided_columns(design)
    return tuple(
        LaterGrant(each, _decide_first(undecided.get(_table(each), ())))
        for each in later_privileges(design, runner)
    )


def granted_for(asker: Asker, plan: Plan) -> tuple[LaterGrant, ...]:
    """``plan.readers`` as they are granted for who asks: who may not let others into the schema has
    nobody let in."""
    wanted = [each.privilege for each in plan.readers]
    there = [each for each in wanted if each.subject not in plan.new_schemas]
    withheld = withheld_reach(asker, there, plan.manifest.schemas)
    return tuple(
        replace(each, withheld=withheld.get(each.privilege, each.withheld)) for each in plan.readers
    )


def grant_readers(
    asker: Asker, design: Design, pipeline_id: str, report: Report = lambda _: None
) -> list[StepResult]:
    """Lets the readers query gold and the owner every layer, as far as they cannot yet, and as far
    as who asks may let them into catalog and schema.

    To be called after a run that made the tables. A table that the platform does not know as
    ``pipeline_id``'s, or with personal data that nobody has decided on, is granted to nobody; such
    a grant, and one that the service refuses, is reported as refused and stops nothing.
    """
    ws = asker.app
    wanted = later_privileges(design, ws.user_name)
    missing = [each for each in standings(ws, wanted) if not each.held]
    tried = [grant_step(replace(each, held=None)) for each in missing]
    withheld = [*_closed(asker, design, tried), *_withheld(ws, design, pipeline_id, tried)]
    for result in withheld:
        report(result)
    refused = {result.step for result in withheld}
    return [*withheld, *run_grants(ws, [step for step in tried if step not in refused], report)]


def _closed(asker: Asker, design: Design, steps: list[GrantStep]) -> list[StepResult]:
    """The grants that let into a catalog or a schema of somebody else."""
    manifest = read_manifest(folder_of(asker, design.settings.pipeline_name))
    made = manifest.schemas if manifest else ()
    why = withheld_reach(asker, [step.privilege for step in steps], made)
    return [
        StepResult(step, "refused", why[step.privilege]) for step in steps if step.privilege in why
    ]


def _withheld(
    ws: Workspace, design: Design, pipeline_id: str, steps: list[GrantStep]
) -> list[StepResult]:
    granted = set(filter(None, (_table(step.privilege) for step in steps)))
    foreign = {each.name: each.whose for each in foreign_tables(ws, design, granted, pipeline_id)}
    undecided = undecided_columns(design)
    return list(_reasons(steps, foreign, undecided))


def _reasons(
    steps: list[GrantStep], foreign: dict[str, str], undecided: dict[str, tuple[str, ...]]
) -> Iterator[StepResult]:
    for step in steps:
        name = _table(step.privilege)
        if name in foreign:
            yield StepResult(step, "refused", f"{name} is of {foreign[name]}.")
        elif undecided.get(name):
            yield StepResult(step, "refused", _decide_first(undecided[name]))


def _decide_first(columns: Sequence[str]) -> str:
    if not columns:
        return ""
    listed = ", ".join(columns)
    return f"Decide first whether to keep, mask, hash or drop {listed}: personal data."


def _table(privilege: Privilege) -> str:
    """The table that is granted; empty for a catalog or a schema."""
    return privilege.name[-1] if privilege.securable_type == "TABLE" else ""
