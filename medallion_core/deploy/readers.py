"""The grants that can only be given once there are tables: for readers and for the owner."""

from __future__ import annotations

from dataclasses import replace

from medallion_core.deploy.grants import standings
from medallion_core.deploy.statements import grant_step, run_grants
from medallion_core.deploy.steps import Report, StepResult
from medallion_core.model import Design
from medallion_core.tables.privileges import owner_privileges, reader_privileges
from medallion_core.workspace import Workspace


def grant_readers(
    ws: Workspace, design: Design, report: Report = lambda _: None
) -> list[StepResult]:
    """Lets the readers query gold and the owner every layer, as far as they cannot yet.

    To be called after a run that made the tables. A grant that is refused is reported as such;
    it stops nothing.
    """
    wanted = reader_privileges(design)
    if design.settings.owner and design.settings.owner != ws.user_name:
        wanted += owner_privileges(design, design.settings.owner)
    missing = (each for each in standings(ws, wanted) if not each.held)
    tried = [grant_step(replace(each, held=None)) for each in missing]
    return run_grants(ws, tried, report)
