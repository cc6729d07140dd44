"""What the settings of a pipeline may say."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from databricks.sdk.service.pipelines import PipelineSpec

from local_workspace.rest.api import ApiError

MAX_LIBRARIES = 100
_REQUEST_FIELDS = {
    *("allow_duplicate_names", "dry_run", "run_as", "expected_last_modified", "parameters"),
}
_KNOWN = {field.name for field in fields(PipelineSpec)} | _REQUEST_FIELDS
_INVALID_IN_NAMES = frozenset(" ./\\") | {chr(code) for code in range(32)}


def validate_settings(settings: dict[str, Any]) -> None:
    """Raises ApiError 400 for what the service refuses, in its words."""
    unknown = sorted(settings.keys() - _KNOWN)
    if unknown:
        raise _invalid(f"Unknown field: {', '.join(unknown)}")
    if not settings.get("name"):
        raise _invalid("Missing required field: name")
    _validate_publishing(settings)
    _validate_compute(settings)
    _validate_libraries(settings.get("libraries") or [])
    root = settings.get("root_path")
    if root and not root.startswith("/"):
        raise _invalid(f"root_path '{root}' has to be an absolute path.")
    for key, value in (settings.get("configuration") or {}).items():
        if not isinstance(value, str):
            raise _invalid(f"The value of configuration '{key}' has to be a string.")


def _validate_publishing(settings: dict[str, Any]) -> None:
    if settings.get("schema") and settings.get("target"):
        raise _invalid("Only one of 'schema' and 'target' may be specified.")
    name = settings.get("schema") or settings.get("target")
    if not settings.get("catalog") or not name:
        raise _invalid("The local workspace needs a catalog, and a schema or a target.")
    if _INVALID_IN_NAMES & set(name):
        raise _invalid(
            f'CreatePipeline target_schema_name "{name}" is not a valid name. Valid names must '
            "contain only alphanumeric characters and underscores, and cannot contain spaces, "
            "periods, forward slashes, or control characters."
        )


def _validate_compute(settings: dict[str, Any]) -> None:
    if settings.get("serverless") and settings.get("clusters"):
        raise _invalid("You cannot provide cluster settings when using serverless compute.")
    if settings.get("continuous"):
        raise _invalid("The local workspace runs triggered pipelines only.")


def _validate_libraries(libraries: list[dict[str, Any]]) -> None:
    if len(libraries) > MAX_LIBRARIES:
        raise _invalid(f"A pipeline can have at most {MAX_LIBRARIES} source entries.")
    kinds = {kind for library in libraries for kind in library}
    if "glob" in kinds and kinds != {"glob"}:
        raise _invalid("'glob' libraries cannot be mixed with 'file' or 'notebook' libraries.")
    for library in libraries:
        include = (library.get("glob") or {}).get("include")
        if "glob" not in library:
            continue
        if not include or not include.startswith("/"):
            raise _invalid(f"The glob '{include}' has to be an absolute path.")
        plain = include.removesuffix("/**")
        if any(mark in plain for mark in "*?["):
            raise _invalid(
                f"The glob '{include}' is not supported: only a file's path, or a folder's path "
                "that ends with '/**'."
            )


def _invalid(message: str) -> ApiError:
    return ApiError(400, "INVALID_PARAMETER_VALUE", message)
