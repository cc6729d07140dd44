"""What proves an update, and whether it is of this one: made by the update itself, or by the job
after it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from medallion_core.errors import MedallionError
from medallion_core.generate.proofs import proof_statements
from medallion_core.model import Design
from medallion_core.run.events import TableRun
from medallion_core.tables.inventory import job_tables
from medallion_core.tables.losses import losses
from medallion_core.text.identifiers import quote_name
from medallion_core.workspace import Workspace
from medallion_core.workspace.errors import TRANSIENT

_MADE = "AS SELECT"
"""What the operation in a table's history ends with by which a statement of ours made it."""


def make_proofs(ws: Workspace, design: Design) -> None:
    """What the job's task does, by the same statements. Raises MedallionError where one fails."""
    for statement in proof_statements(design, design.settings.catalog, design.settings.schema):
        ws.execute(statement)


def missing_proofs(ws: Workspace, design: Design, ended: datetime | None) -> Iterator[str]:
    """What is wrong with those that the job makes, in a sentence each: one that is older than the
    end of the update proves nothing of it. Raises MedallionError where nobody can tell now."""
    for table in job_tables(design):
        try:
            made = _made_at(ws, design, table)
        except MedallionError as error:
            if error.code in TRANSIENT:
                raise
            yield f"{table}: {error.message}"
            continue
        if made is None or ended is None or made < ended:
            yield f"{table} was not made since the update: the job's task does it, and a run here"


def proofs_left_out(design: Design, runs: Mapping[str, TableRun]) -> Iterator[str]:
    """Those of the pipeline that the update with these ``runs`` did not touch, as one of some
    tables may not, in a sentence each: what they count is of an earlier one."""
    by_job: Collection[str] = job_tables(design)
    for table in (each.table for each in losses(design) if each.table not in by_job):
        if table not in runs or runs[table].state == "EXCLUDED":
            yield f"{table} was left out of this update: a run here includes it"


def _made_at(ws: Workspace, design: Design, table: str) -> datetime | None:
    """When its rows were counted last. What is done to a table besides counts for nothing.
    https://docs.databricks.com/delta/history
    """
    name = quote_name(design.settings.catalog, design.settings.schema, table)
    versions = ws.query(f"DESCRIBE HISTORY {name}").to_pylist()
    times = [each["timestamp"] for each in versions if str(each["operation"]).endswith(_MADE)]
    return max(times, default=None)
