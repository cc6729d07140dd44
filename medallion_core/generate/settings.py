"""The bundle's settings: how it is deployed, as whom, and when it runs."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import ClassVar

from medallion_core.generate.render import Template, render
from medallion_core.model import Bundle, Ci, Design, Settings
from medallion_core.tables.pipeline import pipeline_spec, resource_key, schema_field

_WAREHOUSE_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Warehouse:
    """The SQL warehouse that tests run on: its id, or the name that it is looked up by."""

    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleFile:
    """The asset bundle, with its targets."""

    template: ClassVar = "databricks.yml"
    key: str
    catalog: str
    schema: str
    warehouse: Warehouse | None
    profile: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineFile:
    """The pipeline as a resource of the bundle. ``schema_field`` names its schema."""

    template: ClassVar = "resources/pipeline.yml"
    key: str
    name: str
    schema_field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFile:
    """The job that runs the pipeline on a schedule; ``tests``: and the tests after it."""

    template: ClassVar = "resources/job.yml"
    key: str
    name: str
    cron: str
    notify: list[str]
    pipeline_id: str
    tests: bool


@dataclass(frozen=True, slots=True)
class GithubFile:
    """Continuous deployment by GitHub Actions."""

    template: ClassVar = "github_workflow.yml"
    key: str
    run: str


@dataclass(frozen=True, slots=True)
class AzureFile:
    """Continuous deployment by Azure Pipelines."""

    template: ClassVar = "azure-pipelines.yml"
    run: str


def settings_files(design: Design, root: str) -> Bundle:
    """``databricks.yml``, the resources and ``pipeline.json``."""
    settings = design.settings
    key = resource_key(settings)
    files: dict[str, Template] = {
        "databricks.yml": _bundle(settings),
        f"resources/{key}.pipeline.yml": PipelineFile(
            key=key, name=settings.pipeline_name, schema_field=schema_field(settings)
        ),
        **_deployment(settings),
    }
    if settings.schedule:
        files[f"resources/{key}.job.yml"] = _job(settings)
    spec = json.dumps(pipeline_spec(settings, root), indent=2)
    return {path: render(file) for path, file in files.items()} | {"pipeline.json": f"{spec}\n"}


def _deployment(settings: Settings) -> dict[str, Template]:
    """The steps of the service that deploys; for others the file would be one that nobody runs."""
    key = resource_key(settings)
    run = f"databricks bundle run --target prod {key}"
    match settings.ci:
        case Ci.GITHUB:
            return {".github/workflows/deploy.yml": GithubFile(key, run)}
        case Ci.AZURE:
            return {"azure-pipelines.yml": AzureFile(run)}
        case Ci.NONE:
            return {}


def _bundle(settings: Settings) -> BundleFile:
    return BundleFile(
        key=resource_key(settings),
        catalog=settings.catalog,
        schema=settings.schema,
        warehouse=_warehouse(settings.sql_warehouse),
        profile=settings.databricks_cli_profile,
        owner=settings.owner,
    )


def _warehouse(id_or_name: str) -> Warehouse | None:
    if not id_or_name:
        return None
    is_id = _WAREHOUSE_ID.fullmatch(id_or_name)
    return Warehouse(id=id_or_name) if is_id else Warehouse(name=id_or_name)


def _job(settings: Settings) -> JobFile:
    key = resource_key(settings)
    return JobFile(
        key=key,
        name=f"{settings.pipeline_name} on schedule",
        cron=settings.schedule,
        notify=list(settings.notify),
        pipeline_id=f"${{resources.pipelines.{key}.id}}",
        tests=bool(settings.sql_warehouse),
    )
