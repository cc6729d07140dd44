"""Functions by REST."""

from __future__ import annotations

from local_workspace.catalog.errors import SqlError
from local_workspace.catalog.functions import find_function
from local_workspace.catalog.names import TableName
from local_workspace.rest.api import ApiError, Call, Route
from local_workspace.workspace import LocalWorkspace


def get_function(workspace: LocalWorkspace, call: Call) -> dict[str, object]:
    name = TableName(*call.params["name"].split("."))
    try:
        found = find_function(workspace.metastore, name)
    except SqlError as error:
        raise ApiError(404, "ROUTINE_DOES_NOT_EXIST", error.message) from error
    return {
        "name": name.table,
        "catalog_name": name.catalog,
        "schema_name": name.schema,
        "full_name": found.name,
        "full_data_type": found.returns,
        "routine_body": "SQL",
        "routine_definition": found.body,
        "owner": found.owner,
    }


ROUTES = (Route("GET", "/api/2.1/unity-catalog/functions/{name}", get_function),)
