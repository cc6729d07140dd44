"""Every route of the workspace, family by family."""

from __future__ import annotations

from local_workspace.rest import (
    apps,
    catalog,
    catalog_changes,
    faults,
    files,
    functions,
    identity,
    jobs,
    notebook,
    permissions,
    pipelines,
    policies,
    scim,
    secrets,
    sql_statements,
    thrift,
    warehouses,
    workspace_files,
)
from local_workspace.rest.api import ApiError, Call, Interceptor, Route
from local_workspace.workspace import LocalWorkspace

INTERCEPTORS: tuple[Interceptor, ...] = (faults.intercept,)
"""Asked before the handler, in order; the first that answers is the answer. Faults come in here."""

ROUTES: tuple[Route, ...] = (
    *identity.ROUTES,
    *scim.ROUTES,
    *warehouses.ROUTES,
    *thrift.ROUTES,
    *sql_statements.ROUTES,
    *catalog.ROUTES,
    *catalog_changes.ROUTES,
    *functions.ROUTES,
    *policies.ROUTES,
    *files.ROUTES,
    *workspace_files.ROUTES,
    *pipelines.ROUTES,
    *jobs.ROUTES,
    *apps.ROUTES,
    *permissions.ROUTES,
    *secrets.ROUTES,
    *notebook.ROUTES,
    *faults.ROUTES,
)

_FAMILIES = {
    "/oidc": "identity.py",
    "/api/2.0/preview/scim": "scim.py",
    "/api/2.0/account/scim": "scim.py",
    "/api/2.0/sql/statements": "sql_statements.py",
    "/api/2.2/jobs": "jobs.py",
    "/api/2.0/apps": "apps.py",
    "/api/2.0/sql": "warehouses.py",
    "/sql/": "thrift.py",
    "/api/2.1/unity-catalog": "catalog.py",
    "/api/2.0/fs": "files.py",
    "/api/2.0/workspace": "workspace_files.py",
    "/api/2.0/pipelines": "pipelines.py",
    "/api/2.0/permissions": "permissions.py",
    "/api/2.0/secrets": "secrets.py",
}


def unknown_route(_: LocalWorkspace, call: Call) -> dict[str, object]:
    """Says which file a missing route belongs to."""
    family = next((file for path, file in _FAMILIES.items() if call.path.startswith(path)), "")
    where = f"Add it to local_workspace/rest/{family or 'routes.py'}."
    raise ApiError(
        501,
        "NOT_IMPLEMENTED",
        f"The local workspace does not know {call.method} {call.path}. {where}",
    )
