"""Which privileges are held already. What cannot be found out counts as unknown, not as held."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from medallion_core.errors import MedallionError
from medallion_core.tables.privileges import Privilege
from medallion_core.text.identifiers import quote_name
from medallion_core.trust.readable import readable, reading
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
_MANY, _LISTED_FOR_ONE = 10, 10
"""Tables of one schema from which on it is listed, and how many are looked through for each."""

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
    """How each of ``privileges`` stands, in order. Three calls per object at most; what they do
    not tell is tried, where it is the identity itself that wants to read a table."""
    wanted: dict[Securable, list[Privilege]] = {}
    for each in privileges:
        wanted.setdefault((each.securable_type, each.name), []).append(each)
    groups, owners = own_groups(ws), _listed_owners(ws, wanted)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        looks = pool.map(lambda of: _held_on(ws, groups, of, wanted[of], owners.get(of)), wanted)
        held = {privilege: is_held for look in looks for privilege, is_held in look.items()}
    held |= _tried(ws, [each for each, is_held in held.items() if is_held is None])
    return [Standing(each, held[each]) for each in privileges]


def _listed_owners(ws: Workspace, securables: Iterable[Securable]) -> dict[Securable, str]:
    """The owner of each table that a listing of its schema has, where many are asked about; a
    schema that has far more tables is not listed to its end."""
    by_schema: dict[tuple[str, ...], dict[str, Securable]] = {}
    for kind, name in securables:
        if kind == "TABLE":
            by_schema.setdefault(name[:2], {})[name[-1].lower()] = kind, name
    found: dict[Securable, str] = {}
    for (catalog, schema), tables in by_schema.items():
        if len(tables) >= _MANY:
            owners = _owners_in(ws, catalog, schema, len(tables) * _LISTED_FOR_ONE)
            found |= {of: owners[table] for table, of in tables.items() if table in owners}
    return found


def _owners_in(ws: Workspace, catalog: str, schema: str, most: int) -> dict[str, str]:
    with remote_errors(f"Listing the tables of {catalog}.{schema}"):
        try:
            tables = ws.client.tables.list(catalog, schema, omit_columns=True, omit_properties=True)
            listed = islice(tables, most)
            return {(each.name or "").lower(): each.owner or "" for each in listed}
        except (sdk.NotFound, sdk.PermissionDenied):
            return {}


def _held_on(
    ws: Workspace,
    groups: frozenset[str],
    securable: Securable,
    wanted: Iterable[Privilege],
    owner: str | None,
) -> dict[Privilege, bool | None]:
    """``owner`` is None where no listing told it: it is asked for where the grants, which most
    often tell, do not."""
    names = {each: _names(ws, groups, each.principal) for each in wanted}
    if all(_owns(owner, each) for each in names.values()):
        return dict.fromkeys(names, True)
    look = _look(ws, securable)
    held = {each: look.gives(each, names[each]) for each in names}
    if look.is_there and not all(held.values()):
        owner = owner_of(ws, securable[0], ".".join(securable[1])) if owner is None else owner
        held |= {each: True for each in names if _owns(owner, names[each])}
    return held


def _owns(owner: str | None, names: Collection[str]) -> bool:
    return bool(owner) and owner in names


def _tried(ws: Workspace, unknown: Sequence[Privilege]) -> dict[Privilege, bool | None]:
    """Those of ``unknown`` that the identity itself wants, to read a table."""
    own = {
        each: quote_name(*each.name)
        for each in unknown
        if each.securable_type == "TABLE"
        and each.privilege == "SELECT"
        and each.principal == ws.user_name
    }
    read = readable(ws, own.values())
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        runs = pool.map(lambda relation: relation in read or _can_read(ws, relation), own.values())
        return dict(zip(own, runs, strict=True))


def _names(ws: Workspace, groups: frozenset[str], principal: str) -> set[str]:
    """Whose privileges ``principal`` has."""
    return {principal, EVERYONE} | (groups if principal == ws.user_name else frozenset())


def _can_read(ws: Workspace, relation: str) -> bool | None:
    try:
        ws.execute(reading(relation))
    except MedallionError as error:
        return False if error.code in ("PERMISSION_DENIED", "TABLE_NOT_FOUND") else None
    return True


@dataclass(frozen=True, slots=True)
class _Look:
    """What one object's grants are; ``complete`` where all were seen. An object that is not
    ``is_there`` cannot be seen, so that nothing can be held on it."""

    grants: dict[str, set[str]]
    complete: bool
    is_there: bool = True

    def gives(self, wanted: Privilege, names: Iterable[str]) -> bool | None:
        held = set[str]().union(*(self.grants.get(name, set()) for name in names))
        if held & giving(wanted.privilege):
            return True
        return False if self.complete else None


def _look(ws: Workspace, securable: Securable) -> _Look:
    kind, parts = securable
    name = ".".join(parts)
    with remote_errors(f"Reading the grants on {name}"):
        try:
            return _Look(_grants(_assignments(ws, kind, name, None)), complete=True)
        except sdk.NotFound:
            return _Look({}, complete=True, is_there=False)
        except sdk.PermissionDenied:
            pass
        try:
            own = _assignments(ws, kind, name, ws.user_name)
        except (sdk.PermissionDenied, sdk.NotFound):
            own = []
    return _Look(_grants(own), complete=False)


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
