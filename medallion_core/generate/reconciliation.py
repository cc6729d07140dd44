"""Proof in the pipeline itself: what went into the star is what came out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from medallion_core.generate.formatter import LINE_LENGTH
from medallion_core.generate.gold import (
    FUNCTIONS,
    WINDOW,
    Reading,
    View,
    read_own,
    reading,
    select,
    union,
    view,
)
from medallion_core.generate.layout import fitted
from medallion_core.generate.python import Call, Code, expr
from medallion_core.generate.render import render
from medallion_core.model import Design, DimensionLink, Fact, Measure
from medallion_core.tables import lookups, names
from medallion_core.tables.aliases import Aliases, fact_aliases
from medallion_core.tables.facts import header_join
from medallion_core.tables.measures import source_value
from medallion_core.tables.proofs import (
    EXACT,
    KeyCheck,
    compares_header,
    key_check_columns,
    reconciliation_columns,
    summed_measures,
)
from medallion_core.tables.reads import Join, Rows, silver_rows
from medallion_core.text import sql
from medallion_core.text.identifiers import snake_case, unique_names
from medallion_core.text.types import is_floating

SILVER, HEADERS = "silver", "headers"
"""What the totals of either side are called: those of the fact's own rows, and of their headers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """What is counted or summed on both sides; ``side`` is the one that ``silver`` is read from."""

    label: str
    column: str
    side: str
    silver: str
    gold: str


@dataclass(frozen=True, slots=True)
class Totals:
    """One row of totals over all rows that are read."""

    read: Code
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactProof:
    """How one fact is compared with its silver tables. ``stacked`` is SQL, line by line, that turns
    the one row of all totals into a row for each."""

    function: str
    says: str
    readings: tuple[Reading, ...]
    silver: Totals
    headers: Totals | None
    gold: Totals
    sides: tuple[Call, ...]
    label: str
    stacked: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationFile:
    """All facts, each compared with what it is made from."""

    template: ClassVar = "src/gold/reconciliation.py"
    imports: tuple[str, ...]
    table: View
    proofs: tuple[FactProof, ...]
    first: str
    unions: tuple[Call, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCheckFile:
    """Rows and surrogate keys of all dimensions."""

    template: ClassVar = "src/gold/key_check.py"
    table: View
    readings: tuple[Reading, ...]
    first: str
    unions: tuple[Call, ...]


def reconciliation_file(design: Design) -> str:
    """The source text of ``src/gold/reconciliation.py``."""
    proofs = tuple(_proof(design, fact) for fact in design.star.facts)
    windows = [reading.newest for proof in proofs for reading in proof.readings]
    first, *others = (f"{proof.function}()" for proof in proofs)
    return render(
        ReconciliationFile(
            imports=(FUNCTIONS,) * any(proof.headers for proof in proofs)
            + (WINDOW,) * any(windows),
            table=view(
                names.RECONCILIATION,
                "Rows and sums of each fact in silver and in gold, and the difference.",
                reconciliation_columns(),
            ),
            proofs=proofs,
            first=first,
            unions=union(map(Code, others)),
        )
    )


def key_check_file(design: Design, check: KeyCheck) -> str:
    """The source text of ``src/gold/key_check.py``."""
    readings = tuple(
        Reading(
            variable=f"keys_{number}",
            read=select(read_own(design, table), _key_counts(table, key)),
        )
        for number, (table, key) in enumerate(check.keys, start=1)
    )
    return render(
        KeyCheckFile(
            table=view(
                names.KEY_CHECK,
                "Rows and distinct keys of each dimension.",
                key_check_columns(),
            ),
            readings=readings,
            first=readings[0].variable,
            unions=union(Code(reading.variable) for reading in readings[1:]),
        )
    )


def _key_counts(table: str, key: str) -> tuple[str, ...]:
    return (
        f"{sql.string(table)} AS dimension",
        "count(*) AS row_count",
        f"count(DISTINCT {sql.name(key)}) AS key_count",
    )


def _proof(design: Design, fact: Fact) -> FactProof:
    metrics = _metrics(design, fact)
    own = silver_rows(design, design.entity(fact.entity), fact_aliases(fact).own)
    headers = list(header_join(design, fact)) if compares_header(fact) else []
    gold = tuple(f"{metric.gold} AS {metric.column}" for metric in metrics)
    return FactProof(
        function=f"compare_{snake_case(fact.name)}",
        says=f"Rows and sums of {fact.name} and of what it is made from.",
        readings=tuple(map(reading, [own, *(join.rows for join in headers)])),
        headers=_header_totals(own, headers[0], metrics) if headers else None,
        silver=Totals(Code(own.alias), _totals(metrics, SILVER)),
        gold=Totals(read_own(design, fact.name), gold),
        sides=_sides(SILVER, *([HEADERS] if headers else [])),
        label=f"{sql.string(fact.name)} AS fact",
        stacked=_stacked(metrics),
    )


def _metrics(design: Design, fact: Fact) -> list[Metric]:
    rows = fact_aliases(fact)
    found = [_row_count(), *_sums(design, fact, rows), *_unknown(design, fact, rows)]
    columns = unique_names(metric.column for metric in found)
    return [replace(metric, column=column) for metric, column in zip(found, columns, strict=True)]


def _header_totals(own: Rows, join: Join, metrics: Sequence[Metric]) -> Totals:
    """Only of headers that have lines: the others' amounts are in no row of the fact."""
    header = join.rows.alias
    with_lines = f"{header}.join({own.alias}, {expr(join.condition)!r}, 'left_semi')"
    return Totals(Code(with_lines), _totals(metrics, HEADERS))


def _totals(metrics: Sequence[Metric], side: str) -> tuple[str, ...]:
    return tuple(f"{m.silver} AS {m.column}" for m in metrics if m.side == side)


def _sides(*sides: str) -> tuple[Call, ...]:
    return tuple(Call("crossJoin", (Code(f"{side}.alias({side!r})"),)) for side in sides)


def _stacked(metrics: Sequence[Metric]) -> list[str]:
    triples = [f"    {sql.string(m.label)}, {m.side}.{m.column}, gold.{m.column}" for m in metrics]
    listed = ",\n".join(triples).split("\n")
    lines = ("stack(", f"    {len(metrics)},", *listed, ") AS (metric, silver, gold)")
    return list(fitted(lines, LINE_LENGTH - 12))


def _row_count() -> Metric:
    return Metric(
        label="rows",
        column="row_count",
        side=SILVER,
        silver=_exact("count(*)"),
        gold=_exact("count(*)"),
    )


def _sums(design: Design, fact: Fact, rows: Aliases) -> list[Metric]:
    measures = summed_measures(fact)
    uncounted = [_left_out(measure) for measure in measures if is_floating(measure.type)]
    return [*(_sum(design, fact, measure, rows) for measure in measures), *uncounted]


def _left_out(measure: Measure) -> Metric:
    """NaN, infinity and what is too large for a decimal are in no sum: there should be none."""
    name = sql.name(measure.name)
    return Metric(
        label=f"values of {measure.name} left out of its sum",
        column=f"left_out_of_{measure.name}",
        side=SILVER,
        silver=_exact("0"),
        gold=_exact(f"count_if({name} IS NOT NULL AND {_exact(name)} IS NULL)"),
    )


def _sum(design: Design, fact: Fact, measure: Measure, rows: Aliases) -> Metric:
    value, _ = source_value(design, fact, measure, rows)
    return Metric(
        label=f"sum of {measure.name}",
        column=f"sum_of_{measure.name}",
        side=HEADERS if measure.from_header else SILVER,
        silver=_total(value),
        gold=_total(sql.name(measure.name)),
    )


def _total(value: str) -> str:
    return f"coalesce(try_sum({_exact(value)}), 0)"


def _unknown(design: Design, fact: Fact, rows: Aliases) -> list[Metric]:
    """Rows without a key in the source should be all that refer to the unknown member."""
    return [
        Metric(
            label=f"rows on the unknown {link.key}",
            column=f"unknown_{link.key}",
            side=SILVER,
            silver=_exact(f"count_if({_lacks_key(design, link, rows)})"),
            gold=_exact(f"count_if({sql.name(link.key)} = {lookups.UNKNOWN_KEY})"),
        )
        for link in fact.links
        if not link.from_header
    ]


def _lacks_key(design: Design, link: DimensionLink, rows: Aliases) -> str:
    junk = design.star.dimension(link.dimension).junk
    missing = [f"{sql.column(rows.own, column)} IS NULL" for column in link.columns]
    return (" AND " if junk else " OR ").join(missing)


def _exact(value: str) -> str:
    return f"try_cast({value} AS {sql.type_name(EXACT)})"
