"""Every table that a design means."""

from __future__ import annotations

from medallion_core.model import Design
from medallion_core.tables import names
from medallion_core.tables.dates import has_dates
from medallion_core.tables.silver import has_quarantine


def expected_tables(design: Design) -> list[str]:
    """The names of all tables that a run must produce."""
    tables: list[str] = []
    for entity in design.entities:
        tables += [names.bronze_table(entity), names.silver_table(entity)]
        if has_quarantine(entity):
            tables.append(names.quarantine_table(entity))
    return tables + gold_tables(design)


def gold_tables(design: Design) -> list[str]:
    """The names of the tables that readers use."""
    star = design.star
    starred = [
        *(dimension.name for dimension in star.dimensions),
        *(fact.name for fact in star.facts),
        *(bridge.name for bridge in star.bridges),
        *(aggregate.name for aggregate in star.aggregates),
    ]
    made = [
        (has_dates(design), names.date_table(design)),
        (bool(star.facts), names.RECONCILIATION),
        (bool(star.dimensions), names.KEY_CHECK),
    ]
    return starred + [name for wanted, name in made if wanted]
