"""What became of every row of bronze: a table that accounts for them, entity by entity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from medallion_core.model import ChangeHandling, Design, Entity, RuleAction
from medallion_core.tables import columns, names
from medallion_core.tables.columns import UNCAST
from medallion_core.tables.schema import GoldColumn, GoldTable
from medallion_core.tables.silver import (
    broken,
    carried,
    has_quarantine,
    typed_columns,
    uncast_lines,
)
from medallion_core.text import sql

UNEXPLAINED = "unexplained_rows"

_COUNTS = {
    "bronze_rows": "Rows in bronze.",
    "silver_rows": "Rows in silver; of the history of snapshots, the current ones.",
    "quarantined_rows": "Rows in quarantine.",
    "dropped_rows": "Rows that a rule drops.",
    "merged_rows": "Older versions of a row that silver has: rows with the same key.",
    "deleted_rows": "Rows of keys that the source has deleted.",
    UNEXPLAINED: "Rows of bronze that are nowhere; below 0, rows that are there too often.",
}


@dataclass(frozen=True, slots=True)
class Balance:
    """The rows of each of ``entities`` in bronze, beside what became of them."""

    entities: tuple[Entity, ...]


def balance_tables(design: Design) -> Iterator[GoldTable]:
    """The one table, where there is an entity."""
    if design.entities:
        yield GoldTable(
            name=names.ROW_BALANCE,
            of=Balance(design.entities),
            columns=balance_columns,
            also_reads=tuple(t for each in design.entities for t in _compared(each)),
            is_check=True,
        )


def balance_columns() -> list[GoldColumn]:
    return [
        GoldColumn("entity", "string", "", "The source, as silver names it.", required=True),
        *(GoldColumn(name, "bigint", "", says) for name, says in _COUNTS.items()),
    ]


def _compared(entity: Entity) -> Iterator[str]:
    yield names.bronze_table(entity)
    yield names.silver_table(entity)
    if has_quarantine(entity):
        yield names.quarantine_table(entity)


def merges(entity: Entity) -> bool:
    """Whether rows with the same key become one."""
    return columns.change_of(entity) is not ChangeHandling.APPEND


def counted_by(entity: Entity) -> tuple[str, ...]:
    """The columns that rows are counted by, as SQL names; none where every row is kept."""
    return tuple(map(sql.name, entity.key)) if merges(entity) else ()


def current_only(entity: Entity) -> str:
    """SQL for the rows of silver that count: snapshots say nothing of keys that they lack, so
    that bronze, too, has the current ones only. Empty where all of them count."""
    is_history = columns.change_of(entity) is ChangeHandling.SNAPSHOT_HISTORY
    return f"{columns.END} IS NULL" if is_history else ""


def is_dropped(entity: Entity) -> str:
    """SQL for the rows that are neither in silver nor in quarantine; empty where none is."""
    drops = _broken(entity, RuleAction.DROP)
    kept = _broken(entity, RuleAction.QUARANTINE)
    return f"({drops}) AND NOT ({kept})" if drops and kept else drops


def _broken(entity: Entity, action: RuleAction) -> str:
    return " OR ".join(broken(rule) for rule in entity.rules if rule.action is action)


def is_deletion(entity: Entity) -> str:
    """SQL for the rows that say that their key is gone; empty where none does. A condition over a
    column that is not there fails silver, which says so better."""
    if not merges(entity) or not entity.delete_when:
        return ""
    condition = sql.check_expression(entity.delete_when)
    asked = {name.lower() for name in sql.columns(condition)}
    return condition if asked <= {name.lower() for name in _typed(entity)} else ""


def counted_columns(entity: Entity) -> tuple[str, ...]:
    """SQL over bronze for those columns of silver that rows are counted by."""
    asked = sql.columns(" AND ".join(filter(None, (is_dropped(entity), is_deletion(entity)))))
    wanted = {name.lower() for name in (*asked, *(entity.key if merges(entity) else ()))}
    return tuple(
        sql.aliased(made, name) for name, made in _typed(entity).items() if name.lower() in wanted
    )


def _typed(entity: Entity) -> dict[str, str]:
    """SQL over bronze for every column of silver that a condition may name."""
    own_names = columns.bronze_names(entity)
    typed = typed_columns(entity, own_names) | {name: sql.name(name) for name in carried(entity)}
    lines = uncast_lines(entity, own_names)
    return typed | ({UNCAST: " ".join(lines)} if lines else {})
