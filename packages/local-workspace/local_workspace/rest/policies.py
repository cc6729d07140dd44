"""Policies by attributes: listed for who manages the object. They hide nothing here."""

from __future__ import annotations

from typing import Any

from local_workspace.catalog.metastore import kind_of
from local_workspace.catalog.privileges import Privileges
from local_workspace.rest.api import ApiError, Call, Route, page
from local_workspace.rest.catalog import find_securable
from local_workspace.workspace import LocalWorkspace


def list_policies(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    """Those that lie on the object itself. Raises ApiError 403 for who may not see them."""
    kind, name = call.params["kind"].lower(), call.params["name"].lower()
    securable = find_securable(workspace.metastore, kind, name)
    privileges = Privileges(workspace.metastore, call.user)
    if securable is None or not privileges.sees(securable):
        raise ApiError(404, "RESOURCE_DOES_NOT_EXIST", f"'{name}' does not exist.")
    if not privileges.manages(securable):
        title = kind_of(securable).title()
        words = f"User does not have MANAGE on {title} '{name}'."
        raise ApiError(403, "PERMISSION_DENIED", words)
    on = f"{kind}/{name}/"
    found = [kept for key, kept in workspace.state.list("policy") if key.startswith(on)]
    return page(found, call, "policies")


ROUTES = (Route("GET", "/api/2.1/unity-catalog/policies/{kind}/{name}", list_policies),)
