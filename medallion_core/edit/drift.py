"""What has changed at a source since the design was made, and the design that follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, replace
from enum import StrEnum
from itertools import chain, count

from medallion_core.model import Column, Design, Entity, EntityColumn, Source
from medallion_core.text.identifiers import snake_case
from medallion_core.text.types import type_at


class DriftKind(StrEnum):
    NEW = "new"
    GONE = "gone"
    RETYPED = "retyped"


@dataclass(frozen=True, slots=True)
class Drift:
    """One column that changed. ``column`` is the source's name of it; ``before`` and ``now`` are
    types, empty where the column was not there or is no more."""

    entity: str
    kind: DriftKind
    column: str
    _: KW_ONLY
    before: str = ""
    now: str = ""


def find_drift(entity: Entity, sources: Sequence[Source]) -> list[Drift]:
    """Compares an entity with what its reads have now. A column that any of them has is there."""
    now = {column.name: column for source in reversed(sources) for column in source.columns}
    named = {column.source for column in entity.columns if not column.missing}
    there = [column for column in entity.columns if not column.missing]
    new = [
        Drift(entity.name, DriftKind.NEW, name, now=now[name].type) for name in now.keys() - named
    ]
    types = [
        (column, type_at(now[column.source].type, column.path) if column.source in now else "")
        for column in there
    ]
    gone = [
        Drift(entity.name, DriftKind.GONE, source_name(column), before=column.source_type)
        for column, current in types
        if not current
    ]
    retyped = [
        Drift(
            entity.name,
            DriftKind.RETYPED,
            source_name(column),
            before=column.source_type,
            now=current,
        )
        for column, current in types
        if current and current != column.source_type
    ]
    return [*sorted(new, key=lambda drift: drift.column), *gone, *retyped]


def source_name(column: EntityColumn) -> str:
    """What the source calls it; a field with the columns that it lies in: ``customer.id``."""
    return ".".join((column.source, *column.path))


def follow_drift(design: Design, drift: Drift) -> Design:
    """The design with one change taken over.

    A new column is read as it is; one that is gone leaves silver (rules and the star may still
    name it: ``check_design`` tells); a retyped one keeps its silver type, so that it is cast.
    Raises KeyError for an entity that the design does not have.
    """
    entity = design.entity(drift.entity)
    match drift.kind:
        case DriftKind.NEW:
            columns = _with_new(entity, drift)
        case DriftKind.GONE:
            columns = tuple(c for c in entity.columns if source_name(c) != drift.column)
        case DriftKind.RETYPED:
            columns = tuple(
                replace(column, source_type=drift.now)
                if source_name(column) == drift.column
                else column
                for column in entity.columns
            )
    return design.with_entity(replace(entity, columns=columns))


def _with_new(entity: Entity, drift: Drift) -> tuple[EntityColumn, ...]:
    """A column that was missing is read again."""
    if not any(column.missing and column.source == drift.column for column in entity.columns):
        return (*entity.columns, _new_column(entity, Column(drift.column, drift.now)))
    return tuple(
        replace(column, missing=False) if column.source == drift.column else column
        for column in entity.columns
    )


def _new_column(entity: Entity, column: Column) -> EntityColumn:
    taken = {existing.name for existing in entity.columns}
    base = snake_case(column.name)
    names = chain([base], (f"{base}_{number}" for number in count(2)))
    name = next(candidate for candidate in names if candidate not in taken)
    return EntityColumn(name, column.name, column.type, column.type)
