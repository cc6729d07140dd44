"""Rules for the rows of silver, each with the reason why it is proposed.

What is proposed warns; only a row without its key is set aside, because nothing can find it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from medallion_core.model import (
    ColumnProfile,
    EntityColumn,
    Rule,
    RuleAction,
)
from medallion_core.propose.fields import Field
from medallion_core.propose.kinds import Kind
from medallion_core.propose.tables import Table
from medallion_core.propose.totals import total_rules
from medallion_core.propose.vocabulary import vocabulary
from medallion_core.tables.sources import kind_of
from medallion_core.text.date_patterns import YEARS_AHEAD, has_two_digit_year
from medallion_core.text.identifiers import quote_identifier, quote_literal, shorten
from medallion_core.text.patterns import PATTERNS

SET_SIZE = 12
"""Values; a column with more is not held to a set."""

SET_SUPPORT = 20
"""Rows per value that a set needs before it is taken for complete."""

SLACK = 0.5
"""A range is widened by this share of its width at either end."""

PATTERN_SHARE = 0.95
"""Share of the values that must match a pattern before the others are told of."""

_TELLING = ("email", "uuid", "url", "phone", "iban", "ip_address")
_LOOSE = ("postal_code", "iso_code_2", "iso_code_3")
"""Patterns of short codes, which say less than a set of values does."""

_LIKENESS = {
    "email": "an email address",
    "uuid": "a UUID",
    "url": "a URL",
    "phone": "a phone number",
    "iban": "an IBAN",
    "ip_address": "an IP address",
    "postal_code": "a postal code",
    "iso_code_2": "a code of two letters",
    "iso_code_3": "a code of three letters",
}

_PAST = vocabulary(
    "birth birthdate dob created updated modified registered hired hire ordered order sold paid "
    "shipped delivered invoice transaction"
)
_SPANS = (
    ("start", "end"), ("begin", "end"), ("from", "to"), ("from", "until"), ("since", "until"),
    ("hire", "end"), ("open", "close"), ("opened", "closed"), ("checkin", "checkout"),
    ("created", "updated"), ("created", "closed"), ("order", "ship"), ("ordered", "shipped"),
    ("order", "shipped"), ("order", "delivered"), ("ship", "delivery"),
    ("arrival", "departure"),
    ("pickup", "dropoff"), ("valid", "expiry"), ("effective", "expiration"),
)  # fmt: skip


def propose_rules(
    table: Table,
    columns: Sequence[EntityColumn],
    key: Collection[str],
    references: Collection[str],
    today: date,
) -> tuple[Rule, ...]:
    """``key`` and ``references`` are source names; conditions are SQL over silver columns."""
    rules = [*_key_rules(columns, key)]
    for column in columns:
        field = table.fields[column.source]
        if column.source not in key and field.profile is not None and table.row_count:
            refers = column.source in references
            rules += _column_rules(column, field, field.profile, refers, today)
    rules += [*_span_rules(columns, table), *_rescue_rules(table), *total_rules(table, columns)]
    return _unique(rules)


def _rescue_rules(table: Table) -> Iterator[Rule]:
    """What finds no column, or has no value of its type, is kept and counted; a message that is
    none is set aside."""
    rule = kind_of(table.source.location).rescue_rule
    if rule:
        yield rule


def _unique(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    return tuple({rule.name: rule for rule in reversed(rules)}.values())[::-1]


def _key_rules(columns: Sequence[EntityColumn], key: Collection[str]) -> Iterator[Rule]:
    for column in columns:
        if column.source in key:
            yield Rule(
                _name(column, "present"),
                f"{quote_identifier(column.name)} IS NOT NULL",
                RuleAction.QUARANTINE,
                "It is part of the key: without it the row cannot be found again.",
            )


def _column_rules(
    column: EntityColumn, field: Field, profile: ColumnProfile, refers: bool, today: date
) -> Iterator[Rule]:
    quoted = quote_identifier(column.name)
    if column.type != column.source_type:
        reason = f"Silver reads it as {column.type}; what does not read so is kept in _uncast."
        yield from _uncast_rules(column, field, reason)
        yield from _year_rules(column, today)
        if field.is_text:
            return
    if field.may_be_infinite and column.type == column.source_type:
        found = profile.not_finite_count
        told = f"{found} values are" if found else "A sample has none, but some may be"
        yield Rule(
            _name(column, "finite"),
            f"{quoted} IS NULL OR abs({quoted}) < double('Infinity')",
            reason=f"{told} NaN or infinite, and so are their sums.",
        )
    if refers:
        if not profile.null_count + profile.blank_count:
            reason = f"No NULL in {field.rows_in_words}; a foreign key."
            yield Rule(_name(column, "present"), f"{quoted} IS NOT NULL", reason=reason)
        return
    condition, reason, kind = _value_condition(quoted, field, profile, today)
    if condition:
        optional = profile.null_count + profile.blank_count > 0
        yield Rule(
            _name(column, kind),
            f"{quoted} IS NULL OR {condition}" if optional else condition,
            reason=reason,
        )


def _uncast_rules(column: EntityColumn, field: Field, reason: str) -> Iterator[Rule]:
    """What does not read, apart from the texts that stand for a missing value."""
    name = quote_literal(column.name)
    condition = f"NOT map_contains_key(_uncast, {name})"
    missing = field.reading.missing if field.reading else ()
    if not missing:
        yield Rule(_name(column, "readable"), condition, reason=reason)
        return
    texts = ", ".join(quote_literal(text) for text in sorted(missing))
    marked = f"_uncast[{name}] IN ({texts})"
    yield Rule(_name(column, "readable"), f"{condition} OR {marked}", reason=reason)
    yield Rule(
        _name(column, "given"),
        f"{condition} OR NOT {marked}",
        reason=f"{' and '.join(sorted(missing))} stand for a value that is missing.",
    )


def _year_rules(column: EntityColumn, today: date) -> Iterator[Rule]:
    if has_two_digit_year(column.source_format):
        name, last = quote_identifier(column.name), today.year + YEARS_AHEAD
        yield Rule(
            _name(column, "year_near"),
            # By a cast, as the column may be kept as a hash.
            f"coalesce(year(try_cast({name} AS DATE)) <= {last}, true)",
            reason="Its years have two digits: further ahead, they may be of the century before.",
        )


NOTHING = "", "", ""


def _value_condition(
    quoted: str, field: Field, profile: ColumnProfile, today: date
) -> tuple[str, str, str]:
    """Condition, reason and kind of the one rule that fits best; empty where none does."""
    if field.is_text:
        return (
            _pattern_condition(quoted, profile, _TELLING)
            or _set_condition(quoted, field, profile)
            or _pattern_condition(quoted, profile, _LOOSE)
            or NOTHING
        )
    if field.kind.is_time and isinstance(profile.maximum, date):
        return _past_condition(quoted, field, profile.maximum, today)
    if field.kind.is_number and not field.marker:
        return _range_condition(quoted, profile)
    return NOTHING


def _pattern_condition(
    quoted: str, profile: ColumnProfile, kinds: Sequence[str]
) -> tuple[str, str, str] | None:
    for kind in kinds:
        share = profile.patterns.get(kind, 0.0)
        if share >= PATTERN_SHARE:
            condition = f"{quoted} RLIKE {quote_literal(PATTERNS[kind])}"
            return (
                condition,
                f"{share:.0%} of its values look like {_LIKENESS[kind]}.",
                f"is_{kind}",
            )
    return None


def _set_condition(
    quoted: str, field: Field, profile: ColumnProfile
) -> tuple[str, str, str] | None:
    values = sorted(str(value.value) for value in profile.frequent)
    filled = field.row_count - profile.null_count
    # A sample need not have every value that there is.
    complete = (
        not field.is_sampled
        and profile.frequent
        and sum(v.count for v in profile.frequent) == filled
    )
    if not complete or profile.blank_count or profile.untrimmed_count:
        return None
    if not 1 < len(values) <= SET_SIZE or filled < SET_SUPPORT * len(values):
        return None
    listed = ", ".join(map(quote_literal, values))
    return (
        f"{quoted} IN ({listed})",
        f"{len(values)} distinct values in {filled:,} rows.",
        "known",
    )


def _past_condition(quoted: str, field: Field, last: date, today: date) -> tuple[str, str, str]:
    latest = last.date() if isinstance(last, datetime) else last
    if _PAST.isdisjoint(field.words) or latest > today:
        return NOTHING
    now = "current_date()" if field.kind is Kind.DATE else "current_timestamp()"
    return f"{quoted} <= {now}", f"It tells of the past: the latest is {latest}.", "not_in_future"


def _range_condition(quoted: str, profile: ColumnProfile) -> tuple[str, str, str]:
    low, high = profile.minimum, profile.maximum
    if isinstance(low, bool) or not isinstance(low, int | float | Decimal):
        return NOTHING
    if not isinstance(high, int | float | Decimal) or low == high:
        return NOTHING
    if low >= 0:
        return (
            f"{quoted} >= 0",
            f"Today it lies between {_shown(low)} and {_shown(high)}, never below 0.",
            "not_negative",
        )
    width = (float(high) - float(low)) * SLACK
    least, most = _round(float(low) - width, down=True), _round(float(high) + width, down=False)
    today = f"Today it lies between {_shown(low)} and {_shown(high)}"
    reason = f"{today}; half that width is left at either end."
    return f"{quoted} BETWEEN {least} AND {most}", reason, "in_range"


def _shown(value: float | Decimal) -> str:
    """Without the noise of a floating number's last bits."""
    return f"{value:.7g}" if isinstance(value, float) else str(value)


def _round(value: float, *, down: bool) -> int:
    whole = int(value)
    if down:
        return whole - 1 if whole > value else whole
    return whole + 1 if whole < value else whole


def _span_rules(columns: Sequence[EntityColumn], table: Table) -> Iterator[Rule]:
    times = [c for c in columns if table.fields[c.source].kind.is_time]
    for first in times:
        for second in times:
            if _is_span(table.fields[first.source], table.fields[second.source]):
                start, end = quote_identifier(first.name), quote_identifier(second.name)
                condition = f"{start} IS NULL OR {end} IS NULL OR {start} <= {end}"
                name = shorten(f"{first.name}_before_{second.name}")
                yield Rule(name, condition, reason="What begins does so before it ends.")


def _is_span(first: Field, second: Field) -> bool:
    if first.kind is not second.kind:
        return False
    return any(
        start in first.words
        and end in second.words
        and set(first.words) - {start} == set(second.words) - {end}
        for start, end in _SPANS
    )


def _name(column: EntityColumn, kind: str) -> str:
    return shorten(f"{column.name}_{kind}")
