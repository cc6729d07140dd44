"""Object permissions: pipelines, folders, files, notebooks, warehouses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from local_workspace import principals
from local_workspace.rest.api import ApiError, Call, Route
from local_workspace.state import State
from local_workspace.workspace import LocalWorkspace

EVERYONE = "users"
ADMINS = "admins"

_FOLDER_LEVELS = ("CAN_READ", "CAN_RUN", "CAN_EDIT", "CAN_MANAGE")
LEVELS = {
    "pipelines": ("CAN_VIEW", "CAN_RUN", "CAN_MANAGE", "IS_OWNER"),
    "directories": _FOLDER_LEVELS,
    "files": _FOLDER_LEVELS,
    "notebooks": _FOLDER_LEVELS,
    "warehouses": ("CAN_VIEW", "CAN_MONITOR", "CAN_USE", "CAN_MANAGE", "IS_OWNER"),
}
"""The levels of each kind of object; each includes those before it."""


@dataclass(frozen=True, slots=True)
class Acl:
    """The access control list of one object: principal to level."""

    state: State
    kind: str
    object_id: str

    @property
    def entries(self) -> dict[str, str]:
        return self.state.get("acl", f"{self.kind}/{self.object_id}") or {}

    def replace(self, entries: dict[str, str]) -> None:
        self.state.put("acl", f"{self.kind}/{self.object_id}", entries)

    def drop(self) -> None:
        self.state.delete("acl", f"{self.kind}/{self.object_id}")

    def allows(self, user: str, level: str) -> bool:
        """Whether ``user`` has ``level`` here by name, by group, or as the workspace's admin."""
        if principals.is_admin(self.state, user):
            return True
        levels = LEVELS[self.kind]
        wanted = levels.index(level)
        held = (self.entries.get(name) for name in (user, EVERYONE))
        return any(have in levels and levels.index(have) >= wanted for have in held if have)


def get_permissions(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    acl = _acl(workspace, call)
    return _document(acl)


def set_permissions(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    """Replaces all entries; the owner stays where the new list names none."""
    acl = _managed(workspace, call)
    owners = {name: level for name, level in acl.entries.items() if level == "IS_OWNER"}
    given = _requested(acl, call)
    acl.replace(given if "IS_OWNER" in given.values() else owners | given)
    return _document(acl)


def update_permissions(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    acl = _managed(workspace, call)
    acl.replace(acl.entries | _requested(acl, call))
    return _document(acl)


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
    if not acl.allows(call.user, "CAN_MANAGE"):
        raise ApiError(
            403,
            "PERMISSION_DENIED",
            f"{call.user} does not have Manage permissions on /{acl.kind}/{acl.object_id}. "
            "Please contact the owner or an administrator for access.",
        )
    return acl


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


def _document(acl: Acl) -> dict[str, Any]:
    entries = acl.entries | {ADMINS: "CAN_MANAGE"}
    return {
        "object_id": f"/{acl.kind}/{acl.object_id}",
        "object_type": {"directories": "directory", "files": "file", "notebooks": "notebook"}.get(
            acl.kind, acl.kind
        ),
        "access_control_list": [
            {
                _principal_field(name): name,
                "all_permissions": [{"permission_level": level, "inherited": name == ADMINS}],
            }
            for name, level in entries.items()
        ],
    }


def _principal_field(name: str) -> str:
    if "@" in name:
        return "user_name"
    return "service_principal_name" if name.count("-") == 4 else "group_name"


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
