"""Aggregates: a fact summed to fewer keys, for those who ask the same question often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from medallion_core.generate.gold import View, read_own, view
from medallion_core.generate.python import Call, Code, expr
from medallion_core.generate.render import render
from medallion_core.model import Aggregate, Design
from medallion_core.tables.aggregates import aggregate_columns, last_date
from medallion_core.text import sql


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregateFile:
    """A fact, grouped."""

    template: ClassVar = "src/gold/aggregate.py"
    table: View
    read: Code
    calls: tuple[Call, ...]
    columns: tuple[str, ...]


def aggregate_file(design: Design, aggregate: Aggregate) -> str:
    """The source text of ``src/gold/<aggregate>.py``."""
    fact = design.star.fact(aggregate.fact)
    found = aggregate_columns(design, aggregate)
    dated = last_date(fact, aggregate)
    comment = aggregate.comment or f"{fact.name} by {', '.join(aggregate.keys)}."
    keys = tuple(sql.name(key) for key in aggregate.keys)
    return render(
        AggregateFile(
            table=view(
                aggregate.name,
                comment,
                found,
                cluster_by=aggregate.keys,
                refresh_policy=aggregate.refresh_policy,
            ),
            read=read_own(design, fact.name),
            calls=(
                *((Call("withColumn", (dated[0], expr(dated[1]))),) if dated else ()),
                Call("groupBy", keys),
            ),
            columns=tuple(c.select for c in found if c.name not in aggregate.keys),
        )
    )
