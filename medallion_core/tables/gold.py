"""The types of gold tables, and all that a design has of them.

A type is a function that gives its tables. What is drawn, granted, documented, checked and
generated is read off these, so that a type which is named here is known everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

from medallion_core.model import Design, Proofs
from medallion_core.tables.aggregates import aggregate_tables
from medallion_core.tables.balance import balance_tables
from medallion_core.tables.bridges import bridge_tables
from medallion_core.tables.dates import calendar_tables, year_day_tables, year_tables
from medallion_core.tables.dimensions import dimension_tables
from medallion_core.tables.facts import fact_tables
from medallion_core.tables.members import seen_tables, unknown_row_tables
from medallion_core.tables.newest import newest_tables
from medallion_core.tables.proofs import key_check_tables, reconciliation_tables
from medallion_core.tables.schema import GoldColumn, GoldTable

GOLD_TYPES: tuple[Callable[[Design], Iterator[GoldTable]], ...] = (
    dimension_tables,
    fact_tables,
    bridge_tables,
    aggregate_tables,
    calendar_tables,
    balance_tables,
    reconciliation_tables,
    key_check_tables,
    newest_tables,
    seen_tables,
    year_tables,
    year_day_tables,
    unknown_row_tables,
)


def gold_tables(design: Design) -> tuple[GoldTable, ...]:
    """Every gold table, type by type. The same design is not looked at again."""
    # Of a copy: tables that hold the design which keeps them hold it after an edit has replaced it.
    return design.find_out_once("gold", lambda: tuple(_gold_tables(replace(design))))


def _gold_tables(design: Design) -> Iterator[GoldTable]:
    """With columns that are made once: they are declared, drawn, documented and traced."""
    tables = (table for of_type in GOLD_TYPES for table in of_type(design))
    by_job = design.settings.proofs is Proofs.JOB
    return (
        replace(table, columns=cache(table.columns), by_job=by_job and table.is_check)
        for table in tables
    )


def gold_columns(design: Design) -> Iterator[tuple[str, list[GoldColumn]]]:
    """Each table of the star and its columns: what happened first, then what it refers to."""
    star = [table for table in gold_tables(design) if table.in_star]
    for table in sorted(star, key=lambda table: bool(table.primary_key)):
        yield table.name, table.columns()


def columns_of(design: Design, table: str) -> list[GoldColumn]:
    """Those of one gold table, as they are known already. Raises KeyError for none."""
    by_name = design.find_out_once(
        "gold by name", lambda: {each.name: each for each in gold_tables(design)}
    )
    return by_name[table].columns()
