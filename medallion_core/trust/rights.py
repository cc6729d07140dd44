"""Which privileges a person holds, themselves or by a group, as far as anybody here may see it.

A forwarded token opens SQL and little else, and shows a person their own grants only. What the
service principal may see of an object's grants and owner tells of groups, too; it is used to
decide, and shown to nobody.
https://docs.databricks.com/aws/en/sql/language-manual/security-show-grant
https://docs.databricks.com/aws/en/dev-tools/databricks-apps/auth
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from medallion_core.errors import MedallionError
from medallion_core.tables.privileges import Privilege
from medallion_core.text.identifiers import quote_identifier, quote_name
from medallion_core.trust.asker import Asker
from medallion_core.trust.standings import EVERYONE, giving, own_groups, standings
from medallion_core.workspace import Workspace
from medallion_core.workspace.errors import TRANSIENT


@dataclass(frozen=True, slots=True)
class Rights:
    """What was found out for one person; each object is asked about once."""

    asker: Asker
    groups: frozenset[str]
    _own: dict[tuple[str, tuple[str, ...]], frozenset[str]] = field(default_factory=dict)

    def lacks(self, wanted: Sequence[Privilege]) -> list[Privilege]:
        """Those of ``wanted`` that nobody here could see the person hold."""
        open_ = [each for each in wanted if not self._has_own(each)]
        return [each for each in open_ if not self._seen_by_app(each)]

    def _has_own(self, wanted: Privilege) -> bool:
        """As the person themselves sees it."""
        securable = wanted.securable_type, wanted.name
        if securable not in self._own:
            self._own[securable] = frozenset(_own_grants(self.asker.person, self._names(), wanted))
        return bool(self._own[securable] & giving(wanted.privilege))

    def _seen_by_app(self, wanted: Privilege) -> bool:
        """As the service principal sees it, for the person and each of their groups."""
        names = [
            Privilege(wanted.privilege, wanted.securable_type, wanted.name, name, why=wanted.why)
            for name in self._names()
        ]
        return any(each.held for each in standings(self.asker.app, names))

    def _names(self) -> list[str]:
        return [self.asker.name, *sorted(self.groups)]


def rights_of(asker: Asker) -> Rights:
    return Rights(asker, own_groups(asker.person) | {EVERYONE})


def _own_grants(person: Workspace, names: Sequence[str], wanted: Privilege) -> Iterator[str]:
    """What the grants of an object say of the person, and of those groups that they may ask for."""
    on = f"{wanted.securable_type} {quote_name(*wanted.name)}"
    for name in names:
        try:
            rows = person.query(f"SHOW GRANTS {quote_identifier(name)} ON {on}").to_pylist()
        except MedallionError as error:
            if error.code in TRANSIENT or error.code == "UNAUTHENTICATED":
                raise
            continue
        yield from (str(_column(row, 1)).upper().replace("_", " ") for row in rows)


def _column(row: dict[str, object], position: int) -> object:
    """Principal, action, kind of object and object: in this order, whatever they are called."""
    return list(row.values())[position]
