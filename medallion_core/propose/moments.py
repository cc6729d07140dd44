"""Numbers that are named as times and are not read as such: days as Excel counts them, seconds
beside milliseconds, days among which some are none. Nothing adds them up, and they are asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from medallion_core.model import Design, EntityColumn, Level, Question
from medallion_core.propose.fields import Field
from medallion_core.propose.kinds import ASKED_SHARE, kind_of
from medallion_core.propose.measures import not_summed, summed_column
from medallion_core.propose.numbered_times import (
    counts_from_1970,
    day_share,
    is_named_date,
    known_numbers,
    names_day,
    names_time,
)
from medallion_core.propose.tables import Table

LAST_OF_YEAR = 366
"""Numbers up to it may be days of a month or of a year."""

_ON = ("on", "at", "day")
"""Last words, beside those of a date, that days of Excel are called by."""

FIRST_DAY, LAST_DAY = 20_000, 80_000
"""Days from 1899-12-30 to 1954 and to 2119, as Excel and others count them.
https://support.microsoft.com/office/date-systems-in-excel-e7fe7167-48a9-4b96-bb53-5612a800b487
"""


def with_moments(design: Design, tables: Sequence[Table]) -> Design:
    """``design``, whose entities are ``tables`` in order: numbers that are times are asked about,
    and summed no more."""
    questions = []
    for entity, table in zip(design.entities, tables, strict=True):
        asked = dict(_asked(table, entity.columns))
        questions += [_question(table, name, told) for name, told in asked.items()]
        for fact in design.star.facts:
            if fact.entity == entity.name:
                times = [m.name for m in fact.measures if summed_column(m, asked)]
                design = design.with_fact(not_summed(fact, times))
    return replace(design, questions=(*design.questions, *questions))


def _asked(table: Table, columns: Sequence[EntityColumn]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Columns of silver with what is told of them, and what to do."""
    for column in columns:
        field = table.fields[column.source]
        if column.included and kind_of(column.type).is_number and not field.marker:
            told = _told(field)
            if told:
                yield column.name, told


def _told(field: Field) -> tuple[str, str] | None:
    if field.span is None or field.profile is None:
        return None
    least, most = field.span
    if (
        (is_named_date(field.words) or field.words[-1] in _ON)
        and least >= FIRST_DAY
        and most <= LAST_DAY
    ):
        return (
            f"lies between {least:,.0f} and {most:,.0f}: days as Excel counts them",
            "Add them to 1899-12-30 in a view over the source",
        )
    if names_day(field.words) and ASKED_SHARE <= (share := day_share(field.profile)) < 1:
        return (
            f"has days written as yyyyMMdd in {share:.0%} of the values that are known, and others",
            "Make a date of it in a view over the source",
        )
    if is_named_date(field.words) and most > LAST_OF_YEAR:
        return (
            f"has numbers of up to {most:,.0f} that silver reads as no time",
            "Make a date of it in a view over the source",
        )
    if names_time(field.words) and all(map(counts_from_1970, _numbers(field))):
        return (
            "has counts from 1970 on, be it in several units or in parts of seconds",
            "Make a timestamp of it in a view over the source",
        )
    return None


def _numbers(field: Field) -> list[float]:
    known = known_numbers(field.profile) if field.profile else ()
    try:
        return [float(str(value)) for value in known] or [0.0]
    except ValueError:
        return [0.0]


def _question(table: Table, name: str, told: tuple[str, str]) -> Question:
    detail, hint = told
    return Question(
        Level.WARNING,
        f"{table.name}.{name}",
        f"It is named as a time and {detail}. It stays a number, which nothing adds up, and has no"
        " date in gold.",
        f"{hint}, and propose again.",
        table=table.name,
    )
