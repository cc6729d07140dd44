"""Facts: what happened, at the grain it happened at, with a key for everything that took part."""

from __future__ import annotations

from medallion_core.generate.render import render
from medallion_core.model import (
    Design,
    Fact,
)
from medallion_core.tables import names
from medallion_core.tables.facts import LINE, fact_columns, header_join, link_joins
from medallion_core.tables.measures import allocation
from medallion_core.tables.reads import silver_rows
from medallion_core.tables.schema import clustering, ddl_lines


def fact_file(design: Design, fact: Fact) -> str:
    """The source text of ``src/gold/fact_<entity>.py``."""
    found = fact_columns(design, fact)
    return render(
        "src/gold/fact.py",
        table=fact.name,
        function=names.function_name(fact.name),
        comment=_comment(fact),
        grain=_grain(fact),
        schema=ddl_lines(design, fact.name, found),
        cluster_by=clustering(found, fact.cluster_by),
        own=silver_rows(design, design.entity(fact.entity), LINE),
        allocation=allocation(fact),
        joins=[*header_join(design, fact), *link_joins(design, fact)],
        columns=[column.select for column in found],
    )


def _grain(fact: Fact) -> str:
    return f"One row per {', '.join(fact.grain)}" if fact.grain else "One row per row of the source"


def _comment(fact: Fact) -> str:
    return fact.comment or f"{_grain(fact)} of {fact.entity}."
