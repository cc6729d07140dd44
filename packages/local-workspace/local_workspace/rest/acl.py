"""Access control lists of objects: pipelines, folders, files, notebooks, warehouses, jobs, apps."""

from __future__ import annotations

from dataclasses import dataclass

from local_workspace import principals
from local_workspace.state import State

USERS = "users"
"""The workspace's group of everybody."""

ADMINS = "admins"

_FOLDER_LEVELS = ("CAN_READ", "CAN_RUN", "CAN_EDIT", "CAN_MANAGE")
LEVELS = {
    "pipelines": ("CAN_VIEW", "CAN_RUN", "CAN_MANAGE", "IS_OWNER"),
    "directories": _FOLDER_LEVELS,
    "files": _FOLDER_LEVELS,
    "notebooks": _FOLDER_LEVELS,
    "jobs": ("CAN_VIEW", "CAN_MANAGE_RUN", "CAN_MANAGE", "IS_OWNER"),
    "apps": ("CAN_USE", "CAN_MANAGE"),
    "warehouses": ("CAN_VIEW", "CAN_MONITOR", "CAN_USE", "CAN_MANAGE", "IS_OWNER"),
}
"""The levels of each kind of object; each includes those before it."""


@dataclass(frozen=True, slots=True)
class Acl:
    """The access control list of one object itself: principal to level."""

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
        levels, entries = LEVELS[self.kind], self.entries
        enough = levels[levels.index(level) :]
        return any(entries.get(name) in enough for name in names_of(self.state, user))


def names_of(state: State, user: str) -> tuple[str, ...]:
    """The names under which ``user`` may be on a list."""
    return (user, USERS, *principals.groups_of(state, user))


def principal_field(name: str) -> str:
    """``user_name``, ``service_principal_name`` or ``group_name``."""
    if "@" in name:
        return "user_name"
    return "service_principal_name" if name.count("-") == 4 else "group_name"
