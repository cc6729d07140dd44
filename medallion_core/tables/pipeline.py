"""The pipeline itself: its key, folder and settings."""

from __future__ import annotations

from medallion_core.model import Publishing, Settings
from medallion_core.tables.names import TARGET_KEY
from medallion_core.text.identifiers import folder_name, quote_name, snake_case

PLACEHOLDER = "<application id of the service principal>"
"""Stands where a script or a file needs it and the design does not name it."""


def default_root(settings: Settings) -> str:
    """The folder of all pipelines where nothing else is said: the service principal's own, since
    every user may manage what lies in ``/Workspace/Shared``."""
    return f"/Workspace/Users/{settings.service_principal or PLACEHOLDER}/medallion"


def pipeline_root(settings: Settings, root: str = "") -> str:
    """The workspace folder that holds the pipeline's files, below ``root``, the folder of all."""
    return f"{root or default_root(settings)}/pipelines/{folder_name(settings.pipeline_name)}"


def resource_key(settings: Settings) -> str:
    """The pipeline's key in the bundle, which matches ``^[a-z0-9_]+$``."""
    return snake_case(settings.pipeline_name)


def job_key(settings: Settings) -> str:
    """The job's key in the bundle, where no two resources may share one."""
    return f"{resource_key(settings)}_job"


def pipeline_spec(settings: Settings, root: str = "") -> dict[str, object]:
    """The body of the Pipelines API's create call."""
    folder = pipeline_root(settings, root)
    return {
        "name": settings.pipeline_name,
        "catalog": settings.catalog,
        schema_field(settings): settings.schema,
        "serverless": True,
        "configuration": {TARGET_KEY: quote_name(settings.catalog, settings.schema)},
        "root_path": folder,
        "libraries": [{"glob": {"include": f"{folder}/src/**"}}],
    }


def schema_field(settings: Settings) -> str:
    return "target" if settings.publishing is Publishing.TARGET else "schema"
