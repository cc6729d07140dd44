"""All gold tables that readers use, with their columns."""

from __future__ import annotations

from collections.abc import Iterator

from medallion_core.model import Design
from medallion_core.tables import names
from medallion_core.tables.aggregates import aggregate_columns
from medallion_core.tables.bridges import bridge_columns
from medallion_core.tables.dates import date_columns, has_dates
from medallion_core.tables.dimensions import dimension_columns
from medallion_core.tables.facts import fact_columns
from medallion_core.tables.schema import GoldColumn


def gold_columns(design: Design) -> Iterator[tuple[str, list[GoldColumn]]]:
    """Each table of the star and its columns: facts first, the calendar last."""
    star = design.star
    for fact in star.facts:
        yield fact.name, fact_columns(design, fact)
    for bridge in star.bridges:
        yield bridge.name, bridge_columns(design, bridge)
    for aggregate in star.aggregates:
        yield aggregate.name, aggregate_columns(design, aggregate)
    for dimension in star.dimensions:
        yield dimension.name, dimension_columns(design, dimension)
    if has_dates(design):
        yield names.date_table(design), date_columns(design)
