"""Tables that prove the star: what went into it came out of it, and no two members share a key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from medallion_core.model import Aggregation, Design, Dimension, Fact, Measure
from medallion_core.model.parts import HEADER
from medallion_core.tables import names
from medallion_core.tables.measures import at_line_grain
from medallion_core.tables.schema import GoldColumn, GoldTable
from medallion_core.text import sql

EXACT = "decimal(38,6)"
"""Sums are compared as decimals, since a sum of doubles depends on the order of the rows."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Rows and sums of ``facts`` beside those of what they are made from."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """Rows of ``dimensions`` beside their distinct surrogate keys."""

    dimensions: tuple[Dimension, ...]


def reconciliation_tables(design: Design) -> Iterator[GoldTable]:
    """The reconciliation, where there is a fact."""
    facts = design.star.facts
    if facts:
        yield GoldTable(
            name=names.RECONCILIATION,
            of=Reconciliation(facts),
            columns=reconciliation_columns,
            also_reads=tuple(table for fact in facts for table in _compared(fact)),
            is_check=True,
        )


def key_check_tables(design: Design) -> Iterator[GoldTable]:
    """The check of surrogate keys, where there is a dimension."""
    dimensions = design.star.dimensions
    if dimensions:
        yield GoldTable(
            name=names.KEY_CHECK,
            of=KeyCheck(dimensions),
            columns=key_check_columns,
            also_reads=tuple(dimension.name for dimension in dimensions),
            is_check=True,
        )


def reconciliation_columns() -> list[GoldColumn]:
    return [
        GoldColumn("fact", "string", "", "The fact table.", required=True),
        GoldColumn("metric", "string", "", "What is counted or summed.", required=True),
        GoldColumn("silver", EXACT, "", "The total in silver."),
        GoldColumn("gold", EXACT, "", "The total in gold."),
        GoldColumn("difference", EXACT, "", "Gold less silver."),
    ]


def key_check_columns() -> list[GoldColumn]:
    return [
        GoldColumn("dimension", "string", "", "The dimension table.", required=True),
        GoldColumn("row_count", "bigint", "", "Its rows.", required=True),
        GoldColumn("key_count", "bigint", "", "Its distinct surrogate keys.", required=True),
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


def _compared(fact: Fact) -> Iterator[str]:
    yield names.silver_of(fact.entity)
    if fact.header and compares_header(fact):
        yield names.silver_of(fact.header.entity)
    yield fact.name
