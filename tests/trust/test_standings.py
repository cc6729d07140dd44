"""Which privileges are held, by what a workspace answers; and what is asked for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from databricks.sdk.errors import NotFound, PermissionDenied
from databricks.sdk.service.catalog import (
    EffectivePermissionsList,
    EffectivePrivilege,
    EffectivePrivilegeAssignment,
    TableInfo,
)
from databricks.sdk.service.catalog import Privilege as Granted

from medallion_core.errors import MedallionError
from medallion_core.tables.privileges import Privilege
from medallion_core.trust.readable import readable
from medallion_core.trust.standings import standings

APP, SOMEBODY = "app", "ann@example.com"
NAMES = [f"t{number}" for number in range(12)]


@dataclass
class Catalog:
    """``owners`` of the tables that there are; ``granted`` are those that everybody may read.
    ``tells``: whether it tells the app of grants. Notes what it is asked."""

    owners: dict[str, str]
    granted: frozenset[str] = frozenset()
    tells: bool = True
    lists: bool = True
    denied: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    user_name: str = APP
    asked: list[str] = field(default_factory=list)

    @property
    def client(self) -> Any:
        me = SimpleNamespace(me=lambda: SimpleNamespace(groups=[]))
        tables = SimpleNamespace(list=self._list, get=self._get)
        grants = SimpleNamespace(get_effective=self._effective)
        return SimpleNamespace(current_user=me, tables=tables, grants=grants)

    def execute(self, statement: str) -> None:
        self.asked.append(statement)
        for names, code in ((self.silent, "UNAVAILABLE"), (self.denied, "PERMISSION_DENIED")):
            if any(f"`{name}`" in statement for name in names):
                raise MedallionError(code, "no")

    def _list(self, *_: str, **options: bool) -> Iterator[TableInfo]:
        self.asked.append("list")
        if not self.lists:
            raise PermissionDenied("no")
        for name, owner in self.owners.items():
            self.asked.append("listed")
            yield TableInfo(name=name.lower(), owner=owner)

    def _get(self, name: str) -> TableInfo:
        self.asked.append(f"owner of {name}")
        return TableInfo(owner=self.owners[name.split(".")[-1]])

    def _effective(self, kind: str, name: str, **options: Any) -> EffectivePermissionsList:
        self.asked.append(f"grants on {name}")
        table = name.split(".")[-1]
        if not self.tells:
            raise PermissionDenied("no")
        if table not in self.owners:
            raise NotFound("no")
        given = [EffectivePrivilege(privilege=Granted.SELECT)] if table in self.granted else []
        everybody = EffectivePrivilegeAssignment("account users", given)
        return EffectivePermissionsList(privilege_assignments=[everybody])


def held(there: Catalog, names: list[str], principal: str = APP) -> list[bool | None]:
    wanted = [Privilege("SELECT", "TABLE", ("c", "s", name), principal, why="") for name in names]
    return [each.held for each in standings(there, wanted)]  # type: ignore[arg-type]


def test_a_listing_tells_whose_many_tables_are() -> None:
    there = Catalog(dict.fromkeys([name.upper() for name in NAMES], APP))
    assert held(there, [name.upper() for name in NAMES]) == [True] * len(NAMES)
    assert {*there.asked} == {"list", "listed"}


def test_of_a_schema_with_far_more_tables_the_rest_is_asked_for() -> None:
    others = [f"other{number}" for number in range(1000)]
    there = Catalog(dict.fromkeys(others, SOMEBODY) | dict.fromkeys(NAMES, APP))
    assert held(there, NAMES) == [True] * len(NAMES)
    assert there.asked.count("listed") == 10 * len(NAMES)
    assert "owner of c.s.t0" in there.asked


def test_whose_a_table_is_says_nothing_of_others_on_it() -> None:
    there = Catalog(dict.fromkeys(NAMES, APP))
    wanted = [
        Privilege("SELECT", "TABLE", ("c", "s", name), principal, why="")
        for name in NAMES
        for principal in (APP, SOMEBODY)
    ]
    found = standings(there, wanted)  # type: ignore[arg-type]
    assert [each.held for each in found] == [True, False] * len(NAMES)


@pytest.mark.parametrize("lists", [True, False])
def test_what_is_somebody_elses_is_read_by_a_grant_or_not_at_all(lists: bool) -> None:
    there = Catalog(dict.fromkeys(NAMES[1:], SOMEBODY), frozenset(NAMES[:6]), lists=lists)
    assert held(there, NAMES) == [False, *[True] * 5, *[False] * 6]
    assert not [asked for asked in there.asked if "SELECT" in asked]


def test_grants_that_nobody_tells_of_are_tried_together_then_alone() -> None:
    there = Catalog(dict.fromkeys(NAMES, SOMEBODY), tells=False)
    assert held(there, NAMES) == [True] * len(NAMES)
    assert len([asked for asked in there.asked if "SELECT" in asked]) == 1
    there.denied, there.silent = frozenset(NAMES[:1]), frozenset(NAMES[1:2])
    assert held(there, NAMES) == [False, None, *[True] * 10]


def test_of_somebody_elses_grants_nothing_is_known_by_what_the_app_can_read() -> None:
    there = Catalog(dict.fromkeys(NAMES, SOMEBODY), tells=False)
    assert held(there, NAMES, "bob@example.com") == [None] * len(NAMES)
    assert not [asked for asked in there.asked if "SELECT" in asked]


def test_an_owner_who_is_not_told_is_nobody_without_a_name() -> None:
    there = Catalog(dict.fromkeys(NAMES, ""), user_name="")
    assert held(there, NAMES, "") == [False] * len(NAMES)
    assert held(there, NAMES[:1], "") == [False]


def test_many_relations_are_read_by_few_statements_and_each_that_is_not_is_left() -> None:
    there = Catalog({}, denied=frozenset({"t70"}))
    names = [f"`t{number}`" for number in range(120)]
    found = readable(there, [*names, *names])  # type: ignore[arg-type]
    assert found == {*names[:50], *names[100:]}
    assert len(there.asked) == 3
    assert readable(there, names[:1]) == frozenset()  # type: ignore[arg-type]
