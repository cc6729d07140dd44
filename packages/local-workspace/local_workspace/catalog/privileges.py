"""Who may do what: ownership and grants, inherited from catalog to schema to table or volume."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from local_workspace import principals
from local_workspace.catalog.errors import insufficient
from local_workspace.catalog.metastore import (
    Catalog,
    Metastore,
    Schema,
    Securable,
    Table,
    Volume,
    kind_of,
)

GRANTABLE = {
    "catalog": {
        *("USE CATALOG", "USE SCHEMA", "CREATE SCHEMA", "CREATE TABLE", "CREATE VOLUME"),
        *("CREATE MATERIALIZED VIEW", "CREATE FUNCTION", "SELECT", "MODIFY", "READ VOLUME"),
        *("WRITE VOLUME", "BROWSE", "EXECUTE", "REFRESH", "APPLY TAG", "MANAGE", "ALL PRIVILEGES"),
        "CREATE MODEL",
    },
    "schema": {
        *("USE SCHEMA", "CREATE TABLE", "CREATE VOLUME", "CREATE MATERIALIZED VIEW", "SELECT"),
        *("CREATE FUNCTION", "MODIFY", "READ VOLUME", "WRITE VOLUME", "EXECUTE", "REFRESH"),
        *("APPLY TAG", "MANAGE", "ALL PRIVILEGES", "CREATE MODEL"),
    },
    "table": {"SELECT", "MODIFY", "REFRESH", "APPLY TAG", "MANAGE", "ALL PRIVILEGES"},
    "volume": {"READ VOLUME", "WRITE VOLUME", "APPLY TAG", "MANAGE", "ALL PRIVILEGES"},
    "metastore": {"CREATE CATALOG"},
}
"""What can be granted on which kind of object."""

Grants = dict[str, list[str]]
"""Principal to privileges."""


@dataclass(frozen=True, slots=True)
class Held:
    """A privilege and the object that it comes from."""

    privilege: str
    kind: str
    name: str


class Privileges:
    """Answers for one user, over one metastore, as of when it is first asked."""

    def __init__(self, metastore: Metastore, user: str) -> None:
        self.metastore = metastore
        self.user = user
        self.is_admin = principals.is_admin(metastore.state, user)
        self.names = (user, *principals.groups_of(metastore.state, user))

    @cached_property
    def _grants(self) -> dict[str, Grants]:
        return dict(self.metastore.state.list("grant"))

    def grants_on(self, securable: Securable) -> Grants:
        """The grants on the object itself."""
        return self._grants.get(f"{kind_of(securable)}:{securable.key}", {})

    def may_create_catalogs(self) -> bool:
        grants = self._grants.get("metastore:local", {})
        return self.is_admin or any("CREATE CATALOG" in grants.get(name, []) for name in self.names)

    def require(self, privilege: str, securable: Securable) -> None:
        """The privilege itself, and USE on what lies above. Raises SqlError 42501."""
        for needed, above in self._usage(securable, inside=privilege.startswith("CREATE ")):
            if not self.has(needed, above):
                raise insufficient(needed, kind_of(above), above.key)
        if not self.has(privilege, securable):
            raise insufficient(privilege, kind_of(securable), securable.key)

    def require_owner(self, securable: Securable) -> None:
        """To drop or change an object, or to grant on it. Raises SqlError 42501."""
        if not self.manages(securable):
            raise insufficient("MANAGE", kind_of(securable), securable.key)

    def has(self, privilege: str, securable: Securable) -> bool:
        if securable.owner in self.names:
            return True
        # All privileges do not include the right to manage.
        wanted = {privilege} if privilege == "MANAGE" else {privilege, "ALL PRIVILEGES"}
        return any(held.privilege in wanted for held in self.held(securable))

    def manages(self, securable: Securable) -> bool:
        owners = {item.owner for item in (securable, *self.above(securable))}
        owns = not owners.isdisjoint(self.names)
        return self.is_admin or owns or self.has("MANAGE", securable)

    def sees(self, securable: Securable) -> bool:
        """Whether the object is listed: for its owner, for who may use it or anything in it.

        USE SCHEMA says nothing of the schema's tables: one must be allowed to do something to them.
        """
        if self.manages(securable):
            return True
        telling = GRANTABLE[kind_of(securable)] | {"BROWSE"}
        if any(held.privilege in telling for held in self.held(securable)):
            return True
        prefix = f"{securable.key}."
        return any(
            key.split(":", 1)[1].startswith(prefix) and not grants.keys().isdisjoint(self.names)
            for key, grants in self._grants.items()
        )

    def held(self, securable: Securable) -> Iterator[Held]:
        """What the grants give the user here, by name or by group, own and inherited."""
        for item in (securable, *self.above(securable)):
            grants = self.grants_on(item)
            for name in self.names:
                for privilege in grants.get(name, []):
                    yield Held(privilege, kind_of(item), item.key)

    def above(self, securable: Securable) -> list[Catalog | Schema]:
        """What the object lies in, the nearest first."""
        if isinstance(securable, Catalog):
            return []
        catalog = self.metastore.catalog(securable.catalog)
        found: list[Catalog | Schema | None] = [catalog]
        if isinstance(securable, Table | Volume):
            found = [self.metastore.schema(securable.catalog, securable.schema), catalog]
        return [item for item in found if item is not None]

    def _usage(self, securable: Securable, *, inside: bool) -> list[tuple[str, Catalog | Schema]]:
        """USE of what lies above, the highest first; ``inside`` of the object itself as well."""
        above = [*reversed(self.above(securable))]
        if inside and isinstance(securable, Catalog | Schema):
            above.append(securable)
        return [(f"USE {kind_of(item).upper()}", item) for item in above]


def grants_on(metastore: Metastore, kind: str, key: str) -> Grants:
    return metastore.state.get("grant", f"{kind}:{key}") or {}


def change_grants(
    metastore: Metastore, kind: str, key: str, principal: str, add: set[str], remove: set[str]
) -> Grants:
    """The grants on the object after the change."""
    with metastore.state.transaction():
        grants = grants_on(metastore, kind, key)
        kept = (set(grants.get(principal, [])) | add) - remove
        grants[principal] = sorted(kept)
        if not kept:
            del grants[principal]
        metastore.state.put("grant", f"{kind}:{key}", grants)
    return grants
