"""The columns of aggregates."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from medallion_core.errors import MedallionError
from medallion_core.model import Aggregate, Aggregation, Design, Fact
from medallion_core.tables.facts import fact_columns
from medallion_core.tables.schema import GoldColumn, GoldTable
from medallion_core.tables.soundness.star import aggregate_findings
from medallion_core.text import sql
from medallion_core.text.types import sum_type

LAST_DATE = "_last_date"


_FUNCTIONS = {
    Aggregation.SUM: "sum({0})",
    Aggregation.AVERAGE: "avg({0})",
    Aggregation.MINIMUM: "min({0})",
    Aggregation.MAXIMUM: "max({0})",
}


def aggregate_tables(design: Design) -> Iterator[GoldTable]:
    """Every aggregate as a gold table."""
    for aggregate in design.star.aggregates:
        same = (*aggregate.keys, *aggregate.measures)
        yield GoldTable(
            name=aggregate.name,
            of=aggregate,
            columns=partial(aggregate_columns, design, aggregate),
            findings=partial(aggregate_findings, aggregate),
            rows={"": aggregate.fact},
            looked_up={name: (f"{aggregate.fact}.{name}",) for name in same},
        )


def aggregate_columns(design: Design, aggregate: Aggregate) -> list[GoldColumn]:
    """Every column of the aggregate's table, in order: keys, row count, measures."""
    fact = design.star.fact(aggregate.fact)
    available = {column.name: column for column in fact_columns(design, fact)}
    measures = {measure.name: measure.aggregation for measure in fact.measures}
    count = GoldColumn("row_count", "bigint", "count(*)", f"Rows of {fact.name}.", required=True)
    return [
        *(available[key] for key in aggregate.keys),
        count,
        *(_aggregated(fact, available[name], measures[name]) for name in aggregate.measures),
    ]


def _aggregated(fact: Fact, measure: GoldColumn, aggregation: Aggregation) -> GoldColumn:
    name = sql.name(measure.name)
    if aggregation is Aggregation.LAST and fact.last_by:
        date = sql.name(fact.last_by.key)
        expression = f"sum(IF({date} = {LAST_DATE}, {name}, NULL))"
    elif aggregation in _FUNCTIONS:
        expression = _FUNCTIONS[aggregation].format(name)
    else:
        raise MedallionError(
            "DESIGN_INVALID",
            f"{measure.name} of {fact.name} cannot be aggregated: it is {aggregation.value}.",
            "Take it out of the aggregate, or give it another aggregation.",
        )
    wanted = sum_type(measure.type) if aggregation is Aggregation.SUM else measure.type
    return GoldColumn(
        name=measure.name,
        type=wanted,
        expression=f"CAST({expression} AS {sql.type_name(wanted)})",
        comment=f"{aggregation.value.capitalize()} of {measure.name}.",
    )


def last_date(fact: Fact, aggregate: Aggregate) -> tuple[str, str] | None:
    """Name and SQL of the group's last date, where a measure must not be added over time."""
    wanted = {m.name for m in fact.measures if m.aggregation is Aggregation.LAST}
    if not fact.last_by or not wanted & set(aggregate.measures):
        return None
    keys = ", ".join(map(sql.name, aggregate.keys))
    return LAST_DATE, f"max({sql.name(fact.last_by.key)}) OVER (PARTITION BY {keys})"
