"""Aggregates: a fact summed to fewer keys, for those who ask the same question often."""

from __future__ import annotations

from medallion_core.generate.render import render
from medallion_core.model import Aggregate, Design
from medallion_core.tables import names
from medallion_core.tables.aggregates import aggregate_columns, last_date
from medallion_core.tables.schema import clustering, ddl_lines
from medallion_core.text import sql


def aggregate_file(design: Design, aggregate: Aggregate) -> str:
    """The source text of ``src/gold/<aggregate>.py``."""
    fact = design.star.fact(aggregate.fact)
    found = aggregate_columns(design, aggregate)
    keys = [column for column in found if column.name in aggregate.keys]
    return render(
        "src/gold/aggregate.py",
        table=aggregate.name,
        function=names.function_name(aggregate.name),
        comment=aggregate.comment or f"{fact.name} by {', '.join(aggregate.keys)}.",
        schema=ddl_lines(design, aggregate.name, found),
        cluster_by=clustering(found, aggregate.keys),
        fact=names.own_table(design, fact.name),
        last_date=last_date(fact, aggregate),
        keys=[sql.name(column.name) for column in keys],
        columns=[column.select for column in found if column not in keys],
    )
