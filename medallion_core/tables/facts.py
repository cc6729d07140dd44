"""The columns of facts, and what they are joined from."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from itertools import pairwise

from medallion_core.model import (
    DateRole,
    DegenerateKey,
    Design,
    DimensionLink,
    Entity,
    Fact,
    FactKind,
)
from medallion_core.tables import columns, lookups, names
from medallion_core.tables.aliases import Aliases, fact_aliases
from medallion_core.tables.masks import mask_of
from medallion_core.tables.measures import measure_columns
from medallion_core.tables.proofs import ready_first
from medallion_core.tables.reads import (
    Join,
    casts_between,
    matches,
    one_row_per,
    silver_rows,
)
from medallion_core.tables.schema import GoldColumn, GoldTable
from medallion_core.tables.soundness.star import fact_findings
from medallion_core.text import sql
from medallion_core.text.types import is_temporal


def fact_tables(design: Design) -> Iterator[GoldTable]:
    """Every fact as a gold table."""
    for fact in design.star.facts:
        rows = fact_aliases(fact)
        tables = {rows.own: names.silver_of(fact.entity)}
        if fact.header:
            header = fact.header
            tables[rows.header] = one_row_per(design, header.entity, header.parent_columns)
        yield GoldTable(
            name=fact.name,
            of=fact,
            columns=partial(fact_columns, design, fact),
            findings=partial(fact_findings, fact),
            rows=tables | lookups.link_rows(lookups.joined(design, fact.held_links()), rows),
            looked_up=lookups.looked_up(design, fact.held_links()),
            also_reads=ready_first(design, fact),
        )


def fact_columns(design: Design, fact: Fact) -> list[GoldColumn]:
    """Every column of the fact's table, in order: dates, links, degenerate keys, measures."""
    rows = fact_aliases(fact)
    found = [
        *(_date_key(design, role, rows) for role in fact.dates),
        *(lookups.link_column(design, entity, link, rows) for entity, link in fact.held_links()),
        *(_degenerate(design, fact, key, rows) for key in fact.degenerate),
        *measure_columns(design, fact, rows),
    ]
    return [*found, *_lags(fact, rows, {column.name.lower() for column in found})]


def referring_entity(design: Design, fact: Fact, from_header: bool) -> Entity:
    """The entity whose row holds a column of the fact: its own or its header's."""
    return design.entity(fact.entity_of(from_header=from_header))


def _date_key(design: Design, role: DateRole, rows: Aliases) -> GoldColumn:
    day = sql.column(rows.row(from_header=role.from_header), role.column)
    return GoldColumn(
        name=role.key,
        type="int",
        expression=f"coalesce({sql.date_key(day)}, -1)",
        comment=f"Key of {names.date_table(design)} for the {role.role.replace('_', ' ')} date;"
        " -1 where there is none.",
        required=True,
        references=names.date_table(design),
        referenced_key="date_key",
    )


def _degenerate(design: Design, fact: Fact, key: DegenerateKey, rows: Aliases) -> GoldColumn:
    column = referring_entity(design, fact, key.from_header).column(key.column)
    return GoldColumn(
        name=key.name,
        type=columns.silver_type(column),
        expression=sql.column(rows.row(from_header=key.from_header), key.column),
        comment=key.comment or column.comment,
        mask=mask_of(design, column),
    )


def _lags(fact: Fact, rows: Aliases, taken: Collection[str]) -> Iterator[GoldColumn]:
    """The days between the milestones of an accumulating snapshot, in the order given. What was
    planned is none, and a day that is there as a time, too, is one. A source that tells the days
    itself, under a name that is ``taken``, is believed."""
    if fact.kind is not FactKind.ACCUMULATING_SNAPSHOT:
        return
    milestones = {role.role: role for role in reversed(fact.dates) if not role.planned}
    for start, end in pairwise(reversed(milestones.values())):
        ends, starts = (
            sql.column(rows.row(from_header=role.from_header), role.column) for role in (end, start)
        )
        name = f"days_{start.role}_to_{end.role}"
        if name in taken:
            continue
        yield GoldColumn(
            name=name,
            type="int",
            expression=f"datediff({ends}, {starts})",
            comment=f"Days from {start.role} to {end.role}; NULL until both have happened.",
        )


def header_join(design: Design, fact: Fact) -> Iterator[Join]:
    if fact.header is None:
        return
    rows = fact_aliases(fact)
    header = design.entity(fact.header.entity)
    line = design.entity(fact.entity)
    casts = casts_between(line, fact.header.columns, header, fact.header.parent_columns)
    yield Join(
        silver_rows(design, header, rows.header, unique=fact.header.parent_columns),
        matches(rows.own, fact.header.columns, rows.header, fact.header.parent_columns, casts),
    )


def link_joins(design: Design, fact: Fact) -> Iterator[Join]:
    rows = fact_aliases(fact)
    for entity, link in lookups.joined(design, fact.held_links()):
        as_of = _as_of(design, fact, link, rows)
        yield lookups.link_join(design, link, design.entity(entity), rows, as_of)


def _as_of(design: Design, fact: Fact, link: DimensionLink, rows: Aliases) -> str:
    """The date that picks the version of a dimension: the fact's first, if versions have times."""
    dimension = design.star.dimension(link.dimension)
    if not fact.dates or not lookups.has_versions(design, dimension):
        return ""
    role = fact.dates[0]
    kind = columns.silver_type(referring_entity(design, fact, role.from_header).column(role.column))
    comparable = is_temporal(kind) and lookups.has_valid_times(design, dimension)
    day = sql.column(rows.row(from_header=role.from_header), role.column)
    return day if comparable else ""
