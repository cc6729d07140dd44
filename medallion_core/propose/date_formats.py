"""Dates that are written in another way than ISO 8601, told from the values of a profile."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from medallion_core.model import ColumnProfile
from medallion_core.propose.missing import MARKERS
from medallion_core.text.date_patterns import YEARS_AHEAD, has_two_digit_year

FEWEST_VALUES = 2
"""Different values that must all read in one way before it is believed."""

MANY_VALUES, MOST = 10, 0.9
"""From so many values on, this share of them is enough: the others are told of by a rule."""

_DAYS = {
    "d.M.yyyy": "%d.%m.%Y",
    "d.M.yy": "%d.%m.%y",
    "d/M/yyyy": "%d/%m/%Y",
    "M/d/yyyy": "%m/%d/%Y",
    "d/M/yy": "%d/%m/%y",
    "M/d/yy": "%m/%d/%y",
    "d-M-yyyy": "%d-%m-%Y",
    "M-d-yyyy": "%m-%d-%Y",
    "yyyy/M/d": "%Y/%m/%d",
    "yyyy.M.d": "%Y.%m.%d",
    "d-MMM-yyyy": "%d-%b-%Y",
    "d-MMM-yy": "%d-%b-%y",
    "d MMM yyyy": "%d %b %Y",
    "d MMM yy": "%d %b %y",
    "MMM d, yyyy": "%b %d, %Y",
    "d MMMM yyyy": "%d %B %Y",
    "MMMM d, yyyy": "%B %d, %Y",
}
_TIMES = {
    "": "",
    " H:mm": " %H:%M",
    " H:mm:ss": " %H:%M:%S",
    " h:mm a": " %I:%M %p",
    " h:mm:ss a": " %I:%M:%S %p",
}
_WEEKDAYS = {"EEE, d MMM yyyy HH:mm:ss z": "%a, %d %b %Y %H:%M:%S GMT"}
"""RFC 1123, as of mails and HTTP."""

_DIGITS = re.compile(r"\d")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class DateFormat:
    """A pattern of Spark's, and the type of what is read with it."""

    pattern: str
    type: str


_FORMATS = [
    (DateFormat(day + time, "timestamp" if time else "date"), python_day + python_time)
    for day, python_day in _DAYS.items()
    for time, python_time in _TIMES.items()
] + [(DateFormat(spark, "timestamp"), python) for spark, python in _WEEKDAYS.items()]
"""Each with the same pattern as Python writes it."""


def date_formats(profile: ColumnProfile) -> tuple[DateFormat, ...]:
    """The ways in which the known values of a column read as dates.

    One: that is it. Two: nothing tells day and month apart. None: these are no such dates.
    https://spark.apache.org/docs/latest/sql-ref-datetime-pattern.html
    """
    values = _known(profile)
    shares = date_shares(profile)
    if len(values) < FEWEST_VALUES or not shares or both_orders(profile):
        return ()
    enough = 1.0 if len(values) < MANY_VALUES else MOST
    most = max(share for _, share in shares)
    return tuple(found for found, share in shares if enough <= share == most)


def date_shares(profile: ColumnProfile) -> list[tuple[DateFormat, float]]:
    """Each format that some of the known values have, with their share."""
    values = _known(profile)
    counts = {found: sum(_reads(text, python) for text in values) for found, python in _FORMATS}
    return [(found, count / len(values)) for found, count in counts.items() if count]


def dates_share(profile: ColumnProfile) -> float:
    """The share, 0 to 1, of the known values that read as dates, be it each in another way."""
    values = _known(profile)
    read = sum(
        _is_iso(text) or any(_reads(text, python) for _, python in _FORMATS) for text in values
    )
    return read / len(values) if len(values) >= MANY_VALUES else 0.0


def both_orders(profile: ColumnProfile) -> tuple[DateFormat, ...]:
    """A format and the one with day and month the other way round, where some values read as one
    alone and some as the other alone: of those that read as both, nothing tells which."""
    values = _known(profile)
    formats = {found.pattern: (found, python) for found, python in _FORMATS}
    for pattern, (found, python) in formats.items():
        turned = formats.get(f"M{pattern[1:2]}d{pattern[3:]}") if pattern[0] == "d" else None
        if turned is None or pattern[2:3] != "M":
            continue
        reads = [(_reads(text, python), _reads(text, turned[1])) for text in values]
        if min(reads.count((True, False)), reads.count((False, True))) >= FEWEST_VALUES:
            return found, turned[0]
    return ()


def reads_far_ahead(found: DateFormat, profile: ColumnProfile) -> bool:
    """Whether years of two digits read as such as may be those of the century before."""
    if not has_two_digit_year(found.pattern):
        return False
    last = datetime.now(UTC).year + YEARS_AHEAD
    pattern = dict(_FORMATS)[found]
    values = (text for text in _known(profile) if _reads(text, pattern))
    return any(datetime.strptime(text, pattern).year > last for text in values)


def _known(profile: ColumnProfile) -> set[str]:
    """The values that are known, without those that are missing; none where a value looks like
    no date at all, since all formats are tried on each."""
    known = [profile.minimum, profile.maximum, *(value.value for value in profile.frequent)]
    known += profile.examples
    texts = {text.strip() for text in known if isinstance(text, str)}
    values = {text for text in texts if text and text.lower() not in MARKERS}
    likely = sum(len(text) < 40 and len(_DIGITS.findall(text)) >= 3 for text in values)
    return values if likely * 2 > len(values) else set()


def _is_iso(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return _ISO_DAY.match(text) is not None


def _reads(text: str, python_format: str) -> bool:
    try:
        datetime.strptime(text, python_format)
    except ValueError:
        return False
    return True
