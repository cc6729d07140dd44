"""The columns of dimensions, and what they are joined from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from medallion_core.model import Attribute, Design, Dimension, DimensionLink, Entity
from medallion_core.tables import columns, lookups, names, silver
from medallion_core.tables.aliases import Aliases, dimension_aliases
from medallion_core.tables.lookups import (
    BEGINNING,
    END_OF_TIME,
    IS_CURRENT,
    NEXT_FROM,
    VALID_FROM,
    VALID_TO,
    moment,
)
from medallion_core.tables.masks import mask_of
from medallion_core.tables.members import infers_members, is_of_flags
from medallion_core.tables.reads import (
    Join,
    Rows,
    cast_to,
    casts_between,
    in_language,
    matches,
    one_row_per,
    silver_rows,
)
from medallion_core.tables.schema import GoldColumn, GoldTable
from medallion_core.tables.soundness.star import dimension_findings
from medallion_core.text import sql
from medallion_core.text.types import is_temporal

INFERRED = "is_inferred"


UNKNOWN_TEXT = "Unknown"

_UNTIL_THE_NEXT = "When the next one began, NULL for none; all before it is of this one."


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where another entity refers to the dimension, and the key as the dimension types it."""

    table: str
    select: tuple[str, ...]


def dimension_tables(design: Design) -> Iterator[GoldTable]:
    """Every dimension as a gold table."""
    for dimension in design.star.dimensions:
        rows = dimension_aliases(dimension)
        own = {rows.own: _own_table(design, dimension)}
        folded = {
            rows.parents[parent.alias]: one_row_per(design, parent.entity, parent.unique)
            for parent in dimension.folded
        }
        yield GoldTable(
            name=dimension.name,
            of=dimension,
            columns=partial(dimension_columns, design, dimension),
            findings=partial(dimension_findings, dimension),
            rows=own | folded | lookups.link_rows(dimension.held_links(), rows),
            looked_up=lookups.looked_up(design, dimension.held_links()),
            also_reads=tuple(_completed_from(design, dimension)),
            primary_key=(dimension.surrogate_key,),
        )


def _own_table(design: Design, dimension: Dimension) -> str:
    if is_of_flags(dimension):
        return names.seen_table(dimension)
    if dimension.junk or lookups.has_versions(design, dimension):
        return names.silver_of(dimension.entity)
    return one_row_per(design, dimension.entity, dimension.business_key)


def _completed_from(design: Design, dimension: Dimension) -> Iterator[str]:
    """The tables of members that the dimension's own table does not have."""
    if infers_members(design, dimension):
        yield names.seen_table(dimension)
    yield names.UNKNOWN_ROW


def dimension_columns(design: Design, dimension: Dimension) -> list[GoldColumn]:
    """Every column of the dimension's table, in order."""
    members = member_columns(design, dimension, design.entity(dimension.entity))
    inferred = [inferred_column("false")] if infers_members(design, dimension) else []
    return [*members, *inferred]


def is_known(dimension: Dimension) -> str:
    """SQL for the rows that are members: those with a key, or for a junk dimension with any
    flag, since one without is the unknown member."""
    own = dimension_aliases(dimension).own
    present = [f"{sql.column(own, key)} IS NOT NULL" for key in dimension.business_key]
    return " OR ".join(present) if dimension.junk else sql.all_of(present)


def member_columns(design: Design, dimension: Dimension, entity: Entity) -> list[GoldColumn]:
    rows = dimension_aliases(dimension)
    alias = rows.own
    own_keys = [
        _attribute(design, Attribute(name, column), entity, alias)
        for name, column in zip(lookups.key_names(dimension), dimension.business_key, strict=True)
    ]
    own = [
        _attribute(design, attribute, entity, alias)
        for attribute in dimension.attributes
        if attribute.column not in dimension.business_key
    ]
    folded = [
        _attribute(design, attribute, design.entity(parent.entity), rows.parents[parent.alias])
        for parent in dimension.folded
        for attribute in parent.attributes
    ]
    outriggers = [_outrigger(design, dimension, link, rows) for link in dimension.outriggers]
    versions = _version_columns(entity, alias) if lookups.has_versions(design, dimension) else []
    return [
        _surrogate(design, dimension, entity, alias),
        *own_keys,
        *own,
        *folded,
        *outriggers,
        *versions,
    ]


def _outrigger(
    design: Design, dimension: Dimension, link: DimensionLink, rows: Aliases
) -> GoldColumn:
    """The key of another dimension, or of this one, which cannot be read while it is made."""
    column = lookups.link_column(design, dimension.entity, link, rows)
    if link.dimension != dimension.name:
        return column
    entity = design.entity(dimension.entity)
    if dimension.inferred_members:
        alias, keys = rows.own, link.columns
    else:
        alias, keys = rows.members[link.key], dimension.business_key
    casts = casts_between(entity, keys, entity, dimension.business_key)
    values = [sql.column(alias, key) for key in keys]
    found = lookups.hashed_or_unknown(design, dimension, values, casts)
    return replace(column, expression=found)


def _attribute(design: Design, attribute: Attribute, entity: Entity, alias: str) -> GoldColumn:
    column = entity.column(attribute.column)
    return GoldColumn(
        name=attribute.name,
        type=columns.silver_type(column),
        expression=sql.column(alias, column.name),
        comment=attribute.comment or column.comment,
        mask=mask_of(design, column),
    )


def _surrogate(design: Design, dimension: Dimension, entity: Entity, alias: str) -> GoldColumn:
    keys = [sql.column(alias, key) for key in dimension.business_key]
    made_of = ", ".join(lookups.key_names(dimension))
    expression = lookups.key_hash(design, dimension, keys)
    if columns.keeps_history(entity):
        later = ", ".join([*keys, f"{alias}.{columns.START}"])
        expression = f"IF({alias}._version = 1, {expression}, xxhash64({later}))"
    return GoldColumn(
        name=dimension.surrogate_key,
        type="bigint",
        expression=expression,
        comment=f"Surrogate key: a hash of {made_of}; -1 is the unknown member.",
        required=True,
    )


def _version_columns(entity: Entity, alias: str) -> list[GoldColumn]:
    start, end = (
        f"{alias}.{silver.version_start(entity)}",
        f"{alias}.{silver.version_end(entity)}",
    )
    kind = silver.version_type(entity)
    if is_temporal(kind):
        start = f"IF({alias}._version = 1, {moment(kind, BEGINNING)}, {start})"
        end = f"coalesce({end}, {moment(kind, END_OF_TIME)})"
    return [
        GoldColumn(VALID_FROM, kind, start, "When this version became valid."),
        GoldColumn(VALID_TO, kind, end, "When this version stopped being valid."),
        GoldColumn(NEXT_FROM, kind, f"{alias}._next", _UNTIL_THE_NEXT),
        GoldColumn(
            IS_CURRENT,
            "boolean",
            f"{alias}.{columns.END} IS NULL",
            "Whether it is valid now.",
        ),
    ]


def inferred_column(value: str) -> GoldColumn:
    return GoldColumn(
        INFERRED,
        "boolean",
        value,
        "True while only other tables know the key.",
    )


def own_rows(design: Design, dimension: Dimension, entity: Entity) -> Rows:
    own = dimension_aliases(dimension).own
    if is_of_flags(dimension):
        return Rows(own, names.own_table(design, names.seen_table(dimension)))
    if dimension.junk:
        return silver_rows(design, entity, own)
    return silver_rows(
        design,
        entity,
        own,
        unique=() if columns.keeps_history(entity) else dimension.business_key,
        versions=True,
    )


def version_numbers(dimension: Dimension, entity: Entity) -> list[tuple[str, str]]:
    """The number of a version, where there are versions, and when the next one begins: the first
    one keeps the bare key's hash, which an inferred member had before it, and is true for all time
    before."""
    if not columns.keeps_history(entity) or dimension.junk:
        return []
    keys = ", ".join(map(sql.name, dimension.business_key))
    window = f"OVER (PARTITION BY {keys} ORDER BY {columns.START})"
    return [
        ("_version", f"row_number() {window}"),
        ("_next", f"lead({silver.version_start(entity)}) {window}"),
    ]


def folded_joins(design: Design, dimension: Dimension) -> Iterator[Join]:
    rows = dimension_aliases(dimension).parents
    referring = {dimension.entity: design.entity(dimension.entity)}
    for parent in dimension.folded:
        entity = design.entity(parent.entity)
        child, alias = rows[parent.child], rows[parent.alias]
        casts = casts_between(
            referring[parent.child], parent.columns, entity, parent.parent_columns
        )
        read = silver_rows(design, entity, alias, unique=parent.unique)
        yield Join(
            in_language(read, parent.texts) if parent.texts else read,
            matches(child, parent.columns, alias, parent.parent_columns, casts),
        )
        referring[parent.alias] = entity


def outrigger_joins(design: Design, dimension: Dimension) -> Iterator[tuple[DimensionLink, Join]]:
    """The joins that find the keys of other dimensions, and whether members that this one refers
    to are there."""
    entity, rows = design.entity(dimension.entity), dimension_aliases(dimension)
    for link in dimension.outriggers:
        if link.dimension != dimension.name:
            yield link, lookups.link_join(design, link, entity, rows)
        elif not dimension.inferred_members:
            keys = dimension.business_key
            other = silver_rows(design, entity, rows.members[link.key], unique=keys)
            casts = casts_between(entity, link.columns, entity, keys)
            yield link, Join(other, matches(rows.own, link.columns, other.alias, keys, casts))


def sightings(design: Design, dimension: Dimension) -> Iterator[Sighting]:
    if not infers_members(design, dimension):
        return
    parent = design.entity(dimension.entity)
    for name, refers in lookups.referring_columns(design, dimension):
        entity = design.entity(name)
        casts = casts_between(entity, refers, parent, dimension.business_key)
        keys = lookups.key_names(dimension)
        yield Sighting(
            names.own_table(design, names.silver_table(entity)),
            tuple(
                sql.aliased(cast_to(sql.name(column), cast), key)
                for column, cast, key in zip(refers, casts, keys, strict=True)
            ),
        )
