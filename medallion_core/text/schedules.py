"""Quartz cron expressions, which say when a job runs."""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass

TIMEZONE = "UTC"
"""The time zone that expressions are of, and the days of all tables: that of a serverless pipeline
where nothing else is configured."""

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_DAY_OF_MONTH = re.compile(r"L|LW|L-([1-9]|[12]\d|30)|([1-9]|[12]\d|3[01])W")
_DAY_OF_WEEK = re.compile(rf"L|([1-7]|{'|'.join(_DAYS)})(L|#[1-5])")


@dataclass(frozen=True, slots=True)
class _Field:
    """The whole numbers from ``lowest`` to ``highest``, by their names where they have some.
    ``alone`` is what may stand instead of them."""

    label: str
    lowest: int
    highest: int
    _: KW_ONLY
    names: tuple[str, ...] = ()
    alone: re.Pattern[str] | None = None

    def number(self, text: str) -> int | None:
        """The value that ``text`` stands for; None where it is none of this field's."""
        if text in self.names:
            return self.lowest + self.names.index(text)
        is_number = text.isascii() and text.isdigit() and len(text) <= 4
        return int(text) if is_number and self.lowest <= int(text) <= self.highest else None


_FIELDS = (
    _Field("second", 0, 59),
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31, alone=_DAY_OF_MONTH),
    _Field("month", 1, 12, names=_MONTHS),
    _Field("day of the week", 1, 7, names=_DAYS, alone=_DAY_OF_WEEK),
    _Field("year", 1970, 2199),
)


def schedule_problem(text: str) -> str:
    """What keeps ``text`` from being a Quartz cron expression; empty where nothing does.

    The grammar is that of ``org.quartz.CronExpression``: six fields or seven, and a ``?`` in
    one of the two that name days.

    >>> schedule_problem("0 0 5 * * ?"), schedule_problem("0 0 25 ? * MON-FRI")
    ('', '25 is not a valid hour')
    """
    fields = text.upper().split()
    if len(fields) not in (6, 7):
        return f"it has {len(fields)} fields instead of six or seven"
    month, week = fields[3], fields[5]
    if (month == "?") == (week == "?"):
        return "exactly one of its two fields for days is ?"
    problems = (
        _problem(field, part)
        for field, value in zip(_FIELDS, fields, strict=False)
        if not (value == "?" and field.alone)
        for part in value.split(",")
    )
    return next(filter(None, problems), "")


def _problem(field: _Field, part: str) -> str:
    """What is wrong with one of the values that a field lists: ``*``, ``5``, ``1-5``, ``0/15``."""
    if field.alone and field.alone.fullmatch(part):
        return ""
    values, slash, step = part.partition("/")
    if slash and not (step.isascii() and step.isdigit() and 0 < int(step[:9]) <= field.highest):
        return f"{part} has no step"
    if values == "*":
        return ""
    for value in values.split("-", 1):
        if field.number(value) is None:
            return f"{value or part} is not a valid {field.label}"
    return ""
