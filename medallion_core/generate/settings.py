"""The bundle's settings: how it is deployed, as whom, and when it runs."""

from __future__ import annotations

import json
import re

from medallion_core.generate.render import render
from medallion_core.identifiers import snake_case
from medallion_core.model import Bundle, Design, Publishing, Settings

_WAREHOUSE_ID = re.compile(r"[0-9a-f]{16}")
DEFAULT_ROOT = "/Workspace/Shared/medallion"


def pipeline_root(settings: Settings, root: str = DEFAULT_ROOT) -> str:
    """The workspace folder that holds the pipeline's files."""
    return f"{root}/{resource_key(settings)}"


def resource_key(settings: Settings) -> str:
    """The pipeline's key in the bundle, which matches ``^[a-z0-9_]+$``."""
    return snake_case(settings.pipeline_name)


def pipeline_spec(settings: Settings, root: str = DEFAULT_ROOT) -> dict[str, object]:
    """The body of the Pipelines API's create call."""
    folder = pipeline_root(settings, root)
    return {
        "name": settings.pipeline_name,
        "catalog": settings.catalog,
        _schema_field(settings): settings.schema,
        "serverless": True,
        "root_path": folder,
        "libraries": [{"glob": {"include": f"{folder}/src/**"}}],
    }


def settings_files(design: Design, root: str) -> Bundle:
    """``databricks.yml``, the resources and ``pipeline.json``."""
    settings = design.settings
    key = resource_key(settings)
    context = {
        "settings": settings,
        "key": key,
        "schema_field": _schema_field(settings),
        "warehouse_is_id": bool(_WAREHOUSE_ID.fullmatch(settings.sql_warehouse)),
        "root": pipeline_root(settings, root),
    }
    files = {
        "databricks.yml": render("databricks.yml", **context),
        f"resources/{key}.pipeline.yml": render("resources/pipeline.yml", **context),
        "pipeline.json": json.dumps(pipeline_spec(settings, root), indent=2) + "\n",
        ".github/workflows/deploy.yml": render("github_workflow.yml", **context),
        "azure-pipelines.yml": render("azure-pipelines.yml", **context),
    }
    if settings.schedule:
        files[f"resources/{key}.job.yml"] = render("resources/job.yml", **context)
    return files


def _schema_field(settings: Settings) -> str:
    return "target" if settings.publishing is Publishing.TARGET else "schema"
