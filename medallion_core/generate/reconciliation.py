"""Proof in the pipeline itself: what went into the star is what came out of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from medallion_core.generate.python import Call, Code, expr, sql_literal
from medallion_core.generate.render import render
from medallion_core.model import Design, DimensionLink, Fact, Measure
from medallion_core.tables import lookups, names
from medallion_core.tables.aliases import Aliases, fact_aliases
from medallion_core.tables.facts import header_join
from medallion_core.tables.measures import EXACT, source_value
from medallion_core.tables.proofs import (
    HEADERLESS,
    ON_INFERRED,
    Reference,
    compares_header,
    holds_header,
    inferred,
    reconciliation_columns,
    references,
    summed_measures,
)
from medallion_core.tables.reads import Join, Rows, silver_rows
from medallion_core.text import sql
from medallion_core.text.identifiers import snake_case
from medallion_core.text.types import digits, is_floating

HEADERS = "headers"
"""What the rows of a fact's headers are called."""

RECONCILES = "Rows and sums of each fact in silver and in gold, and keys that lead nowhere."

_INDENT = 24
"""Where the SQL of a metric begins."""


@dataclass(frozen=True, slots=True)
class Amount:
    """What the rows of one side add up to: SQL of it, or of the value that is summed."""

    value: str
    is_sum: bool = False

    @property
    def code(self) -> Code:
        """Python for the SQL."""
        literal = sql_literal(self.value, _INDENT)
        return Code(f"total({literal})" if self.is_sum else literal)

    @property
    def statement(self) -> str:
        """An exact sum is 0 of no value, NULL where it has too many digits."""
        exact = f"try_cast({self.value} AS {sql.type_name(EXACT)})"
        return f"IF(count({exact}) = 0, 0, try_sum({exact}))" if self.is_sum else self.value


_NONE = Amount("0")
"""The silver side of what there should be none of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """What is counted or summed on both sides. ``of_header`` reads silver's from the headers
    instead of the fact's own rows."""

    label: str
    silver: Amount
    gold: Amount
    of_header: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows of silver, by their variable, and what is compared with the fact's."""

    silver: str
    metrics: tuple[Metric, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactProof:
    """How one fact is compared with its lines, then its headers; last, its lines without one."""

    function: str
    says: str
    fact: str
    readings: tuple[Reading, ...]
    headers: Code | None
    gold: Code
    first: Comparison
    others: tuple[Comparison, ...]
    unmatched: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class KnownKeys:
    """A table that keys refer to, and the code that reads its own keys."""

    table: str
    keys: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationFile:
    """All facts, each compared with what it is made from."""

    template: ClassVar = "src/gold/reconciliation.py"
    imports: tuple[str, ...]
    table: View
    proofs: tuple[FactProof, ...]
    known: tuple[KnownKeys, ...]
    counts_unmatched: bool
    first: Code
    unions: tuple[Call, ...]


def reconciliation_file(design: Design) -> str:
    """The source text of ``src/gold/reconciliation.py``."""
    proofs = tuple(_proof(design, fact) for fact in design.star.facts)
    windows = [reading.newest for proof in proofs for reading in proof.readings]
    held = tuple(references(design))
    first, *others = (Code(f"{proof.function}()") for proof in proofs)
    return render(
        ReconciliationFile(
            imports=(FUNCTIONS, *((WINDOW,) * any(windows))),
            table=view(names.RECONCILIATION, RECONCILES, reconciliation_columns()),
            proofs=proofs,
            known=tuple(_known(design, held)),
            counts_unmatched=any(inferred(design)) or any(proof.unmatched for proof in proofs),
            first=first,
            unions=union([*others, *_orphans(design, held), *_inferred(design)]),
        )
    )


def _proof(design: Design, fact: Fact) -> FactProof:
    rows = fact_aliases(fact)
    own = silver_rows(design, design.entity(fact.entity), rows.own)
    headers = list(header_join(design, fact))
    lines, of_headers = fact_metrics(design, fact)
    return FactProof(
        function=f"compare_{snake_case(fact.name)}",
        says=f"Rows and sums of {fact.name} and of what it is made from.",
        fact=fact.name,
        readings=tuple(map(reading, [own, *(join.rows for join in headers)])),
        headers=_with_lines(own, headers[0]) if compares_header(fact) else None,
        gold=read_own(design, fact.name),
        first=Comparison(own.alias, lines),
        others=(Comparison(HEADERS, of_headers),) if of_headers else (),
        unmatched=tuple(_headerless(fact, own, join) for join in headers),
    )


def fact_metrics(design: Design, fact: Fact) -> list[tuple[Metric, ...]]:
    """Those of the fact's own rows, and those of its headers."""
    rows = fact_aliases(fact)
    found = [_row_count(), *_sums(design, fact, rows), *_unknown(design, fact, rows)]
    return [tuple(m for m in found if m.of_header is of_header) for of_header in (False, True)]


def _known(design: Design, held: Iterable[Reference]) -> Iterator[KnownKeys]:
    for parent, key in dict.fromkeys((each.parent, each.parent_key) for each in held):
        own_key = (f"{sql.name(key)} AS known",)
        yield KnownKeys(parent, select(read_own(design, parent), own_key))


def _orphans(design: Design, held: Iterable[Reference]) -> Iterator[Code]:
    """Table by table, so that each is read once for all of its keys."""
    tables: dict[str, dict[str, str]] = {}
    for each in held:
        tables.setdefault(each.table, {})[sql.name(each.key)] = each.parent
    for table, keys in tables.items():
        yield Code(f"orphans({table!r}, {read_own(design, table)!r}, known, {keys!r})")


def _inferred(design: Design) -> Iterator[Code]:
    for each in inferred(design):
        yield _unmatched(each.dimension, ON_INFERRED, read_own(design, each.table), each.rows)


def _with_lines(own: Rows, join: Join) -> Code:
    """Only headers that have lines: the others' amounts are in no row of the fact."""
    return Code(f"{join.rows.alias}.join({own.alias}, {expr(join.condition)!r}, 'left_semi')")


def _headerless(fact: Fact, own: Rows, join: Join) -> Code:
    """A pass of its own: a header that is there twice must not make up for a line."""
    lines = f"{own.alias}.join({join.rows.alias}, {expr(join.condition)!r}, 'left_anti')"
    count = f"count_if({holds_header(fact, own.alias)})"
    return _unmatched(fact.name, HEADERLESS, Code(lines), count)


def _unmatched(table: str, metric: str, rows: Code, count: str) -> Code:
    return Code(f"unmatched({table!r}, {metric!r}, {rows!r}, {count!r})")


def _row_count() -> Metric:
    return Metric(label="rows", silver=_counted("*"), gold=_counted("*"))


def _sums(design: Design, fact: Fact, rows: Aliases) -> list[Metric]:
    measures = summed_measures(fact)
    uncounted = [_left_out(measure) for measure in measures if _may_be_left_out(measure.type)]
    return [*(_sum(design, fact, measure, rows) for measure in measures), *uncounted]


def _may_be_left_out(type_: str) -> bool:
    """A sum takes so many digits in front of the point as ``EXACT`` has, and no more."""
    fits, behind = digits(EXACT)
    precision, scale = digits(type_)
    return is_floating(type_) or precision - scale > fits - behind


def _left_out(measure: Measure) -> Metric:
    """NaN, infinity and what is too large for a decimal are in no sum: there should be none."""
    name, exact = sql.name(measure.name), sql.type_name(EXACT)
    left_out = f"{name} IS NOT NULL AND try_cast({name} AS {exact}) IS NULL"
    label = f"values of {measure.name} left out of its sum"
    return Metric(label=label, silver=_NONE, gold=_counted_if(left_out))


def _sum(design: Design, fact: Fact, measure: Measure, rows: Aliases) -> Metric:
    value, _ = source_value(design, fact, measure, rows)
    return Metric(
        label=f"sum of {measure.name}",
        silver=_total(value),
        gold=_total(sql.name(measure.name)),
        of_header=measure.from_header,
    )


def _unknown(design: Design, fact: Fact, rows: Aliases) -> list[Metric]:
    """Rows without a key in the source should be all that refer to the unknown member."""
    return [
        Metric(
            label=f"rows on the unknown {link.key}",
            silver=_counted_if(_lacks_key(design, link, rows)),
            gold=_counted_if(f"{sql.name(link.key)} = {lookups.UNKNOWN_KEY}"),
        )
        for link in fact.links
        if not link.from_header
    ]


def _lacks_key(design: Design, link: DimensionLink, rows: Aliases) -> str:
    junk = design.star.dimension(link.dimension).junk
    missing = [f"{sql.column(rows.own, column)} IS NULL" for column in link.columns]
    return (" AND " if junk else " OR ").join(missing)


def _total(value: str) -> Amount:
    return Amount(value, is_sum=True)


def _counted(rows: str) -> Amount:
    return Amount(f"count({rows})")


def _counted_if(condition: str) -> Amount:
    return Amount(f"count_if({condition})")
