"""All gold tables that readers use, with their columns."""

from __future__ import annotations

from collections.abc import Iterator

from medallion_core.generate import names
from medallion_core.generate.aggregates import aggregate_columns
from medallion_core.generate.bridges import bridge_columns
from medallion_core.generate.dates import date_columns, has_dates
from medallion_core.generate.dimensions import dimension_columns
from medallion_core.generate.facts import fact_columns
from medallion_core.generate.schema import GoldColumn
from medallion_core.model import Design


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
