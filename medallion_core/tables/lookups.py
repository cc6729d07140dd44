"""How a row finds the surrogate keys of the dimensions that it refers to: by the hash that a key
is, or by a join."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from medallion_core.errors import MedallionError
from medallion_core.model import Design, Dimension, DimensionLink, Entity
from medallion_core.tables import columns, names, silver
from medallion_core.tables.aliases import Aliases
from medallion_core.tables.reads import Join, Rows, cast_to, casts_between, matches
from medallion_core.tables.schema import GoldColumn
from medallion_core.text import sql
from medallion_core.text.types import is_temporal

UNKNOWN_KEY = -1

VALID_FROM, VALID_TO, NEXT_FROM = "valid_from", "valid_to", "next_from"
IS_CURRENT = "is_current"
VERSION_COLUMNS = (VALID_FROM, VALID_TO, NEXT_FROM, IS_CURRENT)

BEGINNING, END_OF_TIME = "1900-01-01", "9999-12-31"
"""When the first version of a member begins, and its last one ends: what is there for all time
before and after. Dates beyond, as a source may write one that it does not know, are of these."""


def key_names(dimension: Dimension) -> list[str]:
    """What the business key's columns are called in the dimension."""
    renamed = {attribute.column: attribute.name for attribute in dimension.attributes}
    return [renamed.get(column, column) for column in dimension.business_key]


def has_versions(design: Design, dimension: Dimension) -> bool:
    entity = next((each for each in design.entities if each.name == dimension.entity), None)
    return not dimension.junk and entity is not None and columns.keeps_history(entity)


def has_valid_times(design: Design, dimension: Dimension) -> bool:
    """Whether ``valid_from`` is a time that dates can be compared with."""
    return is_temporal(silver.version_type(design.entity(dimension.entity)))


def is_hashed(design: Design, entity: str, link: DimensionLink) -> bool:
    """Whether a row of ``entity`` needs no join to know the key that ``link`` leads to.

    A surrogate key is a hash of the business key, and a dimension that infers members has one for
    each value that refers to it, so that the hash of the value is the key. Versions of a member
    have keys of their own, which a date picks; other columns than the business key are no part of
    the hash. Texts that a collation takes as equal have hashes that differ. A junk dimension is
    hashed with the names of its own entity's columns.
    """
    try:
        dimension = design.star.dimension(link.dimension)
        parent = design.entity(dimension.entity)
    except KeyError:
        return False
    if dimension.junk:
        return (entity, link.columns) == (parent.name, dimension.business_key)
    by_key = link.parent_columns in ((), dimension.business_key)
    by_bytes = not any(" collate " in type_ for type_ in _key_types(parent, dimension))
    current = not columns.keeps_history(parent)
    return by_key and by_bytes and dimension.inferred_members and current


def _key_types(parent: Entity, dimension: Dimension) -> list[str]:
    """Empty for a column that is not there."""
    types = columns.silver_types(parent)
    return [types.get(key, "") for key in dimension.business_key]


def joined(
    design: Design, held: Iterable[tuple[str, DimensionLink]]
) -> Iterator[tuple[str, DimensionLink]]:
    """Those of ``held`` whose key takes a join with the dimension."""
    return ((entity, link) for entity, link in held if not is_hashed(design, entity, link))


def link_rows(links: Iterable[tuple[str, DimensionLink]], rows: Aliases) -> dict[str, str]:
    """What the alias of each looked-up row stands for."""
    return {rows.members[link.key]: link.dimension for _, link in links}


def looked_up(
    design: Design, held: Iterable[tuple[str, DimensionLink]]
) -> dict[str, tuple[str, ...]]:
    """For each key the one that it is of its dimension, and the silver columns it is found by."""
    return {
        link.key: (
            *_surrogate(design, link.dimension),
            *(f"{names.silver_of(entity)}.{column}" for column in link.columns),
        )
        for entity, link in held
    }


def _surrogate(design: Design, dimension: str) -> list[str]:
    """The key of a dimension, as ``table.column``; none of one that is not there."""
    try:
        return [f"{dimension}.{design.star.dimension(dimension).surrogate_key}"]
    except KeyError:
        return []


def link_column(design: Design, entity: str, link: DimensionLink, rows: Aliases) -> GoldColumn:
    """The foreign key that a row of ``entity`` holds: the hash of what refers to the member, or the
    surrogate key that a join has found; else the unknown member."""
    dimension = design.star.dimension(link.dimension)
    found = sql.column(rows.members[link.key], dimension.surrogate_key)
    role = f" as {link.role.replace('_', ' ')}" if link.role else ""
    return GoldColumn(
        name=link.key,
        type="bigint",
        expression=_hashed(design, entity, link, rows)
        if is_hashed(design, entity, link)
        else f"coalesce({found}, {UNKNOWN_KEY})",
        comment=f"Key of {link.dimension}{role}; -1 is the unknown member.",
        required=True,
        references=link.dimension,
        referenced_key=dimension.surrogate_key,
    )


def _hashed(design: Design, entity: str, link: DimensionLink, rows: Aliases) -> str:
    dimension = design.star.dimension(link.dimension)
    row = rows.row(from_header=link.from_header)
    held, parent = design.entity(entity), design.entity(dimension.entity)
    casts = casts_between(held, link.columns, parent, dimension.business_key)
    return hashed_or_unknown(design, dimension, [sql.column(row, c) for c in link.columns], casts)


def hashed_or_unknown(
    design: Design, dimension: Dimension, values: Sequence[str], casts: Sequence[str]
) -> str:
    """SQL for the surrogate key of the member with these values of the business key: the unknown
    one where a value is missing or not of its type in ``casts``, or of a junk dimension all are."""
    missing = [f"{cast_to(value, cast)} IS NULL" for value, cast in zip(values, casts, strict=True)]
    unknown = (" AND " if dimension.junk else " OR ").join(missing)
    return f"IF({unknown}, {UNKNOWN_KEY}, {key_hash(design, dimension, values, casts)})"


def key_hash(
    design: Design, dimension: Dimension, values: Sequence[str], casts: Sequence[str] = ()
) -> str:
    """SQL for the hash of a key, each value as the dimension types it: 1 as INT has another hash
    than 1 as BIGINT. ``casts`` are the types of those that may not be of it.

    xxhash64 skips NULL, which is a value of a junk dimension: its row is hashed as JSON.
    """
    if dimension.junk:
        return f"xxhash64(to_json(struct({', '.join(values)})))"
    types = _key_types(design.entity(dimension.entity), dimension)
    typed = (
        f"CAST({value} AS {sql.type_name(type_)})" if type_ and not cast else cast_to(value, cast)
        for value, cast, type_ in zip(values, casts or ("",) * len(types), types, strict=True)
    )
    return f"xxhash64({', '.join(typed)})"


def link_join(
    design: Design, link: DimensionLink, entity: Entity, rows: Aliases, as_of: str = ""
) -> Join:
    """The join of the row of ``entity`` that holds the link to the dimension of ``link``.

    ``as_of`` is SQL for the date that picks a version; without one the last version is taken.
    """
    dimension = design.star.dimension(link.dimension)
    parent = design.entity(dimension.entity)
    wanted = link.parent_columns or dimension.business_key
    row, found = rows.row(from_header=link.from_header), rows.members[link.key]
    casts = casts_between(entity, link.columns, parent, wanted)
    # NULL is a value of a junk dimension.
    equals = "<=>" if dimension.junk else "="
    condition = matches(row, link.columns, found, _names_of(dimension, wanted), casts, equals)
    members = _dimension_rows(design, dimension, found, wanted, as_of)
    if has_versions(design, dimension) and not members.current:
        kind = silver.version_type(parent)
        condition += f" AND {_version_condition(members, as_of, kind)}"
    return Join(members, condition)


def moment(kind: str, day: str) -> str:
    """SQL for the beginning of a day, as a value of the type ``kind``."""
    return f"{sql.type_name(kind)}'{day}'"


def _version_condition(members: Rows, as_of: str, kind: str) -> str:
    """SQL for the version that a row refers to. A member's own versions share all of time between
    them, also what lies between a deletion and the next version, or after the last: what happened
    then happened to nobody else. A name may be another member's by then, so that a version that is
    found by one ends where it ended."""
    found = members.alias
    begins, ends, last = (
        f"{found}.{VALID_FROM}",
        f"{found}.{NEXT_FROM}",
        f"{found}.{NEXT_FROM} IS NULL",
    )
    if members.one_per:
        ends, last = f"{found}.{VALID_TO}", f"{found}.{IS_CURRENT}"
    if not as_of:
        return last
    begun = f"({as_of} >= {begins} OR {begins} = {moment(kind, BEGINNING)})"
    return f"coalesce({begun} AND ({as_of} < {ends} OR {last}), {last})"


def _dimension_rows(
    design: Design, dimension: Dimension, alias: str, wanted: tuple[str, ...], as_of: str
) -> Rows:
    """One row, or with ``as_of`` one version at a time, for each value of ``wanted``."""
    table = names.own_table(design, dimension.name)
    if set(dimension.business_key) <= set(wanted):
        return Rows(alias, table)
    found = [*_names_of(dimension, wanted)]
    versions = has_versions(design, dimension)
    return Rows(
        alias,
        table,
        current=IS_CURRENT if versions and not as_of else "",
        one_per=tuple(map(sql.name, [*found, VALID_FROM] if versions and as_of else found)),
        newest_first=(sql.name(dimension.surrogate_key),),
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
