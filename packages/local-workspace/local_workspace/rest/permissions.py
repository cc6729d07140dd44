"""Object permissions by REST: get, set and update the access control list of an object."""

from __future__ import annotations

from typing import Any

from local_workspace import principals
from local_workspace.rest.acl import ADMINS, LEVELS, Acl, principal_field
from local_workspace.rest.api import ApiError, Call, Route
from local_workspace.rest.workspace_files import tree
from local_workspace.workspace import LocalWorkspace

_TYPES = {"directories": "directory", "files": "file", "notebooks": "notebook"}


def get_permissions(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    """For who may see the object."""
    acl = _acl(workspace, call)
    _require(workspace, call, acl, LEVELS[acl.kind][0])
    return _document(workspace, acl)


def set_permissions(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    """Replaces all entries; the owner stays where the new list names none."""
    acl = _managed(workspace, call)
    owners = {name: level for name, level in acl.entries.items() if level == "IS_OWNER"}
    given = _requested(acl, call)
    _replace(workspace, call, acl, given if "IS_OWNER" in given.values() else owners | given)
    return _document(workspace, acl)


def update_permissions(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    acl = _managed(workspace, call)
    given, kept = _requested(acl, call), acl.entries
    if "IS_OWNER" in given.values():
        kept = {name: level for name, level in kept.items() if level != "IS_OWNER"}
    _replace(workspace, call, acl, kept | given)
    return _document(workspace, acl)


def permission_levels(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    acl = _acl(workspace, call)
    return {"permission_levels": [{"permission_level": level} for level in LEVELS[acl.kind]]}


def _acl(workspace: LocalWorkspace, call: Call) -> Acl:
    kind = call.params["kind"].removeprefix("sql/")
    if kind not in LEVELS:
        raise ApiError(400, "INVALID_PARAMETER_VALUE", f"Unknown object type: {kind}")
    return Acl(workspace.state, kind, call.params["object_id"])


def _managed(workspace: LocalWorkspace, call: Call) -> Acl:
    acl = _acl(workspace, call)
    _require(workspace, call, acl, "CAN_MANAGE")
    return acl


def _require(workspace: LocalWorkspace, call: Call, acl: Acl, level: str) -> None:
    """Raises ApiError 403 unless the object, or a folder above it, gives the caller the level."""
    if not any(each.allows(call.user, level) for each in (acl, *_above(workspace, acl))):
        needed = "Manage" if level == "CAN_MANAGE" else "View"
        raise ApiError(
            403,
            "PERMISSION_DENIED",
            f"{call.user} does not have {needed} permissions on /{acl.kind}/{acl.object_id}. "
            "Please contact the owner or an administrator for access.",
        )


def _above(workspace: LocalWorkspace, acl: Acl) -> list[Acl]:
    """The lists that an object of the workspace's tree inherits from, the nearest first."""
    objects = tree(workspace)
    path = objects.path_of(acl.object_id) if acl.kind in _TYPES else None
    return [] if path is None else objects.lists(path)[1:]


def _replace(workspace: LocalWorkspace, call: Call, acl: Acl, entries: dict[str, str]) -> None:
    """A new owner of a pipeline is also who it runs as. Only the owner or an admin names one."""
    before = [name for name, level in acl.entries.items() if level == "IS_OWNER"]
    after = [name for name, level in entries.items() if level == "IS_OWNER"]
    if after != before:
        if call.user not in before and not principals.is_admin(workspace.state, call.user):
            raise ApiError(
                403,
                "PERMISSION_DENIED",
                "Only the owner or a workspace admin can change the owner.",
            )
        pipeline = workspace.state.get("pipeline", acl.object_id)
        if acl.kind == "pipelines" and pipeline is not None:
            workspace.state.put("pipeline", acl.object_id, pipeline | {"run_as": after[0]})
    acl.replace(entries)


def _requested(acl: Acl, call: Call) -> dict[str, str]:
    entries: dict[str, str] = {}
    for entry in call.json.get("access_control_list") or []:
        names = (entry.get(f"{kind}_name") for kind in ("user", "group", "service_principal"))
        name = next(filter(None, names), "")
        level = entry.get("permission_level", "")
        if not name or level not in LEVELS[acl.kind]:
            raise ApiError(
                400,
                "INVALID_PARAMETER_VALUE",
                f"Permission level '{level}' for principal '{name}' is not one of "
                f"{', '.join(LEVELS[acl.kind])}.",
            )
        entries[name] = level
    return entries


def _document(workspace: LocalWorkspace, acl: Acl) -> dict[str, Any]:
    held: dict[str, list[dict[str, Any]]] = {}
    for name, level in acl.entries.items():
        held.setdefault(name, []).append({"permission_level": level, "inherited": False})
    for above in _above(workspace, acl):
        for name, level in above.entries.items():
            held.setdefault(name, []).append(_inherited(level, f"/{above.kind}/{above.object_id}"))
    held.setdefault(ADMINS, []).append(_inherited("CAN_MANAGE", f"/{acl.kind}/"))
    return {
        "object_id": f"/{acl.kind}/{acl.object_id}",
        "object_type": _TYPES.get(acl.kind, acl.kind),
        "access_control_list": [
            {principal_field(name): name, "all_permissions": levels}
            for name, levels in held.items()
        ],
    }


def _inherited(level: str, source: str) -> dict[str, Any]:
    return {"permission_level": level, "inherited": True, "inherited_from_object": [source]}


_PATHS = (
    "/api/2.0/permissions/{kind}/{object_id}",
    "/api/2.0/permissions/{kind:path}/{object_id}",
)

ROUTES = tuple(
    Route(method, f"{path}{tail}", handler)
    for path in _PATHS
    for method, tail, handler in (
        ("GET", "/permissionLevels", permission_levels),
        ("GET", "", get_permissions),
        ("PUT", "", set_permissions),
        ("PATCH", "", update_permissions),
    )
)
