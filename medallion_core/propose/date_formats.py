"""Dates that are written in another way than ISO 8601, told from the values of a profile."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from medallion_core.model import ColumnProfile

FEWEST_VALUES = 2
"""Different values that must all read in one way before it is believed."""

MANY_VALUES, MOST = 10, 0.9
"""From so many values on, this share of them is enough: the others are told of by a rule."""

_DAYS = {
    "d.M.yyyy": "%d.%m.%Y",
    "d/M/yyyy": "%d/%m/%Y",
    "M/d/yyyy": "%m/%d/%Y",
    "d-M-yyyy": "%d-%m-%Y",
    "M-d-yyyy": "%m-%d-%Y",
    "yyyy/M/d": "%Y/%m/%d",
    "yyyy.M.d": "%Y.%m.%d",
    "d-MMM-yyyy": "%d-%b-%Y",
    "d MMM yyyy": "%d %b %Y",
    "MMM d, yyyy": "%b %d, %Y",
}
_TIMES = {"": "", " H:mm": " %H:%M", " H:mm:ss": " %H:%M:%S", " h:mm a": " %I:%M %p"}
_YEAR_OF_FOUR = re.compile(r"(?<!\d)\d{4}(?!\d)")


@dataclass(frozen=True, slots=True)
class DateFormat:
    """A pattern of Spark's, and the type of what is read with it."""

    pattern: str
    type: str


_FORMATS = [
    (DateFormat(day + time, "timestamp" if time else "date"), python_day + python_time)
    for day, python_day in _DAYS.items()
    for time, python_time in _TIMES.items()
]
"""Each with the same pattern as Python writes it."""


def date_formats(profile: ColumnProfile) -> tuple[DateFormat, ...]:
    """The ways in which the known values of a column read as dates.

    One: that is it. Two: nothing tells day and month apart. None: these are no such dates.
    https://spark.apache.org/docs/latest/sql-ref-datetime-pattern.html
    """
    known = [profile.minimum, profile.maximum, *(value.value for value in profile.frequent)]
    values = {text.strip() for text in known if isinstance(text, str) and text.strip()}
    if len(values) < FEWEST_VALUES or not any(map(_YEAR_OF_FOUR.search, values)):
        return ()
    counts = {found: sum(_reads(text, python) for text in values) for found, python in _FORMATS}
    most = max(counts.values())
    enough = len(values) if len(values) < MANY_VALUES else MOST * len(values)
    return tuple(found for found, count in counts.items() if enough <= count == most)


def _reads(text: str, python_format: str) -> bool:
    try:
        datetime.strptime(text, python_format)
    except ValueError:
        return False
    return True
