"""Measures whose values, not whose names, say how they add up: shares, ratings, codes, periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from medallion_core.model import Aggregation, Design, Fact, Measure, Scalar
from medallion_core.propose.amount_words import names_things
from medallion_core.propose.fields import Field
from medallion_core.propose.kinds import Kind
from medallion_core.propose.measures import (
    finite,
    is_flow,
    is_money,
    is_sum,
    lasts,
    may_be_rating,
    may_be_ratio,
    ratio,
    says_quantity,
)
from medallion_core.propose.tables import Table
from medallion_core.propose.vocabulary import vocabulary
from medallion_core.text.identifiers import quote_identifier
from medallion_core.text.types import is_floating

FEWEST_PERIODS = 3
"""Different numbers that must all read as months, weeks or years."""

FEWEST_DAYS = 8
"""Different numbers that must all read as a year and a day of it."""

FEWEST_SHARES = 10
"""Different fractions that must all lie between 0 and 1 before they are shares."""

FEWEST_NUMBERED = 20
"""Rows that must be numbered through before the numbers are no quantity."""

CODE_DIGITS = 9
"""Digits from which whole numbers that all have as many are codes."""

MOST_ANSWERS, ROWS_EACH = 10, 10
"""Different whole numbers, and the rows of each, up to which they may be answers."""

HIGHEST_RATING = 10

_KINDS_OF_VALUES = vocabulary(
    "attribute property parameter characteristic metric indicator measure criterion criteria field "
    "setting option feature variable source"
)
"""Words of columns that say what a value is of."""


def with_quantities(design: Design, tables: Sequence[Table]) -> tuple[Fact, ...]:
    """The facts of ``design``, whose entities are ``tables`` in order: what the values show to be
    no quantity is not summed."""
    fields = {
        entity.name: {quote_identifier(c.name): table.fields[c.source] for c in entity.columns}
        for entity, table in zip(design.entities, tables, strict=True)
    }
    return tuple(
        replace(fact, measures=tuple(_fitting(m, fields[fact.entity]) for m in fact.measures))
        for fact in design.star.facts
    )


def _fitting(measure: Measure, fields: Mapping[str, Field]) -> Measure:
    field = fields.get(measure.expression)
    if field is None:
        return measure
    if is_sum(measure) and _is_value_of_kinds(field, fields.values()):
        measure = replace(measure, aggregation=Aggregation.NONE, unit="")
    return _finite(_judged(measure, field), field)


def _is_value_of_kinds(field: Field, others: Iterable[Field]) -> bool:
    """The value of whichever attribute the row is about: heights and weights are one column. Also
    how the source wrote what another column refers to (``drug_source_value``)."""
    if field.words[-1] != "value":
        return False
    if not _KINDS_OF_VALUES.isdisjoint(field.words[:-1]):
        return True
    named = (other.subject for other in others if other.marker and other.subject)
    return len(field.words) == 1 and any(subject[-1] in _KINDS_OF_VALUES for subject in named)


def _finite(measure: Measure, field: Field) -> Measure:
    """NaN and infinity make a sum of them: they stay in silver, where a rule counts them."""
    if not field.may_be_infinite or not is_floating(measure.type):
        return measure
    return replace(measure, expression=finite(measure.expression))


def _judged(measure: Measure, field: Field) -> Measure:
    if measure.aggregation is not Aggregation.SUM:
        return measure
    if _is_share(field):
        return ratio(measure)
    if _is_rating(field):
        return replace(measure, aggregation=Aggregation.AVERAGE)
    if says_quantity(field.words) or is_money(field.words):
        return measure
    known = (
        field.is_code or _are_answers(field) or (field.is_constant and field.kind is Kind.INTEGER)
    )
    named = known or _are_periods(field) or _are_codes(field) or _are_numbered(field)
    return replace(measure, aggregation=Aggregation.NONE, unit="") if named else measure


def _is_share(field: Field) -> bool:
    if field.span is None or field.is_whole:
        return False
    least, most = field.span
    if least < 0 or most > 1:
        return False
    many = field.distinct >= FEWEST_SHARES and not says_quantity(field.words)
    return many or may_be_ratio(field.words)


def _is_rating(field: Field) -> bool:
    if field.span is None or not may_be_rating(field.words):
        return False
    return field.span[0] >= 0 and field.span[1] <= HIGHEST_RATING


def _are_answers(field: Field) -> bool:
    """A few whole numbers again and again, of a name that counts nothing: codes, classes, what was
    ticked. Of none and one, the sum is how often it was one."""
    if field.span is None or not field.is_whole or field.span in ((0, 1), (1, 1), (0, 0)):
        return False
    few = field.distinct <= MOST_ANSWERS and field.row_count >= ROWS_EACH * field.distinct
    counts = is_flow(field.words) or names_things(field.words) or lasts(field.words)
    return few and not counts


def _are_periods(field: Field) -> bool:
    """Numbers of which all that is known are months, weeks (``202401``) or years."""
    known = _known_digits(field)
    if field.distinct < FEWEST_PERIODS or not known:
        return False
    if len(set(known)) >= FEWEST_DAYS and all(map(_is_day_of_year, known)):
        return True
    return all(map(_is_month_or_week, known)) or all(map(_is_year, known))


def _is_month_or_week(digits: str) -> bool:
    return len(digits) == 6 and _is_year(digits[:4]) and "01" <= digits[4:] <= "53"


def _is_day_of_year(digits: str) -> bool:
    """A year and one of its 366 days: ``2024031``, or ``124031`` with the years since 1900."""
    year, day = digits[:-3], digits[-3:]
    return "001" <= day <= "366" and (_is_year(year) or (len(year) == 3 and year[0] in "01"))


def _is_year(digits: str) -> bool:
    return len(digits) == 4 and "1900" <= digits <= "2100"


def _are_codes(field: Field) -> bool:
    """Long whole numbers that are all equally long: numbers of phones, books, accounts, moments."""
    lengths = {len(digits) for digits in _known_digits(field)}
    return len(lengths) == 1 and lengths.pop() >= CODE_DIGITS


def _are_numbered(field: Field) -> bool:
    """Whole numbers of which each row has one of its own, with hardly a gap."""
    if field.row_count < FEWEST_NUMBERED or not field.may_be_unique or not _known_digits(field):
        return False
    return field.span is not None and field.span[1] - field.span[0] < 2 * field.all_rows


def _known_digits(field: Field) -> list[str]:
    """What is known of the values, if all of it is whole and not negative; else nothing."""
    profile = field.profile
    if profile is None:
        return []
    known = [profile.minimum, profile.maximum, *(value.value for value in profile.frequent)]
    digits = [_digits(value) for value in known if value is not None]
    return digits if all(digits) else []


def _digits(value: Scalar) -> str:
    """The digits of a whole number; empty for any other value."""
    if isinstance(value, float | Decimal) and value == int(value):
        value = int(value)
    text = str(value).strip()
    return text if text.isdecimal() else ""
