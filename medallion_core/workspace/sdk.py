"""The SDK's names, and the packages that it calls with: each is loaded when it is first asked for.

The SDK takes a second to load, and a design can be read, edited and generated without it.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import requests
    import urllib3
    from databricks.sdk import WorkspaceClient
    from databricks.sdk.config import Config
    from databricks.sdk.errors import (
        BadRequest,
        InternalError,
        InvalidParameterValue,
        NotFound,
        PermissionDenied,
        ResourceConflict,
        TemporarilyUnavailable,
        TooManyRequests,
        Unauthenticated,
    )
    from databricks.sdk.errors.base import DatabricksError
    from databricks.sdk.service.catalog import PolicyType, TableType
    from databricks.sdk.service.iam import AccessControlRequest, PermissionLevel
    from databricks.sdk.service.sql import State
    from databricks.sdk.service.workspace import ExportFormat, ImportFormat, ObjectType

__all__ = [
    "AccessControlRequest",
    "BadRequest",
    "Config",
    "DatabricksError",
    "ExportFormat",
    "ImportFormat",
    "InternalError",
    "InvalidParameterValue",
    "NotFound",
    "ObjectType",
    "PermissionDenied",
    "PermissionLevel",
    "PolicyType",
    "ResourceConflict",
    "State",
    "TableType",
    "TemporarilyUnavailable",
    "TooManyRequests",
    "Unauthenticated",
    "WorkspaceClient",
    "requests",
    "urllib3",
]

_PACKAGES = ("requests", "urllib3")
_MODULES = {
    "AccessControlRequest": "databricks.sdk.service.iam",
    "Config": "databricks.sdk.config",
    "DatabricksError": "databricks.sdk.errors.base",
    "ExportFormat": "databricks.sdk.service.workspace",
    "ImportFormat": "databricks.sdk.service.workspace",
    "ObjectType": "databricks.sdk.service.workspace",
    "PermissionLevel": "databricks.sdk.service.iam",
    "PolicyType": "databricks.sdk.service.catalog",
    "State": "databricks.sdk.service.sql",
    "TableType": "databricks.sdk.service.catalog",
    "WorkspaceClient": "databricks.sdk",
}
"""Where a name is; all others are errors."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"{__name__} has no {name!r}")
    return _found(name)


@cache
def _found(name: str) -> Any:
    if name in _PACKAGES:
        return import_module(name)
    # All of it first: threads that begin with different parts wait for each other, which fails.
    import_module("databricks.sdk")
    return getattr(import_module(_MODULES.get(name, "databricks.sdk.errors")), name)
