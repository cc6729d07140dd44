"""Which privileges are held already. What cannot be found out counts as unknown, not as held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medallion_core.errors import MedallionError
from medallion_core.tables.privileges import Privilege
from medallion_core.text.identifiers import quote_name
from medallion_core.workspace import Workspace, sdk
from medallion_core.workspace.errors import remote_errors

if TYPE_CHECKING:
    from databricks.sdk.service.catalog import EffectivePrivilegeAssignment

EVERYONE = "account users"
MANAGE = "MANAGE"
"""To grant, to own and to drop: not among ALL PRIVILEGES.
https://docs.databricks.com/aws/en/data-governance/unity-catalog/manage-privileges/privileges#all
"""

_EVERYTHING = "ALL PRIVILEGES"
_AT_ONCE = 8

Securable = tuple[str, tuple[str, ...]]
"""Its type, in upper case, and the parts of its name."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a privilege is ``held``; None where it could not be found out."""

    privilege: Privilege
    held: bool | None


def giving(privilege: str) -> set[str]:
    """The privileges of which each gives ``privilege``."""
    return {privilege} if privilege == MANAGE else {privilege, _EVERYTHING}


def standings(ws: Workspace, privileges: Sequence[Privilege]) -> list[Standing]:
    """How each of ``privileges`` stands, in order. Three calls per object at most."""
    groups = own_groups(ws)
    securables = list(dict.fromkeys((each.securable_type, each.name) for each in privileges))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        looks = dict(
            zip(securables, pool.map(lambda item: _look(ws, item), securables), strict=True)
        )
    found = []
    for each in privileges:
        held = looks[each.securable_type, each.name].gives(each, ws.user_name, groups)
        found.append(Standing(each, _can_read(ws, each) if held is None else held))
    return found


def _can_read(ws: Workspace, wanted: Privilege) -> bool | None:
    """Tried, where it is the identity itself that wants to read a table."""
    if wanted.privilege != "SELECT" or wanted.principal != ws.user_name:
        return None
    try:
        ws.execute(f"SELECT * FROM {quote_name(*wanted.name)} LIMIT 0")
    except MedallionError as error:
        return False if error.code in ("PERMISSION_DENIED", "TABLE_NOT_FOUND") else None
    return True


@dataclass(frozen=True, slots=True)
class _Look:
    """What one object's owner and grants are; ``complete`` where all grants were seen, or where
    the object itself cannot be seen, so that nothing can be held on it."""

    owner: str
    grants: dict[str, set[str]]
    complete: bool

    def gives(self, wanted: Privilege, user: str, groups: frozenset[str]) -> bool | None:
        names = {wanted.principal, EVERYONE} | (groups if wanted.principal == user else frozenset())
        if self.owner in names:
            return True
        held = set[str]().union(*(self.grants.get(name, set()) for name in names))
        if held & giving(wanted.privilege):
            return True
        return False if self.complete else None


def _look(ws: Workspace, securable: Securable) -> _Look:
    kind, parts = securable
    name = ".".join(parts)
    owner = owner_of(ws, kind, name)
    with remote_errors(f"Reading the grants on {name}"):
        try:
            return _Look(owner, _grants(_assignments(ws, kind, name, None)), complete=True)
        except sdk.NotFound:
            return _Look(owner, {}, complete=True)
        except sdk.PermissionDenied:
            pass
        try:
            own = _assignments(ws, kind, name, ws.user_name)
        except (sdk.PermissionDenied, sdk.NotFound):
            own = []
    return _Look(owner, _grants(own), complete=False)


def _assignments(
    ws: Workspace, kind: str, name: str, principal: str | None
) -> list[EffectivePrivilegeAssignment]:
    """All pages. Raises the SDK's PermissionDenied and NotFound as they are."""
    found: list[EffectivePrivilegeAssignment] = []
    token: str | None = None
    while True:
        page = ws.client.grants.get_effective(
            kind.lower(), name, principal=principal, page_token=token
        )
        found += page.privilege_assignments or []
        token = page.next_page_token
        if not token:
            return found


def _grants(assignments: Iterable[EffectivePrivilegeAssignment]) -> dict[str, set[str]]:
    """Principal to privileges, spelled as SQL spells them."""
    found: dict[str, set[str]] = {}
    for assignment in assignments:
        held = found.setdefault(assignment.principal or "", set())
        for item in assignment.privileges or []:
            if item.privilege:
                held.add(item.privilege.value.replace("_", " "))
    return found


def owner_of(ws: Workspace, kind: str, name: str) -> str:
    """Empty where the object cannot be seen. An owner may do everything with what is theirs."""
    client = ws.client
    with remote_errors(f"Looking for {name}"):
        try:
            match kind:
                case "CATALOG":
                    return client.catalogs.get(name).owner or ""
                case "SCHEMA":
                    return client.schemas.get(name).owner or ""
                case "VOLUME":
                    return client.volumes.read(name).owner or ""
                case _:
                    return client.tables.get(name).owner or ""
        except (sdk.NotFound, sdk.PermissionDenied):
            return ""


def own_groups(ws: Workspace) -> frozenset[str]:
    with remote_errors("Reading who asks"):
        groups = ws.client.current_user.me().groups or []
    return frozenset(group.display for group in groups if group.display)
