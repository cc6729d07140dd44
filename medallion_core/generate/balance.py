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
    drops_by_time,
    is_dropped,
    last_word,
)
from medallion_core.tables.silver import has_quarantine

BALANCES = "Rows of each entity in bronze, and what became of them."

_INDENT = 16
"""Where the arguments of a call begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceFile:
    """All entities, one after the other."""

    template: ClassVar = "src/gold/row_balance.py"
    table: View
    first: Code
    unions: tuple[Call, ...]


def balance_file(design: Design) -> str:
    """The source text of ``src/gold/row_balance.py``."""
    first, *others = (_balance(design, entity) for entity in design.entities)
    return render(
        BalanceFile(
            table=view(
                names.ROW_BALANCE,
                BALANCES,
                balance_columns(),
            ),
            first=first,
            unions=union(others),
        )
    )


def _balance(design: Design, entity: Entity) -> Code:
    """The call that counts the rows of one entity."""
    return Code(f"balance({entity.name!r}, {', '.join(_arguments(design, entity))})")


def _arguments(design: Design, entity: Entity) -> Iterator[str]:
    yield f"{read_own(design, names.bronze_table(entity))!r}{_typed(entity)}"
    current = current_only(entity)
    kept = f".where({current!r})" if current else ""
    yield f"{read_own(design, names.silver_table(entity))!r}{kept}"
    if has_quarantine(entity):
        yield f"{read_own(design, names.quarantine_table(entity))!r}"
    if counted_by(entity):
        yield f"keys={list(counted_by(entity))!r}"
    for name, made in (("drops", is_dropped(entity)), ("last_word", last_word(entity))):
        if made:
            yield f"{name}={sql_literal(made, _INDENT)}"
    if drops_by_time(entity):
        yield "by_time=True"


def _typed(entity: Entity) -> str:
    made = ", ".join(sql_literal(each, _INDENT) for each in counted_columns(entity))
    return f".selectExpr({made})" if made else ""
