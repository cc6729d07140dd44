"""The bundle's settings: how it is deployed, as whom, and when it runs."""

from __future__ import annotations

import json
import re

from medallion_core.generate.render import render
from medallion_core.model import Bundle, Design
from medallion_core.tables.pipeline import pipeline_root, pipeline_spec, resource_key, schema_field

_WAREHOUSE_ID = re.compile(r"[0-9a-f]{16}")


def settings_files(design: Design, root: str) -> Bundle:
    """``databricks.yml``, the resources and ``pipeline.json``."""
    settings = design.settings
    key = resource_key(settings)
    context = {
        "settings": settings,
        "key": key,
        "schema_field": schema_field(settings),
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
