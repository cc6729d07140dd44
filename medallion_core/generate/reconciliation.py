"""Proof in the pipeline itself: what went into the star is what came out of it."""

from __future__ import annotations

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
from medallion_core.generate.python import Call, Code, expr
from medallion_core.generate.render import render
from medallion_core.model import Design, DimensionLink, Fact, Measure
from medallion_core.tables import lookups, names
from medallion_core.tables.aliases import Aliases, fact_aliases
from medallion_core.tables.facts import header_join
from medallion_core.tables.measures import EXACT, source_value
from medallion_core.tables.proofs import (
    KeyCheck,
    Reference,
    compares_header,
    key_check_columns,
    reconciliation_columns,
    references,
    summed_measures,
)
from medallion_core.tables.reads import Join, Rows, silver_rows
from medallion_core.text import sql
from medallion_core.text.identifiers import snake_case
from medallion_core.text.types import is_floating

HEADERS, GOLD = "headers", "gold"
"""What the rows of a fact's headers and of the fact itself are called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """What is counted or summed on both sides: SQL for what one row adds to it, empty on the silver
    side for what there should be none of. ``of_header`` reads that side from the headers instead
    of the fact's own rows."""

    label: str
    silver: str
    gold: str
    of_header: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FactProof:
    """How one fact is compared with its silver tables: amounts of either side, row by row."""

    function: str
    says: str
    readings: tuple[Reading, ...]
    headers: Code | None
    gold: Code
    first: Code
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationFile:
    """All facts, each compared with what it is made from."""

    template: ClassVar = "src/gold/reconciliation.py"
    imports: tuple[str, ...]
    table: View
    orphans: bool
    proofs: tuple[FactProof, ...]
    first: str
    unions: tuple[Call, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCheckFile:
    """The keys of all dimensions, counted."""

    template: ClassVar = "src/gold/key_check.py"
    table: View
    first: Code
    unions: tuple[Call, ...]


def reconciliation_file(design: Design) -> str:
    """The source text of ``src/gold/reconciliation.py``."""
    proofs = tuple(_proof(design, fact) for fact in design.star.facts)
    windows = [reading.newest for proof in proofs for reading in proof.readings]
    first, *others = (f"{proof.function}()" for proof in proofs)
    orphans = [_orphans(design, each) for each in references(design)]
    return render(
        ReconciliationFile(
            imports=(FUNCTIONS, *((WINDOW,) * any(windows))),
            table=view(
                names.RECONCILIATION,
                "Rows and sums of each fact in silver and in gold, and keys that lead nowhere.",
                reconciliation_columns(),
            ),
            orphans=bool(orphans),
            proofs=proofs,
            first=first,
            unions=union((*map(Code, others), *orphans)),
        )
    )


def key_check_file(design: Design, check: KeyCheck) -> str:
    """The source text of ``src/gold/key_check.py``."""
    first, *others = (select(read_own(design, t), _held_key(t, key)) for t, key in check.keys)
    comment = "Keys of dimensions that more than one row has: none, or the update fails."
    return render(
        KeyCheckFile(
            table=view(names.KEY_CHECK, comment, key_check_columns()),
            first=first,
            unions=union(others),
        )
    )


def _held_key(table: str, key: str) -> tuple[str, ...]:
    return f"{sql.string(table)} AS dimension", f"CAST({sql.name(key)} AS BIGINT) AS shared_key"


def _proof(design: Design, fact: Fact) -> FactProof:
    rows = fact_aliases(fact)
    own = silver_rows(design, design.entity(fact.entity), rows.own)
    headers = list(header_join(design, fact)) if compares_header(fact) else []
    metrics = [_row_count(), *_sums(design, fact, rows), *_unknown(design, fact, rows)]
    first, *others = (*(_silver(own, m) for m in metrics if m.silver), *map(_gold, metrics))
    return FactProof(
        function=f"compare_{snake_case(fact.name)}",
        says=f"Rows and sums of {fact.name} and of what it is made from.",
        readings=tuple(map(reading, [own, *(join.rows for join in headers)])),
        headers=_with_lines(own, headers[0]) if headers else None,
        gold=read_own(design, fact.name),
        first=first,
        calls=(*union(others), Call("selectExpr", (f"{sql.string(fact.name)} AS fact", "*"))),
    )


def _orphans(design: Design, found: Reference) -> Code:
    arguments = (
        sql.string(found.table),
        sql.string(f"rows whose {found.key} is not in {found.parent}"),
        read_own(design, found.table),
        sql.name(found.key),
        read_own(design, found.parent),
        sql.name(found.parent_key),
    )
    return Code(f"orphans({', '.join(map(repr, arguments))})")


def _silver(own: Rows, metric: Metric) -> Code:
    rows = HEADERS if metric.of_header else own.alias
    return Code(f"amounts({rows}, {sql.string(metric.label)!r}, silver={metric.silver!r})")


def _gold(metric: Metric) -> Code:
    return Code(f"amounts({GOLD}, {sql.string(metric.label)!r}, gold={metric.gold!r})")


def _with_lines(own: Rows, join: Join) -> Code:
    """Only headers that have lines: the others' amounts are in no row of the fact."""
    return Code(f"{join.rows.alias}.join({own.alias}, {expr(join.condition)!r}, 'left_semi')")


def _row_count() -> Metric:
    return Metric(label="rows", silver="1", gold="1")


def _sums(design: Design, fact: Fact, rows: Aliases) -> list[Metric]:
    measures = summed_measures(fact)
    uncounted = [_left_out(measure) for measure in measures if is_floating(measure.type)]
    return [*(_sum(design, fact, measure, rows) for measure in measures), *uncounted]


def _left_out(measure: Measure) -> Metric:
    """NaN, infinity and what is too large for a decimal are in no sum: there should be none."""
    name, exact = sql.name(measure.name), sql.type_name(EXACT)
    return Metric(
        label=f"values of {measure.name} left out of its sum",
        silver="",
        gold=f"IF({name} IS NOT NULL AND try_cast({name} AS {exact}) IS NULL, 1, 0)",
    )


def _sum(design: Design, fact: Fact, measure: Measure, rows: Aliases) -> Metric:
    value, _ = source_value(design, fact, measure, rows)
    return Metric(
        label=f"sum of {measure.name}",
        silver=value,
        gold=sql.name(measure.name),
        of_header=measure.from_header,
    )


def _unknown(design: Design, fact: Fact, rows: Aliases) -> list[Metric]:
    """Rows without a key in the source should be all that refer to the unknown member."""
    return [
        Metric(
            label=f"rows on the unknown {link.key}",
            silver=f"IF({_lacks_key(design, link, rows)}, 1, 0)",
            gold=f"IF({sql.name(link.key)} = {lookups.UNKNOWN_KEY}, 1, 0)",
        )
        for link in fact.links
        if not link.from_header
    ]


def _lacks_key(design: Design, link: DimensionLink, rows: Aliases) -> str:
    junk = design.star.dimension(link.dimension).junk
    missing = [f"{sql.column(rows.own, column)} IS NULL" for column in link.columns]
    return (" AND " if junk else " OR ").join(missing)
