"""Tables that prove the star: what went into it came out of it, and no two members share a key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from medallion_core.model import Aggregation, Bridge, Design, Dimension, Fact, Measure, Proofs
from medallion_core.model.parts import HEADER
from medallion_core.tables import names
from medallion_core.tables.dates import DATE_KEY, calendar_tables
from medallion_core.tables.lookups import is_hashed, key_names
from medallion_core.tables.measures import EXACT, at_line_grain
from medallion_core.tables.members import count_name, infers_members
from medallion_core.tables.reads import one_row_per
from medallion_core.tables.schema import GoldColumn, GoldTable
from medallion_core.text import sql


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Rows and sums of ``facts`` beside those of what they are made from."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """Keys that more than one row has, of each table that others refer to: ``dimensions`` and,
    where a fact has a date, the calendar. ``keys`` are those tables with their keys, in order."""

    dimensions: tuple[Dimension, ...]
    keys: tuple[tuple[str, str], ...]


def reconciliation_tables(design: Design) -> Iterator[GoldTable]:
    """The reconciliation, where there is a fact."""
    facts = design.star.facts
    if facts:
        yield GoldTable(
            name=names.RECONCILIATION,
            of=Reconciliation(facts),
            columns=reconciliation_columns,
            also_reads=tuple(dict.fromkeys(_all_compared(design))),
            is_check=True,
        )


def key_check_tables(design: Design) -> Iterator[GoldTable]:
    """The check of primary keys, where a table has one."""
    dimensions = design.star.dimensions
    calendars = (table.name for table in calendar_tables(design))
    keys = (
        *((dimension.name, dimension.surrogate_key) for dimension in dimensions),
        *((calendar, DATE_KEY) for calendar in calendars),
    )
    if keys:
        yield GoldTable(
            name=names.KEY_CHECK,
            of=KeyCheck(dimensions, keys),
            columns=key_check_columns,
            also_reads=tuple(table for table, _ in keys),
            is_check=True,
        )


def proves_keys(design: Design) -> bool:
    """Whether each update proves the primary keys, and fails where one is none."""
    return design.settings.proofs is Proofs.PIPELINE


def ready_first(design: Design, part: Fact | Bridge) -> tuple[str, ...]:
    """What a table reads for no row but to come after the tables that its foreign keys refer to:
    the check of their keys, or where the job makes that, they themselves.

    The platform creates a table where its flow starts, and refuses a foreign key whose parent has
    no primary key yet; nothing but a read orders two flows.
    """
    dated = isinstance(part, Fact) and part.dates
    if proves_keys(design):
        return (names.KEY_CHECK,) if part.links or dated else ()
    linked = (link.dimension for _, link in part.held_links() if link.dimension != part.name)
    calendar = (names.date_table(design),) if dated else ()
    return tuple(dict.fromkeys((*linked, *calendar)))


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key that is made without looking into the table that it refers to."""

    table: str
    key: str
    parent: str
    parent_key: str


def references(design: Design) -> Iterator[Reference]:
    """Every such key: hashes, and those of dates. What a join has found is there."""
    for table in design.star.tables:
        for entity, link in table.held_links():
            if is_hashed(design, entity, link) or link.dimension == table.name:
                parent = design.star.dimension(link.dimension)
                yield Reference(table.name, link.key, parent.name, parent.surrogate_key)
    for calendar in calendar_tables(design):
        for fact in design.star.facts:
            for role in fact.dates:
                yield Reference(fact.name, role.key, calendar.name, DATE_KEY)


ON_INFERRED = "rows on members that only other tables know"
HEADERLESS = "rows on headers that only lines know"
"""Metrics that warn, as their first words say: what is late is no loss."""


@dataclass(frozen=True, slots=True)
class Inferred:
    """The members of ``dimension`` that have no row of their own: the table of their keys, and SQL
    for how many rows hold one of these."""

    dimension: str
    table: str
    rows: str


def inferred(design: Design) -> Iterator[Inferred]:
    """No row is lost with them, but where a key is written otherwise, or a source was emptied, it
    is here that it shows."""
    for dimension in design.star.dimensions:
        if infers_members(design, dimension):
            rows = f"coalesce(sum({count_name(key_names(dimension))}), 0)"
            yield Inferred(dimension.name, names.seen_table(dimension), rows)


def holds_header(fact: Fact, own: str) -> str:
    """SQL for whether a line, called ``own``, names a header. One that finds none keeps its own
    values, and has no date, member or amount of the header until that comes."""
    columns = fact.header.columns if fact.header else ()
    return sql.all_of(f"{sql.column(own, column)} IS NOT NULL" for column in columns)


def reconciliation_columns() -> list[GoldColumn]:
    return [
        GoldColumn("fact", "string", "", "The fact table, or what else has a key.", required=True),
        GoldColumn("metric", "string", "", "What is counted or summed.", required=True),
        GoldColumn("silver", EXACT, "", "The total in silver."),
        GoldColumn("gold", EXACT, "", "The total in gold."),
        GoldColumn("difference", EXACT, "", "Gold less silver."),
    ]


def key_check_columns() -> list[GoldColumn]:
    return [
        GoldColumn("dimension", "string", "", "The dimension table.", required=True),
        GoldColumn("shared_key", "bigint", "", "The key.", required=True),
        GoldColumn("row_count", "bigint", "", "Rows that have it.", required=True),
    ]


def summed_measures(fact: Fact) -> list[Measure]:
    """The measures whose sums are compared: those that add up over the rows of one side."""
    return [
        measure
        for measure in fact.measures
        if measure.aggregation in (Aggregation.SUM, Aggregation.LAST)
        and at_line_grain(measure)
        and not _mentions_header(measure)
    ]


def _mentions_header(measure: Measure) -> bool:
    return any(row.lower() == HEADER for row, _ in sql.mentioned(measure.expression))


def compares_header(fact: Fact) -> bool:
    """Whether amounts that are spread over the lines are compared with the header's."""
    return fact.header is not None and any(m.from_header for m in summed_measures(fact))


def _all_compared(design: Design) -> Iterator[str]:
    for fact in design.star.facts:
        yield from _compared(design, fact)
    for each in references(design):
        yield from (each.table, each.parent)
    yield from (each.table for each in inferred(design))


def _compared(design: Design, fact: Fact) -> Iterator[str]:
    yield names.silver_of(fact.entity)
    if fact.header:
        yield one_row_per(design, fact.header.entity, fact.header.parent_columns)
    yield fact.name
