"""Small tables that dimensions are completed from, so that they refresh incrementally: the members
that only other tables know, the flags that rows have, and the one row that stands for no member."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from medallion_core.model import Design, Dimension
from medallion_core.tables import columns, lookups, names
from medallion_core.tables.schema import GoldColumn, GoldTable
from medallion_core.text import sql
from medallion_core.text.identifiers import unique_names

ROW_COUNT, UNKNOWN = "row_count", "unknown_key"

UNKNOWN_FLOW = "one_unknown_row"


@dataclass(frozen=True, slots=True)
class Seen:
    """Values of the business key of ``dimension``: those that other tables hold and its own does
    not; of a junk dimension all."""

    dimension: Dimension


@dataclass(frozen=True, slots=True)
class UnknownMember:
    """The row that the unknown member of each dimension is made of."""

    dimensions: tuple[Dimension, ...]


def seen_tables(design: Design) -> Iterator[GoldTable]:
    """A table for each dimension whose members are not all in one silver table as they are."""
    for dimension in design.star.dimensions:
        if has_seen(design, dimension):
            others = (entity for entity, _ in lookups.referring_columns(design, dimension))
            read = (dimension.entity, *(() if dimension.junk else others))
            yield GoldTable(
                name=names.seen_table(dimension),
                of=Seen(dimension),
                columns=partial(seen_columns, design, dimension),
                also_reads=tuple(dict.fromkeys(map(names.silver_of, read))),
                is_helper=True,
            )


def unknown_row_tables(design: Design) -> Iterator[GoldTable]:
    """The table of one row, where there is a dimension or a calendar. A flow fills it once: a view
    of a constant row would be computed in full in each update."""
    if design.star.dimensions or any(fact.dates for fact in design.star.facts):
        yield GoldTable(
            name=names.UNKNOWN_ROW,
            of=UnknownMember(design.star.dimensions),
            columns=unknown_columns,
            filled_once_by=UNKNOWN_FLOW,
            is_helper=True,
        )


def has_seen(design: Design, dimension: Dimension) -> bool:
    """Whether members are known by other rows than those of the dimension's own silver table."""
    return is_of_flags(dimension) or infers_members(design, dimension)


def is_of_flags(dimension: Dimension) -> bool:
    """Whether nothing but the flags of a junk dimension makes its members."""
    attributes = {attribute.column for attribute in dimension.attributes}
    more = dimension.folded or dimension.outriggers or attributes - {*dimension.business_key}
    return dimension.junk and not more


def infers_members(design: Design, dimension: Dimension) -> bool:
    """Whether a key that only other tables hold is a member, too, and some table holds one."""
    wanted = dimension.inferred_members and not dimension.junk
    return wanted and any(lookups.referring_columns(design, dimension))


def seen_columns(design: Design, dimension: Dimension) -> list[GoldColumn]:
    """The business key, as the dimension calls it, and how many rows hold it."""
    entity = design.entity(dimension.entity)
    called = dimension.business_key if dimension.junk else lookups.key_names(dimension)
    pairs = zip(called, dimension.business_key, strict=True)
    keys = [
        GoldColumn(name, columns.silver_type(entity.column(key)), sql.column("seen", name))
        for name, key in pairs
    ]
    count = GoldColumn(
        count_name(called), "bigint", "count(*)", "Rows that hold it.", required=True
    )
    return [*keys, count]


def count_name(keys: Iterable[str]) -> str:
    """What the number of rows is called beside ``keys``, one of which may have the name."""
    return unique_names([*map(str.lower, keys), ROW_COUNT])[-1]


def unknown_columns() -> list[GoldColumn]:
    comment = "The surrogate key of the unknown member."
    value = f"CAST({lookups.UNKNOWN_KEY} AS BIGINT)"
    return [GoldColumn(UNKNOWN, "bigint", value, comment, required=True)]
