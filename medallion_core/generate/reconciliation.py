"""Proof in the pipeline itself: what went into the star is what came out of it."""

from __future__ import annotations

from dataclasses import dataclass

from medallion_core.generate.render import render
from medallion_core.model import Design, DimensionLink, Fact, Measure
from medallion_core.tables import lookups, names
from medallion_core.tables.facts import HEADER, LINE
from medallion_core.tables.measures import source_value
from medallion_core.tables.proofs import (
    EXACT,
    compares_header,
    key_check_columns,
    reconciliation_columns,
    summed_measures,
)
from medallion_core.tables.reads import Rows, casts_between, matches, silver_rows
from medallion_core.tables.schema import ddl_lines
from medallion_core.text import sql


@dataclass(frozen=True, slots=True)
class Metric:
    """What is counted or summed on both sides; ``side`` is the silver row that holds it."""

    label: str
    column: str
    side: str
    silver: str
    gold: str


@dataclass(frozen=True, slots=True)
class FactProof:
    """How one fact is compared with its silver tables."""

    fact: str
    function: str
    table: str
    line: Rows
    header: Rows | None
    has_lines: str
    metrics: tuple[Metric, ...]

    @property
    def label(self) -> str:
        return f"{sql.string(self.fact)} AS fact"

    @property
    def stacked(self) -> list[str]:
        """Lines of SQL that turn the one row of all metrics into a row for each."""
        triples = [
            f"    {sql.string(metric.label)}, {metric.side}.{metric.column}, fact.{metric.column}"
            for metric in self.metrics
        ]
        listed = ",\n".join(triples).split("\n")
        return ["stack(", f"    {len(self.metrics)},", *listed, ") AS (metric, silver, gold)"]

    def of(self, side: str) -> list[Metric]:
        return [metric for metric in self.metrics if metric.side == side]


def reconciliation_file(design: Design) -> str:
    """The source text of ``src/gold/reconciliation.py``."""
    return render(
        "src/gold/reconciliation.py",
        table=names.RECONCILIATION,
        schema=ddl_lines(design, names.RECONCILIATION, reconciliation_columns()),
        proofs=[_proof(design, fact) for fact in design.star.facts],
    )


def key_check_file(design: Design) -> str:
    """The source text of ``src/gold/key_check.py``."""
    dimensions = [
        (
            names.own_table(design, dimension.name),
            f"{sql.string(dimension.name)} AS dimension",
            f"count(DISTINCT {sql.name(dimension.surrogate_key)}) AS key_count",
        )
        for dimension in design.star.dimensions
    ]
    return render(
        "src/gold/key_check.py",
        table=names.KEY_CHECK,
        schema=ddl_lines(design, names.KEY_CHECK, key_check_columns()),
        dimensions=dimensions,
    )


def _proof(design: Design, fact: Fact) -> FactProof:
    metrics = (*_rows(), *_sums(design, fact), *_unknown(design, fact))
    allocated = compares_header(fact)
    return FactProof(
        fact=fact.name,
        function=f"compare_{names.function_name(fact.name)}",
        table=names.own_table(design, fact.name),
        line=silver_rows(design, design.entity(fact.entity), LINE),
        header=_header(design, fact) if allocated else None,
        has_lines=_has_lines(design, fact) if allocated else "",
        metrics=metrics,
    )


def _rows() -> tuple[Metric, ...]:
    return (Metric("rows", "row_count", LINE, _exact("count(*)"), _exact("count(*)")),)


def _sums(design: Design, fact: Fact) -> list[Metric]:
    return [_sum(design, fact, measure) for measure in summed_measures(fact)]


def _sum(design: Design, fact: Fact, measure: Measure) -> Metric:
    side = HEADER if measure.from_header else LINE
    entity = fact.header.entity if fact.header and measure.from_header else fact.entity
    value, _ = source_value(design.entity(entity), measure, side)
    return Metric(
        label=f"sum of {measure.name}",
        column=f"sum_of_{names.function_name(measure.name)}",
        side=side,
        silver=_total(value),
        gold=_total(sql.name(measure.name)),
    )


def _total(value: str) -> str:
    return f"coalesce(try_sum({_exact(value)}), 0)"


def _unknown(design: Design, fact: Fact) -> list[Metric]:
    """Rows without a key in the source should be all that refer to the unknown member."""
    return [
        Metric(
            label=f"rows on the unknown {link.key}",
            column=f"unknown_{names.function_name(link.key)}",
            side=LINE,
            silver=_exact(f"count_if({_lacks_key(design, link)})"),
            gold=_exact(f"count_if({sql.name(link.key)} = {lookups.UNKNOWN_KEY})"),
        )
        for link in fact.links
        if not link.from_header
    ]


def _lacks_key(design: Design, link: DimensionLink) -> str:
    junk = design.star.dimension(link.dimension).junk
    missing = [f"{sql.column(LINE, column)} IS NULL" for column in link.columns]
    return (" AND " if junk else " OR ").join(missing)


def _exact(value: str) -> str:
    return f"try_cast({value} AS {sql.type_name(EXACT)})"


def _header(design: Design, fact: Fact) -> Rows | None:
    if fact.header is None:
        return None
    header = design.entity(fact.header.entity)
    return silver_rows(design, header, HEADER, unique=fact.header.parent_columns)


def _has_lines(design: Design, fact: Fact) -> str:
    if fact.header is None:
        return ""
    line, header = design.entity(fact.entity), design.entity(fact.header.entity)
    casts = casts_between(line, fact.header.columns, header, fact.header.parent_columns)
    return matches(LINE, fact.header.columns, HEADER, fact.header.parent_columns, casts)
