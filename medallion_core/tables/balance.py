"""What became of every row of bronze: a table that accounts for them, entity by entity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from medallion_core.model import ChangeHandling, Design, Entity, Rule, RuleAction
from medallion_core.tables import columns, names
from medallion_core.tables.columns import UNCAST
from medallion_core.tables.schema import GoldColumn, GoldTable
from medallion_core.tables.silver import (
    ROW_HASH,
    broken,
    carried,
    deletion,
    has_quarantine,
    is_stream,
    made_of_bronze,
    newest_first,
    uncast_of_bronze,
)
from medallion_core.text import sql

LOST, SURPLUS = "lost_rows", "surplus_rows"
"""The columns that have to be 0. Both are sums over keys, so that a row too few of one key and a
row too many of another do not make up for each other. Where every row is kept there is no key, so
that rows are compared by their number only. Where silver is a stream and a rule that drops asks for
the time, what it said then cannot be found out: all rows that are nowhere count as dropped."""

_COUNTS = {
    "bronze_rows": "Rows in bronze.",
    "silver_rows": "Rows in silver; of the history of snapshots, the current ones.",
    "quarantined_rows": "Rows in quarantine.",
    "dropped_rows": "Rows that break a rule that drops, and are nowhere else.",
    "merged_rows": "Older versions of a row that silver has: rows with the same key.",
    "deleted_rows": "Rows of keys whose newest row says that the source deleted them.",
    LOST: "Rows of bronze that are nowhere, summed over keys; has to be 0.",
    SURPLUS: "Rows that are there too often, summed over keys; has to be 0.",
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
    """SQL for the rows that break a rule that drops; empty where there is none."""
    return _broken(entity, (rule for rule in entity.rules if rule.action is RuleAction.DROP))


def drops_by_time(entity: Entity) -> bool:
    """Whether a rule dropped rows by the time at which it saw them. A stream sees each row once,
    so that nobody can ask the rule again."""
    drops = (rule for rule in entity.rules if rule.action is RuleAction.DROP)
    return is_stream(entity) and any(sql.asks_time(rule.condition) for rule in drops)


def is_kept_out(entity: Entity) -> str:
    """SQL for the rows that cannot be the newest of their key, since silver takes none of them.
    Of a stream's rules, those that ask for the time are left out: they may answer otherwise now."""
    keeps_out = (RuleAction.DROP, RuleAction.QUARANTINE)
    rules = (rule for rule in entity.rules if rule.action in keeps_out)
    steady = not is_stream(entity)
    asked = (rule for rule in rules if steady or not sql.asks_time(rule.condition))
    return _broken(entity, asked)


def _broken(entity: Entity, rules: Iterable[Rule]) -> str:
    return " OR ".join(broken(entity, rule) for rule in rules)


def is_deletion(entity: Entity) -> str:
    """As ``deletion``. A condition over a column that is not there fails silver, which says so
    better."""
    deleted = deletion(entity)
    if not deleted:
        return ""
    asked = {name.lower() for name in sql.columns(deleted)}
    return deleted if asked <= {name.lower() for name in _typed(entity)} else ""


def last_word(entity: Entity) -> str:
    """SQL for what a row says of its key, so that the greatest is what the newest row says: a
    struct whose field ``ends`` is true where the key is gone. NULL for rows that silver does not
    take; empty where no row deletes. Of rows that came together, one that deletes counts."""
    ends = is_deletion(entity)
    if not ends:
        return ""
    order = ", ".join(sql.name(column) for column in _order(entity))
    said = f"struct({f'struct({order}) AS sequence, ' * bool(order)}({ends}) AS ends)"
    kept_out = is_kept_out(entity)
    return f"IF({kept_out}, NULL, {said})" if kept_out else said


def _order(entity: Entity) -> tuple[str, ...]:
    return tuple(column for column in newest_first(entity) if column != ROW_HASH)


def counted_columns(entity: Entity) -> tuple[str, ...]:
    """SQL over bronze for those columns of silver that rows are counted by."""
    asked = (each for made in (is_dropped(entity), last_word(entity)) for each in sql.columns(made))
    wanted = {name.lower() for name in (*asked, *(entity.key if merges(entity) else ()))}
    typed = _typed(entity) if wanted else {}
    return tuple(sql.aliased(made, name) for name, made in typed.items() if name.lower() in wanted)


def _typed(entity: Entity) -> dict[str, str]:
    """SQL over bronze for every column of silver that a condition may name."""
    uncast = " ".join(uncast_of_bronze(entity))
    return {
        **made_of_bronze(entity),
        **{name: sql.name(name) for name in carried(entity)},
        **({UNCAST: uncast} if uncast else {}),
    }
