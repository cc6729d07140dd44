"""The newest row of each key, where silver keeps every row: settled once, in a table of its own, so
that what joins it has one row to find and no window to compute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from medallion_core.model import Design, Entity
from medallion_core.tables import columns, lookups, names
from medallion_core.tables.aliases import own_alias
from medallion_core.tables.entities import silver_columns
from medallion_core.tables.reads import is_unique
from medallion_core.tables.schema import GoldColumn, GoldTable
from medallion_core.text import sql
from medallion_core.text.types import can_cluster, family


@dataclass(frozen=True, slots=True)
class Newest:
    """One row of ``entity`` per value of ``unique``: its newest."""

    entity: Entity
    unique: tuple[str, ...]


def newest_tables(design: Design) -> Iterator[GoldTable]:
    """A table for each set of columns that gold takes one row of silver by."""
    entities = {entity.name: entity for entity in design.entities}
    for name, unique in dict.fromkeys(_wanted(design)):
        entity = entities.get(name)
        if entity is not None and not is_unique(entity, unique):
            yield GoldTable(
                name=names.newest_table(entity, unique),
                of=Newest(entity, unique),
                columns=partial(newest_columns, entity),
                rows={own_alias(entity): names.silver_table(entity)},
                is_helper=True,
            )


def _wanted(design: Design) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Entities, and the columns by which one row of each is wanted."""
    for fact in design.star.facts:
        if fact.header:
            yield fact.header.entity, fact.header.parent_columns
    for dimension in design.star.dimensions:
        if not dimension.junk and not lookups.has_versions(design, dimension):
            yield dimension.entity, dimension.business_key
        yield from ((parent.entity, parent.unique) for parent in dimension.folded)


def newest_first(entity: Entity) -> tuple[str, ...]:
    """What orders rows of one key, the newest first: in the end the whole row, so that the same one
    wins in each update; its text where it has values without an order. A hash would not do: it
    leaves out what is NULL."""
    told = map(sql.name, (*entity.order, *columns.arrival(entity)))
    plain = all(_is_plain(column.type) for column in silver_columns(entity))
    return (*told, "struct(*)" if plain else "to_json(struct(*))")


def _is_plain(type_: str) -> bool:
    return can_cluster(type_) or family(type_) == "boolean"


def newest_columns(entity: Entity) -> list[GoldColumn]:
    """All of silver's."""
    own = own_alias(entity)
    return [
        GoldColumn(column.name, column.type, sql.column(own, column.name), column.comment)
        for column in silver_columns(entity)
    ]
