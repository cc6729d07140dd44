"""The job around a pipeline: masks before its update; proofs, tests and grants after it.

The bundle writes it as a resource, the app makes it by the Jobs API: the same tasks in either.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from medallion_core.model import Design, Settings
from medallion_core.tables import names
from medallion_core.tables.inventory import job_tables, reader_tables
from medallion_core.tables.masks import mask_functions
from medallion_core.tables.personal import undecided_columns
from medallion_core.text.identifiers import quote_name
from medallion_core.text.schedules import TIMEZONE

REFRESH = "refresh"
"""The task that updates the pipeline."""

PROVE = "prove"
"""The task that makes the tables which prove the others, where the pipeline does not."""

PIPELINE_TAG = "medallion_pipeline"
"""Its value is the id of the pipeline that the job is for."""


@dataclass(frozen=True, slots=True)
class Task:
    """``file`` is the SQL that it runs; the task without one updates the pipeline. ``after`` is
    the task before it, empty for the first."""

    key: str
    file: str = ""
    after: str = ""


def job_name(settings: Settings) -> str:
    return f"{settings.pipeline_name} job"


def job_tasks(design: Design, *, runs_sql: bool) -> tuple[Task, ...]:
    """The tasks in order, each after the one before. ``runs_sql``: there is a SQL warehouse;
    without it the pipeline is updated, and nothing else."""
    found: list[Task] = []
    for key, file in _steps(design):
        if runs_sql or not file:
            found.append(Task(key, file, found[-1].key if found else ""))
    return tuple(found)


def granted_tables(design: Design) -> tuple[str, ...]:
    """The tables that readers get: not those with personal data that nobody has decided on."""
    undecided = undecided_columns(design)
    return tuple(table for table in reader_tables(design) if not undecided.get(table))


def _steps(design: Design) -> Iterator[tuple[str, str]]:
    if mask_functions(design):
        yield "mask", "sql/masks.sql"
    yield REFRESH, ""
    if job_tables(design):
        yield PROVE, names.PROOFS_FILE
    yield "test", "sql/tests.sql"
    if design.settings.readers and granted_tables(design):
        yield "grant", "sql/grants.sql"


def job_spec(design: Design, pipeline_id: str, warehouse_id: str, folder: str) -> dict[str, Any]:
    """The body of the Jobs API's create call. ``folder`` is where the bundle's files lie.

    https://docs.databricks.com/api/workspace/jobs/create
    """
    settings = design.settings
    return {
        "name": job_name(settings),
        "tags": {PIPELINE_TAG: pipeline_id},
        "schedule": {
            "quartz_cron_expression": settings.schedule,
            "timezone_id": TIMEZONE,
            "pause_status": "UNPAUSED",
        },
        "email_notifications": {"on_failure": list(settings.notify)},
        "tasks": [
            _task(task, settings, pipeline_id, warehouse_id, folder)
            for task in job_tasks(design, runs_sql=True)
        ],
    }


def with_pipeline(spec: dict[str, Any], pipeline_id: str) -> dict[str, Any]:
    """``spec`` of another pipeline."""
    runs = {"pipeline_task": {"pipeline_id": pipeline_id}}
    tasks = [task | runs if "pipeline_task" in task else task for task in spec["tasks"]]
    return spec | {"tasks": tasks, "tags": {PIPELINE_TAG: pipeline_id}}


def _task(
    task: Task, settings: Settings, pipeline_id: str, warehouse_id: str, folder: str
) -> dict[str, Any]:
    after = {"depends_on": [{"task_key": task.after}]} if task.after else {}
    if not task.file:
        return {"task_key": task.key, **after, "pipeline_task": {"pipeline_id": pipeline_id}}
    runs = {
        "warehouse_id": warehouse_id,
        "file": {"path": f"{folder}/{task.file}", "source": "WORKSPACE"},
        "parameters": {
            "catalog": quote_name(settings.catalog),
            "schema": quote_name(settings.schema),
        },
    }
    return {"task_key": task.key, **after, "sql_task": runs}
