"""The table that accounts for every row of bronze."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from medallion_core.generate.gold import View, read_own, union, view
from medallion_core.generate.python import Call, Code, sql_literal
from medallion_core.generate.render import render
from medallion_core.model import Design, Entity
from medallion_core.tables import names
from medallion_core.tables.balance import (
    balance_columns,
    counted_by,
    counted_columns,
    current_only,
    is_deletion,
    is_dropped,
)
from medallion_core.tables.silver import has_quarantine
from medallion_core.text import sql
from medallion_core.text.identifiers import snake_case


@dataclass(frozen=True, slots=True)
class Place:
    """Where rows of an entity went, and what they are counted as."""

    read: Code
    counted_as: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityBalance:
    """The rows of one entity. ``typed`` is SQL over bronze for the columns of silver that they are
    counted by, empty where there are none; ``rows`` the call that counts those of bronze."""

    function: str
    says: str
    keys: list[str]
    bronze: Code
    typed: tuple[str, ...]
    rows: Code
    places: tuple[Place, ...]
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceFile:
    """All entities, one after the other."""

    template: ClassVar = "src/gold/row_balance.py"
    table: View
    balances: tuple[EntityBalance, ...]
    first: str
    unions: tuple[Call, ...]


def balance_file(design: Design) -> str:
    """The source text of ``src/gold/row_balance.py``."""
    balances = tuple(_balance(design, entity) for entity in design.entities)
    first, *others = (f"{balance.function}()" for balance in balances)
    return render(
        BalanceFile(
            table=view(
                names.ROW_BALANCE,
                "Rows of each entity in bronze, and what became of them.",
                balance_columns(),
            ),
            balances=balances,
            first=first,
            unions=union(map(Code, others)),
        )
    )


def _balance(design: Design, entity: Entity) -> EntityBalance:
    typed = counted_columns(entity)
    return EntityBalance(
        function=f"balance_{snake_case(entity.name)}",
        says=f"The rows of {names.bronze_table(entity)}, and what became of them.",
        keys=list(counted_by(entity)),
        bronze=read_own(design, names.bronze_table(entity)),
        typed=typed,
        rows=_marked(entity, "typed" if typed else "bronze"),
        places=tuple(_places(design, entity)),
        label=f"{sql.string(entity.name)} AS entity",
    )


def _marked(entity: Entity, variable: str) -> Code:
    asked = {"dropped": is_dropped(entity), "ends": is_deletion(entity)}
    named = (f", {name}={sql_literal(wanted, 16)}" for name, wanted in asked.items() if wanted)
    return Code(f"marked({variable}, 'bronze', keys{''.join(named)})")


def _places(design: Design, entity: Entity) -> Iterator[Place]:
    silver = read_own(design, names.silver_table(entity))
    current = current_only(entity)
    yield Place(Code(f"{silver!r}.where({current!r})") if current else silver, "silver")
    if has_quarantine(entity):
        yield Place(read_own(design, names.quarantine_table(entity)), "quarantined")
