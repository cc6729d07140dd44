"""The pipeline itself: its key, folder and settings."""

from __future__ import annotations

from medallion_core.model import Publishing, Settings
from medallion_core.text.identifiers import snake_case

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
        schema_field(settings): settings.schema,
        "serverless": True,
        "root_path": folder,
        "libraries": [{"glob": {"include": f"{folder}/src/**"}}],
    }


def schema_field(settings: Settings) -> str:
    return "target" if settings.publishing is Publishing.TARGET else "schema"
