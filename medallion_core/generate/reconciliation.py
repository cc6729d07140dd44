"""Proof in the pipeline itself: what went into the star is what came out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

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
from medallion_core.generate.python import Call, Code
from medallion_core.generate.render import render
from medallion_core.model import Design, Dimension, DimensionLink, Fact, Measure
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
from medallion_core.text import sql


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """What is counted or summed on both sides; ``side`` is the silver row that holds it."""

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
    headers: Totals | None
    lines: Totals
    fact: Totals
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
                design,
                names.RECONCILIATION,
                "For each fact what went in, what came out, and the difference.",
                reconciliation_columns(),
            ),
            proofs=proofs,
            first=first,
            unions=union(map(Code, others)),
        )
    )


def key_check_file(design: Design) -> str:
    """The source text of ``src/gold/key_check.py``."""
    readings = tuple(
        Reading(
            variable=f"keys_{number}",
            read=select(read_own(design, dimension.name), _key_counts(dimension)),
        )
        for number, dimension in enumerate(design.star.dimensions, start=1)
    )
    return render(
        KeyCheckFile(
            table=view(
                design,
                names.KEY_CHECK,
                "For each dimension its rows and its distinct surrogate keys.",
                key_check_columns(),
            ),
            readings=readings,
            first=readings[0].variable,
            unions=union(Code(reading.variable) for reading in readings[1:]),
        )
    )


def _key_counts(dimension: Dimension) -> tuple[str, ...]:
    return (
        f"{sql.string(dimension.name)} AS dimension",
        "count(*) AS row_count",
        f"count(DISTINCT {sql.name(dimension.surrogate_key)}) AS key_count",
    )


def _proof(design: Design, fact: Fact) -> FactProof:
    metrics = (*_rows(), *_sums(design, fact), *_unknown(design, fact))
    line = silver_rows(design, design.entity(fact.entity), LINE)
    header = _header(design, fact) if compares_header(fact) else None
    return FactProof(
        function=f"compare_{names.function_name(fact.name)}",
        says=f"Rows and sums of {fact.name} and of what it is made from.",
        readings=tuple(reading(rows) for rows in (line, header) if rows),
        headers=_header_totals(design, fact, metrics) if header else None,
        lines=Totals(Code(line.variable), _silver_totals(metrics, LINE)),
        fact=Totals(read_own(design, fact.name), tuple(f"{m.gold} AS {m.column}" for m in metrics)),
        sides=_sides(LINE, *([HEADER] if header else [])),
        label=f"{sql.string(fact.name)} AS fact",
        stacked=_stacked(metrics),
    )


def _header_totals(design: Design, fact: Fact, metrics: Sequence[Metric]) -> Totals:
    """Only of headers that have lines: the others' amounts are in no row of the fact."""
    with_lines = f"header.join(line, F.expr({_has_lines(design, fact)!r}), 'left_semi')"
    return Totals(Code(with_lines), _silver_totals(metrics, HEADER))


def _silver_totals(metrics: Sequence[Metric], side: str) -> tuple[str, ...]:
    return tuple(f"{m.silver} AS {m.column}" for m in metrics if m.side == side)


def _sides(*sides: str) -> tuple[Call, ...]:
    return tuple(Call("crossJoin", (Code(f"{side}s.alias({side!r})"),)) for side in sides)


def _stacked(metrics: Sequence[Metric]) -> list[str]:
    triples = [f"    {sql.string(m.label)}, {m.side}.{m.column}, fact.{m.column}" for m in metrics]
    listed = ",\n".join(triples).split("\n")
    return ["stack(", f"    {len(metrics)},", *listed, ") AS (metric, silver, gold)"]


def _rows() -> tuple[Metric, ...]:
    return (
        Metric(
            label="rows",
            column="row_count",
            side=LINE,
            silver=_exact("count(*)"),
            gold=_exact("count(*)"),
        ),
    )


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
