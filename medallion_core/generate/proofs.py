"""The proofs as SQL, for the job that makes them after the pipeline's update: the same rows as the
pipeline's own code would give."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from medallion_core.generate.balance import BALANCES
from medallion_core.generate.key_check import CHECKS_KEYS
from medallion_core.generate.reconciliation import RECONCILES, Metric, fact_metrics
from medallion_core.generate.render import Template, render
from medallion_core.model import Design, Entity, Fact, Publishing
from medallion_core.tables import balance, names
from medallion_core.tables.aliases import fact_aliases
from medallion_core.tables.facts import header_join
from medallion_core.tables.gold import gold_tables
from medallion_core.tables.inventory import job_tables
from medallion_core.tables.proofs import (
    HEADERLESS,
    ON_INFERRED,
    KeyCheck,
    Reconciliation,
    Reference,
    holds_header,
    inferred,
    references,
)
from medallion_core.tables.reads import Join, Rows, silver_rows
from medallion_core.tables.silver import has_quarantine
from medallion_core.text import sql

_COUNTS = ("bronze", "silver", "quarantined", "dropped", "merged", "deleted", "lost", "surplus")

_Read = Callable[[str], str]
"""A table of the pipeline as SQL reads it."""


@dataclass(frozen=True, slots=True)
class ProofsFile:
    """A statement for each table. ``timezone`` is the pipeline's, as a literal: days of another
    one are other days."""

    template: ClassVar = "sql/proofs.sql"
    timezone: str
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeldKey:
    """The key of a table, all as SQL."""

    dimension: str
    key: str
    table: str


@dataclass(frozen=True, slots=True)
class KeyCheckQuery:
    """Keys that more than one row has."""

    template: ClassVar = "sql/key_check.sql"
    keys: tuple[HeldKey, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A metric and what it is on both sides, as SQL."""

    label: str
    silver: str
    gold: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Rows of silver, none where there is nothing to read, beside those of gold with ``joins``."""

    table: str
    silver: str
    gold: str
    joins: tuple[str, ...] = ()
    metrics: tuple[Compared, ...]


@dataclass(frozen=True, slots=True)
class ReconciliationQuery:
    """All comparisons, one after the other."""

    template: ClassVar = "sql/reconciliation.sql"
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Rows of one place, and what each counts as."""

    rows: str
    key: str
    bronze: int = 0
    silver: int = 0
    quarantined: int = 0
    broken: str
    last_word: str = "NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityBalance:
    """What became of the rows of one entity. ``dropped`` counts those that a rule dropped, ``ends``
    is true where the newest row of a key deletes."""

    entity: str
    keyed: str
    is_grouped: bool
    dropped: str
    ends: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class BalanceQuery:
    """All entities, one after the other."""

    template: ClassVar = "sql/row_balance.sql"
    counts: tuple[str, ...]
    balances: tuple[EntityBalance, ...]


def proof_statements(design: Design, *place: str) -> Iterator[str]:
    """Makes each proof of a design whose job makes them, or replaces it, in the schema that
    ``place`` names, catalog first; without it in the current one."""
    made_for = sql.string(design.settings.pipeline_name)
    of_pipeline = f"{sql.string(names.PIPELINE_PROPERTY)} = {made_for}"
    wanted = job_tables(design)
    for table, query in proof_queries(design, lambda name: sql.dotted(*place, name)):
        if table not in wanted:
            continue
        comment = sql.string(_COMMENTS[table])
        yield (
            f"CREATE OR REPLACE TABLE {sql.dotted(*place, table)}\n"
            f"COMMENT {comment}\nTBLPROPERTIES ({of_pipeline})\nAS {query}"
        )


_COMMENTS = {
    names.ROW_BALANCE: BALANCES,
    names.RECONCILIATION: RECONCILES,
    names.KEY_CHECK: CHECKS_KEYS,
}


def proof_queries(design: Design, read: _Read) -> Iterator[tuple[str, str]]:
    """The query of each proof, by its table. ``read`` gives SQL for a table of the pipeline."""
    for table in gold_tables(design):
        if table.is_check:
            yield table.name, render(_model(design, table.of, read)).strip()


def _model(design: Design, of: object, read: _Read) -> Template:
    # Without the prefix that only code of a pipeline knows.
    plain = replace(design, settings=replace(design.settings, publishing=Publishing.SCHEMA))
    match of:
        case KeyCheck(keys=keys):
            return KeyCheckQuery(
                tuple(HeldKey(sql.string(t), sql.name(key), read(t)) for t, key in keys)
            )
        case Reconciliation(facts=facts):
            compared = (each for fact in facts for each in _compared(plain, fact, read))
            return ReconciliationQuery((*compared, *_orphans(plain, read), *_inferred(plain, read)))
        case balance.Balance(entities=entities):
            return BalanceQuery(_COUNTS, tuple(_balanced(each, read) for each in entities))
    raise TypeError(of)


# ── Facts and what they are made from ────────────────────────────────────────────────────────


def _compared(design: Design, fact: Fact, read: _Read) -> Iterator[Comparison]:
    lines, of_headers = fact_metrics(design, fact)
    own = silver_rows(design, design.entity(fact.entity), fact_aliases(fact).own)
    yield _comparison(fact, _rows(own, read), lines, read)
    for join in header_join(design, fact):
        yield from _with_header(fact, own, join, of_headers, read)


def _with_header(
    fact: Fact, own: Rows, join: Join, metrics: tuple[Metric, ...], read: _Read
) -> Iterator[Comparison]:
    if metrics:
        # Only headers that have lines: the others' amounts are in no row of the fact.
        headers = f"{_rows(join.rows, read)} LEFT SEMI JOIN {_rows(own, read)} ON {join.condition}"
        yield _comparison(fact, headers, metrics, read)
    lines = f"{_rows(own, read)} LEFT ANTI JOIN {_rows(join.rows, read)} ON {join.condition}"
    count = f"count_if({holds_header(fact, own.alias)})"
    yield _unmatched(fact.name, HEADERLESS, lines, count)


def _comparison(fact: Fact, silver: str, metrics: tuple[Metric, ...], read: _Read) -> Comparison:
    compared = (
        Compared(sql.string(each.label), each.silver.statement, each.gold.statement)
        for each in metrics
    )
    table, gold = sql.string(fact.name), read(fact.name)
    return Comparison(table=table, silver=silver, gold=gold, metrics=tuple(compared))


def _rows(rows: Rows, read: _Read) -> str:
    """SQL for rows under their alias, behind FROM."""
    (table,) = sql.name_parts(rows.table)
    kept = f"(SELECT * FROM {read(table)} WHERE {rows.current})" if rows.current else read(table)
    return f"{kept} AS {rows.alias}"


def _orphans(design: Design, read: _Read) -> Iterator[Comparison]:
    """Keys that are in no row of what they refer to; each table is read once for all of its."""
    tables: dict[str, dict[str, Reference]] = {}
    for each in references(design):
        tables.setdefault(each.table, {})[each.key] = each
    for table, held in tables.items():
        yield Comparison(
            table=sql.string(table),
            silver="",
            gold=f"{read(table)} AS held",
            joins=tuple(_parent(*numbered, read) for numbered in enumerate(held.values())),
            metrics=tuple(_missing(*numbered) for numbered in enumerate(held.values())),
        )


def _inferred(design: Design, read: _Read) -> Iterator[Comparison]:
    for each in inferred(design):
        yield _unmatched(each.dimension, ON_INFERRED, read(each.table), each.rows)


def _unmatched(table: str, metric: str, rows: str, count: str) -> Comparison:
    held = Compared(sql.string(metric), "0", count)
    return Comparison(table=sql.string(table), silver="", gold=rows, metrics=(held,))


def _parent(number: int, each: Reference, read: _Read) -> str:
    found = f"found_{number}"
    known = f"(SELECT {sql.name(each.parent_key)} AS known FROM {read(each.parent)})"
    return f"{known} AS {found} ON {sql.column('held', each.key)} = {found}.known"


def _missing(number: int, each: Reference) -> Compared:
    label = f"rows whose {sql.name(each.key)} is not in {each.parent}"
    return Compared(sql.string(label), "0", f"count_if(found_{number}.known IS NULL)")


# ── Rows of bronze and what became of them ───────────────────────────────────────────────────


def _balanced(entity: Entity, read: _Read) -> EntityBalance:
    keys, last_word = balance.counted_by(entity), balance.last_word(entity)
    by_time = balance.drops_by_time(entity)
    return EntityBalance(
        entity=sql.string(entity.name),
        keyed="TRUE" if keys else "FALSE",
        is_grouped=bool(keys),
        # What a rule said of the time then, nobody can tell: what is nowhere counts as dropped.
        dropped="IF(merges OR is_deleted, 0, missing)" if by_time else "broken",
        ends="coalesce(max(last_word).ends, FALSE)" if last_word else "FALSE",
        places=tuple(_places(entity, read)),
    )


def _places(entity: Entity, read: _Read) -> Iterator[Place]:
    key = f"struct({', '.join(balance.counted_by(entity)) or '0'})"
    broken = f"IF({balance.is_dropped(entity) or 'FALSE'}, 1, 0)"
    typed = ", ".join(balance.counted_columns(entity))
    bronze = read(names.bronze_table(entity))
    yield Place(
        rows=f"(SELECT {typed} FROM {bronze})" if typed else bronze,
        key=key,
        bronze=1,
        broken=broken,
        last_word=balance.last_word(entity) or "NULL",
    )
    silver, current = read(names.silver_table(entity)), balance.current_only(entity)
    kept = f"(SELECT * FROM {silver} WHERE {current})" if current else silver
    yield Place(rows=kept, key=key, silver=1, broken=f"-{broken}")
    if has_quarantine(entity):
        rows = read(names.quarantine_table(entity))
        yield Place(rows=rows, key=key, quarantined=1, broken=f"-{broken}")
