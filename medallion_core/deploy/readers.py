"""The grants that can only be given once there are tables: for readers and for the owner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from medallion_core.deploy.statements import grant_step, run_grants
from medallion_core.deploy.steps import GrantStep, Report, StepResult
from medallion_core.model import Design
from medallion_core.tables.personal import undecided_columns
from medallion_core.tables.privileges import Privilege, owner_privileges, reader_privileges
from medallion_core.trust import foreign_tables
from medallion_core.trust.standings import standings
from medallion_core.workspace import Workspace


def later_privileges(design: Design, runner: str) -> list[Privilege]:
    """What readers and the owner are granted after a run that made the tables."""
    wanted = reader_privileges(design)
    if design.settings.owner and design.settings.owner != runner:
        wanted += owner_privileges(design, design.settings.owner)
    return wanted


def grant_readers(
    ws: Workspace, design: Design, pipeline_id: str, report: Report = lambda _: None
) -> list[StepResult]:
    """Lets the readers query gold and the owner every layer, as far as they cannot yet.

    To be called after a run that made the tables. A table that the platform does not know as
    ``pipeline_id``'s, or with personal data that nobody has decided on, is granted to nobody; such
    a grant, and one that the service refuses, is reported as refused and stops nothing.
    """
    wanted = later_privileges(design, ws.user_name)
    missing = [each for each in standings(ws, wanted) if not each.held]
    tried = [grant_step(replace(each, held=None)) for each in missing]
    withheld = _withheld(ws, design, pipeline_id, tried)
    for result in withheld:
        report(result)
    refused = {result.step for result in withheld}
    return [*withheld, *run_grants(ws, [step for step in tried if step not in refused], report)]


def _withheld(
    ws: Workspace, design: Design, pipeline_id: str, steps: list[GrantStep]
) -> list[StepResult]:
    granted = {step.privilege.name[-1] for step in steps if _is_on_table(step)}
    foreign = {each.name: each.whose for each in foreign_tables(ws, design, granted, pipeline_id)}
    undecided = undecided_columns(design)
    return list(_reasons(steps, foreign, undecided))


def _reasons(
    steps: list[GrantStep], foreign: dict[str, str], undecided: dict[str, tuple[str, ...]]
) -> Iterator[StepResult]:
    for step in steps:
        name = step.privilege.name[-1] if _is_on_table(step) else ""
        if name in foreign:
            yield StepResult(step, "refused", f"{name} is of {foreign[name]}.")
        elif undecided.get(name):
            columns = ", ".join(undecided[name])
            why = f"Decide first whether to keep, mask, hash or drop {columns}: personal data."
            yield StepResult(step, "refused", why)


def _is_on_table(step: GrantStep) -> bool:
    return step.privilege.securable_type == "TABLE"
