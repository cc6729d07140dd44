"""Numbers that stand for none: -1, -999, 99999999 among amounts. They are summed like any other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from medallion_core.model import (
    Aggregation,
    Answer,
    Design,
    Fact,
    Level,
    Measure,
    Question,
    Rule,
    RuleAction,
    ValueCount,
)
from medallion_core.propose.fields import Field
from medallion_core.propose.measures import summed_column
from medallion_core.propose.sums import sum_answers
from medallion_core.propose.tables import Table
from medallion_core.text.identifiers import quote_identifier

FEWEST_TIMES = 3
"""Rows that must have the number before it is more than a value."""

FEWEST_NINES = 3
"""Nines of a number that is above all others; below zero, where no other is, one is enough."""

FAR = 2.0
"""How many times the greatest other value that is known it must be."""


def with_stand_ins(design: Design, tables: Sequence[Table]) -> Design:
    """``design``, whose entities are ``tables`` in order, with a question for each measure that
    has numbers which look like none."""
    views = dict(zip((entity.name for entity in design.entities), tables, strict=True))
    asked = [q for fact in design.star.facts for q in _questions(fact, design, views[fact.entity])]
    return replace(design, questions=(*design.questions, *asked))


def _questions(fact: Fact, design: Design, table: Table) -> Iterator[Question]:
    fields = {c.name: table.fields[c.source] for c in design.entity(fact.entity).columns}
    for measure in fact.measures:
        column = summed_column(measure, fields)
        if measure.from_header or not column:
            continue
        adds = measure.aggregation is not Aggregation.NONE
        for number, rows in _stand_ins(fields[column]):
            yield Question(
                Level.WARNING,
                fact.entity,
                f"{measure.name} is {number} in {rows:,} of {table.rows_in_words}, and no other "
                f"value that is known is {_where(number, fields[column])}. If it stands for none, "
                "sums and averages are wrong by it.",
                "Make it NULL in a view over the source, or add a rule that sets such rows aside.",
                table=fact.entity,
                answers=(
                    *(_sums(fact, measure, number, rows) if adds else ()),
                    _set_aside(column, number, rows),
                ),
            )


def _sums(fact: Fact, measure: Measure, number: int, rows: int) -> tuple[Answer, ...]:
    told = f"Today's rows with it make a sum differ by {number * rows:,}."
    return sum_answers(fact, [measure.name], told)


def _where(number: int, field: Field) -> str:
    """Where the others do not lie."""
    others = [float(str(v.value)) for v in _frequent(field) if _reads(v.value)]
    is_alone = number < 0 and min(other for other in others if other != number) >= 0
    return "below zero" if is_alone else "half as much"


def _frequent(field: Field) -> Sequence[ValueCount]:
    return field.profile.frequent if field.profile else ()


def _set_aside(column: str, number: int, rows: int) -> Answer:
    written = f"minus_{-number}" if number < 0 else f"{number}"
    name = quote_identifier(column)
    return Answer(
        "Set such rows aside",
        f"Rows with it, {rows:,} of today's, go to quarantine as a whole, and no fact has them.",
        rule=Rule(
            f"{column}_is_not_{written}",
            f"{name} IS NULL OR {name} <> {number}",
            RuleAction.QUARANTINE,
            "It stands for none.",
        ),
    )


def _stand_ins(field: Field) -> Iterator[tuple[int, int]]:
    """Numbers with their rows."""
    if field.span is None or not field.kind.is_number or field.profile is None:
        return
    counts = {float(str(v.value)): v.count for v in field.profile.frequent if _reads(v.value)}
    for number, rows in counts.items():
        others = {*counts, *field.span} - {number}
        if rows >= FEWEST_TIMES and number in field.span and others and _is_far(number, others):
            yield int(number), rows


def _is_far(number: float, others: set[float]) -> bool:
    """Whether a number of nines, or -1, lies alone."""
    digits = f"{abs(number):.0f}"
    if not number.is_integer() or (set(digits) != {"9"} and number != -1):
        return False
    # A second number that stands for none may be at the other end.
    rest = {other for other in others if set(f"{abs(other):.0f}") != {"9"}} or others
    if number < 0 and min(rest) >= 0:
        return True
    far = abs(number) >= FAR * max(map(abs, rest))
    return len(digits) >= FEWEST_NINES and far and (number < 0 or min(rest) >= 0)


def _reads(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return True
