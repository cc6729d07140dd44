"""The bundle's settings: how it is deployed, as whom, and when it runs."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import ClassVar

from medallion_core.generate.render import Template, render
from medallion_core.model import Bundle, Ci, Design, Settings
from medallion_core.tables.job import Task, job_name, job_tasks
from medallion_core.tables.names import TARGET_KEY
from medallion_core.tables.pipeline import job_key, pipeline_spec, resource_key, schema_field
from medallion_core.text.schedules import TIMEZONE

GITHUB, AZURE = ".github/workflows/deploy.yml", "azure-pipelines.yml"
_WAREHOUSE_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Warehouse:
    """The SQL warehouse that tests run on: its id, or the name that it is looked up by."""

    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleFile:
    """The asset bundle, with its targets; ``prod_profile`` is empty where a service deploys it."""

    template: ClassVar = "databricks.yml"
    key: str
    catalog: str
    schema: str
    dev_schema: str
    warehouse: Warehouse | None
    profile: str
    prod_profile: str
    service_principal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineFile:
    """The pipeline as a resource of the bundle. ``schema_field`` names its schema, ``target_key``
    where its configuration holds catalog and schema."""

    template: ClassVar = "resources/pipeline.yml"
    key: str
    name: str
    schema_field: str
    target_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFile:
    """The job around the pipeline; ``cron`` is empty where nobody wants a schedule."""

    template: ClassVar = "resources/job.yml"
    key: str
    name: str
    cron: str
    timezone: str
    notify: list[str]
    pipeline_id: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class GithubFile:
    """Continuous deployment by GitHub Actions."""

    template: ClassVar = "github_workflow.yml"
    key: str
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AzureFile:
    """Continuous deployment by Azure Pipelines."""

    template: ClassVar = "azure-pipelines.yml"
    commands: tuple[str, ...]


def settings_files(design: Design, root: str) -> Bundle:
    """``databricks.yml``, the resources and ``pipeline.json``."""
    settings = design.settings
    key = resource_key(settings)
    files: dict[str, Template] = {
        "databricks.yml": _bundle(settings),
        f"resources/{key}.pipeline.yml": PipelineFile(
            key=key,
            name=settings.pipeline_name,
            schema_field=schema_field(settings),
            target_key=TARGET_KEY,
        ),
        f"resources/{key}.job.yml": _job(design),
        **_deployment(settings),
    }
    spec = json.dumps(pipeline_spec(settings, root), indent=2)
    return {path: render(file) for path, file in files.items()} | {"pipeline.json": f"{spec}\n"}


def _deployment(settings: Settings) -> dict[str, Template]:
    """The steps of the service that deploys; for others the file would be one that nobody runs."""
    commands = (
        "databricks bundle validate --strict --target prod",
        "databricks bundle deploy --target prod",
        f"databricks bundle run --target prod {job_key(settings)}",
    )
    match settings.ci:
        case Ci.GITHUB:
            return {GITHUB: GithubFile(resource_key(settings), commands)}
        case Ci.AZURE:
            return {AZURE: AzureFile(commands)}
        case Ci.NONE:
            return {}


def _bundle(settings: Settings) -> BundleFile:
    return BundleFile(
        key=resource_key(settings),
        catalog=settings.catalog,
        schema=settings.schema,
        dev_schema=f"dev_${{workspace.current_user.short_name}}_{settings.schema}",
        warehouse=_warehouse(settings.sql_warehouse),
        profile=settings.databricks_cli_profile,
        prod_profile=_prod_profile(settings),
        service_principal=settings.service_principal,
    )


def _prod_profile(settings: Settings) -> str:
    """A profile that a target names goes before the environment's credentials, and ends the command
    where the file of profiles has none of that name: a service signs in without one.
    https://github.com/databricks/cli/blob/v1.13.0/bundle/config/workspace.go
    """
    return settings.databricks_cli_profile if settings.ci is Ci.NONE else ""


def _warehouse(id_or_name: str) -> Warehouse | None:
    if not id_or_name:
        return None
    is_id = _WAREHOUSE_ID.fullmatch(id_or_name)
    return Warehouse(id=id_or_name) if is_id else Warehouse(name=id_or_name)


def _job(design: Design) -> JobFile:
    settings = design.settings
    return JobFile(
        key=job_key(settings),
        name=job_name(settings),
        cron=settings.schedule,
        timezone=TIMEZONE,
        notify=list(settings.notify),
        pipeline_id=f"${{resources.pipelines.{resource_key(settings)}.id}}",
        tasks=job_tasks(design, runs_sql=bool(settings.sql_warehouse)),
    )
