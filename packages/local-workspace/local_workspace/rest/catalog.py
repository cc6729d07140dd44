"""Unity Catalog over REST: what there is, and who may do what with it.

Objects are made and dropped by SQL, through the warehouse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from local_workspace.catalog.metastore import (
    Catalog,
    Metastore,
    Schema,
    Securable,
    Table,
    Volume,
    kind_of,
)
from local_workspace.catalog.names import TableName
from local_workspace.catalog.privileges import (
    GRANTABLE,
    Privileges,
    change_grants,
    grants_on,
)
from local_workspace.principals import is_admin
from local_workspace.rest.api import ApiError, Call, Route, page
from local_workspace.rest.catalog_info import catalog_info, schema_info, table_info, volume_info
from local_workspace.workspace import LocalWorkspace

ROOT = "/api/2.1/unity-catalog"

_Seen = TypeVar("_Seen", Catalog, Schema, Table, Volume)


def list_catalogs(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    found = _seen(workspace, call, workspace.metastore.catalogs())
    return page([catalog_info(item) for item in found], call, "catalogs")


def get_catalog(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    return catalog_info(_visible(workspace, call, workspace.metastore.catalog(call.params["name"])))


def list_schemas(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    found = workspace.metastore.schemas(_parameter(call, "catalog_name"))
    return page([schema_info(item) for item in _seen(workspace, call, found)], call, "schemas")


def get_schema(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    name = _parts(call.params["name"], 2)
    return schema_info(_visible(workspace, call, workspace.metastore.schema(*name)))


def list_tables(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    names = _parameter(call, "catalog_name"), _parameter(call, "schema_name")
    found = _seen(workspace, call, workspace.metastore.tables(*names))
    return page([table_info(item) for item in found], call, "tables")


def get_table(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    return table_info(_table(workspace, call))


def table_exists(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    name = TableName(*_parts(call.params["name"], 3))
    found = workspace.metastore.table(name)
    seen = found is not None and Privileges(workspace.metastore, call.user).sees(found)
    return {"table_exists": seen}


def list_volumes(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    names = _parameter(call, "catalog_name"), _parameter(call, "schema_name")
    found = _seen(workspace, call, workspace.metastore.volumes(*names))
    return page([volume_info(item) for item in found], call, "volumes")


def get_volume(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    name = _parts(call.params["name"], 3)
    return volume_info(_visible(workspace, call, workspace.metastore.volume(*name)))


def get_permissions(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    kind, key = _securable(workspace, call)
    return _assignments(grants_on(workspace.metastore, kind, key))


def update_permissions(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    """Adds and removes as the body's ``changes`` say. Raises ApiError 403 for who may not."""
    kind, key = _securable(workspace, call)
    _require_manager(workspace, call, kind)
    for change in call.json.get("changes", []):
        add, remove = (_from_rest(kind, change.get(field, [])) for field in ("add", "remove"))
        change_grants(workspace.metastore, kind, key, change["principal"], add, remove)
    return _assignments(grants_on(workspace.metastore, kind, key))


def get_effective_permissions(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    """Own and inherited, for each principal that holds anything."""
    kind, key = _securable(workspace, call)
    securable = find_securable(workspace.metastore, kind, key)
    if securable is None:
        return _assignments(grants_on(workspace.metastore, kind, key), effective=True)
    privileges = Privileges(workspace.metastore, call.user)
    chain = [securable, *privileges.above(securable)]
    wanted = call.query.get("principal")
    held: dict[str, list[dict[str, Any]]] = {}
    for item in chain:
        grants = grants_on(workspace.metastore, kind_of(item), item.key)
        for principal, names in grants.items():
            if wanted in (None, principal):
                inherited = None if item is securable else item
                held.setdefault(principal, []).extend(_effective(name, inherited) for name in names)
    return {
        "privilege_assignments": [
            {"principal": principal, "privileges": names} for principal, names in held.items()
        ]
    }


def find_securable(metastore: Metastore, kind: str, key: str) -> Securable | None:
    """The object of that kind and name; None where there is none."""
    if kind == "metastore":
        return None
    count = {"catalog": 1, "schema": 2}.get(kind, 3)
    parts = _parts(key, count)
    match kind:
        case "catalog":
            return metastore.catalog(*parts)
        case "schema":
            return metastore.schema(*parts)
        case "volume":
            return metastore.volume(*parts)
    return metastore.table(TableName(*parts))


def _seen(workspace: LocalWorkspace, call: Call, found: Iterable[_Seen]) -> list[_Seen]:
    privileges = Privileges(workspace.metastore, call.user)
    return [item for item in found if privileges.sees(item)]


def _visible(workspace: LocalWorkspace, call: Call, found: _Seen | None) -> _Seen:
    """Raises ApiError 404 for what is not there, and for what the caller may not see."""
    if found is None or not Privileges(workspace.metastore, call.user).sees(found):
        raise _missing(call)
    return found


def _missing(call: Call) -> ApiError:
    name = call.params["name"]
    return ApiError(404, "RESOURCE_DOES_NOT_EXIST", f"'{name}' does not exist.")


def _table(workspace: LocalWorkspace, call: Call) -> Table:
    name = TableName(*_parts(call.params["name"], 3))
    return _visible(workspace, call, workspace.metastore.table(name))


def _securable(workspace: LocalWorkspace, call: Call) -> tuple[str, str]:
    """Kind and key of the object that the path names. Raises ApiError 400 or 404."""
    kind = call.params["kind"].lower()
    if kind not in GRANTABLE:
        raise ApiError(400, "INVALID_PARAMETER_VALUE", f"Unknown securable type {kind.upper()}.")
    key = call.params["name"].lower()
    found = find_securable(workspace.metastore, kind, key)
    visible = found and Privileges(workspace.metastore, call.user).sees(found)
    if kind != "metastore" and not visible:
        raise _missing(call)
    return kind, key


def _require_manager(workspace: LocalWorkspace, call: Call, kind: str) -> None:
    privileges = Privileges(workspace.metastore, call.user)
    securable = find_securable(workspace.metastore, kind, call.params["name"])
    may = privileges.manages(securable) if securable else is_admin(workspace.state, call.user)
    if not may:
        name = call.params["name"]
        raise ApiError(
            403, "PERMISSION_DENIED", f"User does not have MANAGE on {kind.title()} '{name}'."
        )


def _from_rest(kind: str, names: Iterable[str]) -> set[str]:
    found = {name.replace("_", " ").upper() for name in names}
    unknown = found - GRANTABLE[kind]
    if unknown:
        raise ApiError(
            400,
            "INVALID_PARAMETER_VALUE",
            f"Privilege {min(unknown)} is not applicable to this entity [{kind.upper()}].",
        )
    return found


def _to_rest(privilege: str) -> str:
    return privilege.replace(" ", "_")


def _assignments(grants: dict[str, list[str]], *, effective: bool = False) -> dict[str, Any]:
    spell: Callable[[str], Any] = (lambda name: _effective(name, None)) if effective else _to_rest
    return {
        "privilege_assignments": [
            {"principal": principal, "privileges": [spell(name) for name in names]}
            for principal, names in grants.items()
        ]
    }


def _effective(privilege: str, inherited: Securable | None) -> dict[str, Any]:
    found: dict[str, Any] = {"privilege": _to_rest(privilege)}
    if inherited is not None:
        found["inherited_from_type"] = kind_of(inherited).upper()
        found["inherited_from_name"] = inherited.key
    return found


def _parameter(call: Call, name: str) -> str:
    value = call.query.get(name)
    if not value:
        raise ApiError(400, "INVALID_PARAMETER_VALUE", f"Missing required field: {name}")
    return value


def _parts(name: str, count: int) -> list[str]:
    parts = name.split(".")
    if len(parts) != count:
        raise ApiError(
            400, "INVALID_PARAMETER_VALUE", f"{name} is not a valid name: it needs {count} parts."
        )
    return parts


ROUTES = (
    Route("GET", f"{ROOT}/catalogs", list_catalogs),
    Route("GET", f"{ROOT}/catalogs/{{name}}", get_catalog),
    Route("GET", f"{ROOT}/schemas", list_schemas),
    Route("GET", f"{ROOT}/schemas/{{name}}", get_schema),
    Route("GET", f"{ROOT}/tables", list_tables),
    Route("GET", f"{ROOT}/tables/{{name}}", get_table),
    Route("GET", f"{ROOT}/tables/{{name}}/exists", table_exists),
    Route("GET", f"{ROOT}/volumes", list_volumes),
    Route("GET", f"{ROOT}/volumes/{{name}}", get_volume),
    Route("GET", f"{ROOT}/permissions/{{kind}}/{{name}}", get_permissions),
    Route("PATCH", f"{ROOT}/permissions/{{kind}}/{{name}}", update_permissions),
    Route("GET", f"{ROOT}/effective-permissions/{{kind}}/{{name}}", get_effective_permissions),
)
