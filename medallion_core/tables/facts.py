"""The columns of facts, and what they are joined from."""

from __future__ import annotations

from collections.abc import Iterator
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
from medallion_core.tables.masks import mask_of
from medallion_core.tables.measures import HEADER as HEADER
from medallion_core.tables.measures import LINE as LINE
from medallion_core.tables.measures import measure_columns
from medallion_core.tables.reads import Join, casts_between, matches, silver_rows
from medallion_core.tables.schema import GoldColumn, GoldTable
from medallion_core.tables.soundness.star import fact_findings
from medallion_core.text import sql
from medallion_core.text.types import is_temporal


def fact_tables(design: Design) -> Iterator[GoldTable]:
    """Every fact as a gold table."""
    for fact in design.star.facts:
        rows = {LINE: names.silver_of(fact.entity)}
        if fact.header:
            rows[HEADER] = names.silver_of(fact.header.entity)
        yield GoldTable(
            name=fact.name,
            of=fact,
            columns=partial(fact_columns, design, fact),
            findings=partial(fact_findings, fact),
            rows=rows | lookups.link_rows(fact.links),
            looked_up=lookups.looked_up(fact.held_links()),
        )


def fact_columns(design: Design, fact: Fact) -> list[GoldColumn]:
    """Every column of the fact's table, in order: dates, links, degenerate keys, measures."""
    return [
        *(_date_key(design, role) for role in fact.dates),
        *(lookups.link_column(design, link) for link in fact.links),
        *(_degenerate(design, fact, key) for key in fact.degenerate),
        *measure_columns(design, fact),
        *_lags(fact),
    ]


def referring_entity(design: Design, fact: Fact, from_header: bool) -> Entity:
    """The entity whose row holds a column of the fact: its own or its header's."""
    return design.entity(fact.entity_of(from_header=from_header))


def row_alias(from_header: bool) -> str:
    return HEADER if from_header else LINE


def _date_key(design: Design, role: DateRole) -> GoldColumn:
    day = sql.column(row_alias(role.from_header), role.column)
    return GoldColumn(
        name=role.key,
        type="int",
        expression=f"coalesce({sql.date_key(day)}, -1)",
        comment=f"{names.date_table(design)} of the {role.role.replace('_', ' ')} date; "
        "-1 where there is none.",
        required=True,
        references=names.date_table(design),
        referenced_key="date_key",
    )


def _degenerate(design: Design, fact: Fact, key: DegenerateKey) -> GoldColumn:
    column = referring_entity(design, fact, key.from_header).column(key.column)
    return GoldColumn(
        name=key.name,
        type=columns.silver_type(column),
        expression=sql.column(row_alias(key.from_header), key.column),
        comment=key.comment or column.comment,
        mask=mask_of(column),
    )


def _lags(fact: Fact) -> Iterator[GoldColumn]:
    """The days between the milestones of an accumulating snapshot, in the order given."""
    if fact.kind is not FactKind.ACCUMULATING_SNAPSHOT:
        return
    for start, end in pairwise(fact.dates):
        ends, starts = (
            sql.column(row_alias(role.from_header), role.column) for role in (end, start)
        )
        yield GoldColumn(
            name=f"days_{start.role}_to_{end.role}",
            type="int",
            expression=f"datediff({ends}, {starts})",
            comment=f"Days from {start.role} to {end.role}; NULL until both have happened.",
        )


def header_join(design: Design, fact: Fact) -> Iterator[Join]:
    if fact.header is None:
        return
    header = design.entity(fact.header.entity)
    line = design.entity(fact.entity)
    casts = casts_between(line, fact.header.columns, header, fact.header.parent_columns)
    yield Join(
        silver_rows(design, header, HEADER, unique=fact.header.parent_columns),
        matches(LINE, fact.header.columns, HEADER, fact.header.parent_columns, casts),
    )


def link_joins(design: Design, fact: Fact) -> Iterator[Join]:
    for link in fact.links:
        entity = referring_entity(design, fact, link.from_header)
        alias = row_alias(link.from_header)
        yield lookups.link_join(design, link, entity, alias, _as_of(design, fact, link))


def _as_of(design: Design, fact: Fact, link: DimensionLink) -> str:
    """The date that picks the version of a dimension: the fact's first, if versions have times."""
    dimension = design.star.dimension(link.dimension)
    if not fact.dates or not lookups.has_versions(design, dimension):
        return ""
    role = fact.dates[0]
    kind = columns.silver_type(referring_entity(design, fact, role.from_header).column(role.column))
    comparable = is_temporal(kind) and lookups.has_valid_times(design, dimension)
    return sql.column(row_alias(role.from_header), role.column) if comparable else ""
