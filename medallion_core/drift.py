"""What has changed at a source since the design was made, and the design that follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from medallion_core.identifiers import snake_case
from medallion_core.model import Column, Design, Entity, EntityColumn, Source


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
    before: str = ""
    now: str = ""


def find_drift(entity: Entity, sources: Sequence[Source]) -> list[Drift]:
    """Compares an entity with what its reads have now. A column that any of them has is there."""
    now = {column.name: column for source in reversed(sources) for column in source.columns}
    known = {column.source: column for column in entity.columns}
    new = [
        Drift(entity.name, DriftKind.NEW, name, now=now[name].type) for name in now.keys() - known
    ]
    gone = [
        Drift(entity.name, DriftKind.GONE, name, column.source_type)
        for name, column in known.items()
        if name not in now
    ]
    retyped = [
        Drift(entity.name, DriftKind.RETYPED, name, column.source_type, now[name].type)
        for name, column in known.items()
        if name in now and now[name].type != column.source_type
    ]
    return [*sorted(new, key=lambda drift: drift.column), *gone, *retyped]


def follow_drift(design: Design, drift: Drift) -> Design:
    """The design with one change taken over.

    A new column is read as it is; one that is gone leaves silver (rules and the star may still
    name it: ``check_design`` tells); a retyped one keeps its silver type, so that it is cast.
    Raises KeyError for an entity that the design does not have.
    """
    entity = design.entity(drift.entity)
    match drift.kind:
        case DriftKind.NEW:
            columns = (*entity.columns, _new_column(entity, Column(drift.column, drift.now)))
        case DriftKind.GONE:
            columns = tuple(column for column in entity.columns if column.source != drift.column)
        case DriftKind.RETYPED:
            columns = tuple(
                replace(column, source_type=drift.now) if column.source == drift.column else column
                for column in entity.columns
            )
    followed = replace(entity, columns=columns)
    entities = (followed if item is entity else item for item in design.entities)
    return replace(design, entities=tuple(entities))


def _new_column(entity: Entity, column: Column) -> EntityColumn:
    taken = {existing.name for existing in entity.columns}
    base = snake_case(column.name)
    names = (base, *(f"{base}_{number}" for number in range(2, len(taken) + 3)))
    name = next(candidate for candidate in names if candidate not in taken)
    return EntityColumn(name, column.name, column.type, column.type)
