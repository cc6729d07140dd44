"""Failures of types: a source whose columns have other types than the design knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from medallion_core.model import Column, Entity, EntityColumn, Rule
from medallion_core.repair.answers import mend
from medallion_core.repair.case import Case
from medallion_core.repair.changes import AddRule, Change, ChangeColumn
from medallion_core.repair.diagnosis import Diagnosis, Risk
from medallion_core.tables.names import bronze_table, silver_table
from medallion_core.text import sql
from medallion_core.text.types import is_integer, is_number, keeps_all


def source_is_retyped(case: Case) -> Diagnosis | None:
    """Columns whose type in the source is no longer the one that the design was made for."""
    found = [pair for entity in case.entities() for pair in _retyped(case, entity)]
    if not found:
        return None
    changes = [change for entity, column, now in found for change in _retype(entity, column, now)]
    words = ", ".join(f"{e.name}.{c.source} ({c.source_type}, now {n.type})" for e, c, n in found)
    stale = _tables_to_refresh([e for e, _, _ in found]) if _needs_refresh(case) else ()
    return mend(
        case,
        "SOURCE_IS_RETYPED",
        f"Columns of the source have other types than the design knows: {words}.",
        f"Reads by the types as they are now: {words}."
        + (f" Refreshes {', '.join(stale)} in full." if stale else ""),
        changes,
        risk=Risk.ASKS if stale else Risk.SAFE,
        full_refresh=stale,
    )


def types_do_not_merge(case: Case) -> Diagnosis | None:
    """A table that keeps rows of an earlier type of its column: it is read again in full."""
    if case.entity is None:
        return None
    columns = case.search(r"merge fields '([^']+)'")
    stale = _tables_to_refresh([case.entity])
    return mend(
        case,
        "TYPES_DO_NOT_MERGE",
        f"{case.subject} holds rows of another type of {columns or 'a column'}.",
        f"Refreshes {', '.join(stale)} in full.",
        risk=Risk.ASKS,
        full_refresh=stale,
    )


def _retyped(case: Case, entity: Entity) -> Iterator[tuple[Entity, EntityColumn, Column]]:
    now = {c.name.lower(): c for c in case.evidence.columns.get(entity.name, ())}
    for column in entity.columns:
        found = now.get(column.source.lower())
        if found is not None and found.type != column.source_type:
            yield entity, column, found


def _retype(entity: Entity, column: EntityColumn, now: Column) -> Iterator[Change]:
    """A wider type is taken over; any other is cast to what silver has, and what does not cast
    is counted by a rule and kept in ``_uncast``."""
    plain = column.type == column.source_type
    if plain and _is_wider(column.type, now.type):
        yield ChangeColumn(entity.name, replace(column, source_type=now.type, type=now.type))
        return
    yield ChangeColumn(entity.name, replace(column, source_type=now.type))
    if now.type != column.type and column.type != "string" and column.included:
        yield AddRule(
            entity.name,
            Rule(
                f"{column.name}_readable",
                f"NOT map_contains_key(_uncast, {sql.string(column.name)})",
                reason=f"The source has it as {now.type}; silver reads it as {column.type}.",
            ),
        )


def _is_wider(before: str, now: str) -> bool:
    """Whether it is the same kind of number, with more of them."""
    return keeps_all(before, now) and is_integer(before) is is_integer(now) and is_number(now)


def _needs_refresh(case: Case) -> bool:
    return "MERGE" in case.error.error_class


def _tables_to_refresh(entities: Iterable[Entity]) -> tuple[str, ...]:
    found = {entity.name: entity for entity in entities}.values()
    return tuple(table(entity) for entity in found for table in (bronze_table, silver_table))
