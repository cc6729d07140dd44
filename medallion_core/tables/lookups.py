"""How a row finds the surrogate keys of the dimensions that it refers to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from medallion_core.errors import MedallionError
from medallion_core.model import Design, Dimension, DimensionLink, Entity
from medallion_core.tables import columns, names, silver
from medallion_core.tables.aliases import Aliases
from medallion_core.tables.reads import Join, Rows, casts_between, matches
from medallion_core.tables.schema import GoldColumn
from medallion_core.text import sql
from medallion_core.text.types import is_temporal

UNKNOWN_KEY = -1


def key_names(dimension: Dimension) -> list[str]:
    """What the business key's columns are called in the dimension."""
    renamed = {attribute.column: attribute.name for attribute in dimension.attributes}
    return [renamed.get(column, column) for column in dimension.business_key]


def has_versions(design: Design, dimension: Dimension) -> bool:
    return not dimension.junk and columns.keeps_history(design.entity(dimension.entity))


def has_valid_times(design: Design, dimension: Dimension) -> bool:
    """Whether ``valid_from`` is a time that dates can be compared with."""
    return is_temporal(silver.version_type(design.entity(dimension.entity)))


def link_rows(links: Iterable[DimensionLink], rows: Aliases) -> dict[str, str]:
    """What the alias of each looked-up row stands for."""
    return {rows.members[link.key]: link.dimension for link in links}


def looked_up(held: Iterable[tuple[str, DimensionLink]]) -> dict[str, tuple[str, ...]]:
    """For each key the silver columns that it is found by."""
    return {
        link.key: tuple(f"{names.silver_of(entity)}.{column}" for column in link.columns)
        for entity, link in held
    }


def link_column(design: Design, link: DimensionLink, rows: Aliases) -> GoldColumn:
    """The foreign key: the surrogate key that was found, else the unknown member."""
    dimension = design.star.dimension(link.dimension)
    found = sql.column(rows.members[link.key], dimension.surrogate_key)
    role = f" as {link.role.replace('_', ' ')}" if link.role else ""
    return GoldColumn(
        name=link.key,
        type="bigint",
        expression=f"coalesce({found}, {UNKNOWN_KEY})",
        comment=f"Key of {link.dimension}{role}; -1 is the unknown member.",
        required=True,
        references=link.dimension,
        referenced_key=dimension.surrogate_key,
    )


def link_join(
    design: Design, link: DimensionLink, entity: Entity, rows: Aliases, as_of: str = ""
) -> Join:
    """The join of the row of ``entity`` that holds the link to the dimension of ``link``.

    ``as_of`` is SQL for the date that picks a version; without one the current version is taken.
    """
    dimension = design.star.dimension(link.dimension)
    parent = design.entity(dimension.entity)
    wanted = link.parent_columns or dimension.business_key
    row, found = rows.row(from_header=link.from_header), rows.members[link.key]
    casts = casts_between(entity, link.columns, parent, wanted)
    # NULL is a value of a junk dimension.
    equals = "<=>" if dimension.junk else "="
    condition = matches(row, link.columns, found, _names_of(dimension, wanted), casts, equals)
    if has_versions(design, dimension):
        condition += f" AND {_version_condition(found, as_of)}"
    return Join(_dimension_rows(design, dimension, found, wanted), condition)


def _version_condition(found: str, as_of: str) -> str:
    if not as_of:
        return f"{found}.is_current"
    then = f"{as_of} >= {found}.valid_from AND {as_of} < {found}.valid_to"
    return f"coalesce({then}, {found}.is_current)"


def _dimension_rows(
    design: Design, dimension: Dimension, alias: str, wanted: tuple[str, ...]
) -> Rows:
    is_unique = set(dimension.business_key) <= set(wanted)
    return Rows(
        alias=alias,
        table=names.own_table(design, dimension.name),
        one_per=() if is_unique else tuple(map(sql.name, _names_of(dimension, wanted))),
        newest_first=() if is_unique else (sql.name(dimension.surrogate_key),),
    )


def _names_of(dimension: Dimension, wanted: tuple[str, ...]) -> tuple[str, ...]:
    renamed = dict(zip(dimension.business_key, key_names(dimension), strict=True))
    renamed |= {attribute.column: attribute.name for attribute in dimension.attributes}
    missing = [column for column in wanted if column not in renamed]
    if missing:
        raise MedallionError(
            "DESIGN_INVALID",
            f"{dimension.name} is referred to by {missing[0]}, which it does not have.",
            f"Add {missing[0]} to the attributes of {dimension.name}.",
        )
    return tuple(renamed[column] for column in wanted)


def referring_columns(
    design: Design, dimension: Dimension
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each entity and its columns that refer to the dimension by its business key, once."""
    return iter(
        dict.fromkeys(
            (entity, link.columns)
            for entity, link in design.star.links_to(dimension.name)
            if link.parent_columns in ((), dimension.business_key)
        )
    )
