"""Numbers that another column of their row says what they are of: a currency, a unit, a measured
thing, or which way they go. A sum over all rows adds up what does not belong together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from medallion_core.model import Design, Fact, Level, Measure, Question
from medallion_core.propose.fields import Field
from medallion_core.propose.measures import is_money, is_sum, not_summed, says_quantity
from medallion_core.propose.names import words
from medallion_core.propose.sums import sum_answers
from medallion_core.propose.tables import Table
from medallion_core.propose.vocabulary import vocabulary
from medallion_core.text.identifiers import snake_case

MOST_KINDS = 60
"""Values; a column with more names things, and no units."""

NAMED = 5
"""Values that a question names."""


class _Says(Enum):
    """What a column says of the numbers beside it; the value is what is told of their sum."""

    THINGS = "What is of several things is not summed"
    WAYS = "No amount is below zero, so that a sum adds both ways up"
    CURRENCIES = "A sum is of one currency only where its rows are"
    UNITS = "A sum is in one unit only where its rows are"


_NAMED_AS = {
    _Says.THINGS: vocabulary(
        "metric indicator variable parameter measurement kpi characteristic analyte"
    ),
    _Says.WAYS: frozenset[str](),
    _Says.CURRENCIES: vocabulary(
        "currency currencies curr ccy waers waehrung devise moneda valuta"
    ),
    _Says.UNITS: vocabulary("uom unit units meins einheit unidad measureunit unitofmeasure"),
}
"""Words of such columns; ways are told by their values."""

_OF_ANY = vocabulary("value reading result measurement obs observation val amount")
"""Words of numbers that may be of anything."""

_WAYS = frozenset(
    frozenset(pair.split())
    for pair in (
        "in out", "i o", "debit credit", "d c", "dr cr", "s h", "soll haben", "+ -", "deposit "
        "withdrawal", "buy sell", "b s", "inflow outflow", "inbound outbound", "receipt issue",
        "charge refund", "sale return", "income expense", "credit charge",
    )
)  # fmt: skip
"""Pairs of words that say which way an amount goes; both must be there."""


def with_mixed(design: Design, tables: Sequence[Table]) -> Design:
    """``design``, whose entities are ``tables`` in order, with what its facts' sums mix up told.
    Numbers of several things are summed no more."""
    views = dict(zip((entity.name for entity in design.entities), tables, strict=True))
    found = [mixture for fact in design.star.facts for mixture in _mixtures(fact, views)]
    for mixture in found:
        if mixture.says is _Says.THINGS:
            fact = design.star.fact(mixture.fact.name)
            design = design.with_fact(not_summed(fact, mixture.names))
    return replace(design, questions=(*design.questions, *map(_question, found)))


@dataclass(frozen=True, slots=True)
class _Mixture:
    """Sums of ``fact`` whose numbers ``field`` says what they are of, as ``says`` tells."""

    fact: Fact
    names: tuple[str, ...]
    field: Field
    says: _Says


def _mixtures(fact: Fact, views: Mapping[str, Table]) -> Iterator[_Mixture]:
    """Each sum once, by the first column that tells it."""
    left = [m for m in fact.measures if is_sum(m) and not m.from_header]
    entities = dict.fromkeys((fact.entity, fact.header.entity if fact.header else fact.entity))
    own = {measure.name for measure in fact.measures}  # A number says nothing of another.
    every = [field for name in entities for field in views[name].fields.values()]
    fields = [field for field in every if snake_case(field.name) not in own]
    for says in _Says:
        for field in fields:
            if not _tells(field, says):
                continue
            mixed = [m for m in left if _is_mixed(m, says, views[fact.entity])]
            if says is not _Says.WAYS:
                left = [m for m in left if m not in mixed]
            if mixed:
                yield _Mixture(fact, tuple(m.name for m in mixed), field, says)


def _tells(field: Field, says: _Says) -> bool:
    if not (field.is_text or field.marker) or not 2 <= field.distinct <= MOST_KINDS:
        return False
    if says is _Says.WAYS:
        return {kind.lower() for kind in _kinds(field)} in _WAYS
    return not frozenset(field.words).isdisjoint(_NAMED_AS[says])


def _kinds(field: Field) -> list[str]:
    frequent = field.profile.frequent if field.profile else ()
    return sorted({str(value.value).strip() for value in frequent} - {""})


def _is_mixed(measure: Measure, says: _Says, table: Table) -> bool:
    parts = words(measure.name)
    of_any, money = not _OF_ANY.isdisjoint(parts), is_money(parts)
    if says is _Says.WAYS:
        own = (f.span for f in table.fields.values() if snake_case(f.name) == measure.name)
        return (money or not measure.unit) and not any(span and span[0] < 0 for span in own)
    if says is _Says.CURRENCIES:
        return money or (of_any and not measure.unit)
    if says is _Says.UNITS:
        return not money and (of_any or says_quantity(parts))
    return of_any


def _question(mixture: _Mixture) -> Question:
    kinds = _kinds(mixture.field)
    more = mixture.field.distinct - NAMED
    listed = ", ".join(kinds[:NAMED]) + (f" and {more} more" if more > 0 else "")
    names = " and ".join(mixture.names)
    is_ = "are" if len(mixture.names) > 1 else "is"
    return Question(
        Level.WARNING,
        mixture.fact.entity,
        f"{mixture.field.name} says what {names} of {mixture.fact.name} {is_} of: {listed}. "
        f"{mixture.says.value}.",
        "Group or filter by it, or bring the numbers into one in a view over the source.",
        table=mixture.fact.entity,
        answers=sum_answers(
            mixture.fact,
            mixture.names,
            f"{listed} are one in a sum over all rows: group or filter by {mixture.field.name}.",
        ),
    )
