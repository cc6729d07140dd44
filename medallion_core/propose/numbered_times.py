"""Whole numbers that are times: days written as 20240131, and counts from 1970 on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from medallion_core.model import ColumnProfile, Scalar
from medallion_core.propose.date_formats import DateFormat
from medallion_core.propose.vocabulary import vocabulary

_DAY_WORDS = vocabulary("date day dt on at datum")
_DATE_WORDS = vocabulary("date dt datum")
_DATES = ("duedate", "startdate", "enddate", "orderdate", "shipdate", "birthdate", "hiredate")
DAY_NUMBER = DateFormat("yyyyMMdd", "date")
SECOND_NUMBER = DateFormat("yyyyMMddHHmmss", "timestamp")
NO_DAYS = frozenset(["0", "00000000", "99999999"])
"""What systems write where there is no day."""

NO_END = date(9999, 12, 31)
FEWEST_DAYS = 8
"""Different whole numbers that must all read as days before an unnamed column is one of days."""

EPOCHS = {"epoch seconds": 1, "epoch milliseconds": 10**3, "epoch microseconds": 10**6}
"""Formats of times that are counted from 1970 on, and how many of their units are a second."""

_EPOCH_WORDS = vocabulary(
    "epoch timestamp ts time at unix created updated modified ms millis milliseconds micros "
    "received sent logged occurred"
)
_FIRST_EPOCH, _LAST_EPOCH = 631_152_000, 4_102_444_800
"""1990 and 2100, in seconds."""


def epoch_unit(words: Sequence[str], profile: ColumnProfile) -> str:
    """The format of whole numbers that count seconds, or parts of them, since 1970: all must lie
    between 1990 and 2100, and the name must speak of time. Empty where they count none."""
    if not names_time(words):
        return ""
    known = [profile.minimum, profile.maximum]
    if isinstance(profile.minimum, str):
        known = [profile.least, profile.greatest]
    numbers = [int(value) for value in known if isinstance(value, int | float | Decimal)]
    if len(numbers) < len(known):
        return ""
    for name, units in EPOCHS.items():
        if all(_FIRST_EPOCH * units <= number <= _LAST_EPOCH * units for number in numbers):
            return name
    return ""


def names_time(words: Sequence[str]) -> bool:
    """Whether the words are those of a moment, as counts from 1970 on are called."""
    return not _EPOCH_WORDS.isdisjoint(words)


def counts_from_1970(number: float) -> bool:
    """Whether it is a time between 1990 and 2100 in one of the units, or in nanoseconds."""
    return any(
        _FIRST_EPOCH * units <= number <= _LAST_EPOCH * units for units in (*EPOCHS.values(), 10**9)
    )


def missing_days(words: Sequence[str], profile: ColumnProfile) -> tuple[str, ...] | None:
    """The numbers that are written where there is no day, among whole numbers such as 20240131; all
    others that are known must be days. None where they are not."""
    numbers = known_numbers(profile)
    missing = tuple(sorted({text for value in numbers if (text := str(value)) in NO_DAYS}))
    days = {value for value in numbers if str(value) not in missing}
    if not days or not all(map(is_day_number, days)):
        return None
    fewest = 1 if is_named_date(words) else 2 if names_day(words) else FEWEST_DAYS
    return missing if len(days) >= fewest else None


def are_seconds(words: Sequence[str], profile: ColumnProfile) -> bool:
    """Whether whole numbers such as 20240131180559 are times: all that are known of them."""
    known = known_numbers(profile)
    named = names_day(words) or names_time(words)
    return len(known) >= (2 if named else FEWEST_DAYS) and all(map(_is_second_number, known))


def _is_second_number(value: Scalar) -> bool:
    text = str(value)
    if len(text) != len(SECOND_NUMBER.pattern) or not is_day_number(text[:8]):
        return False
    return text.isdigit() and text[8:10] < "24" and text[10:12] < "60" and text[12:] < "60"


def day_share(profile: ColumnProfile) -> float:
    """The share, 0 to 1, of the values that are known which are days as numbers."""
    known = known_numbers(profile)
    return sum(map(is_day_number, known)) / len(known) if known else 0.0


def known_numbers(profile: ColumnProfile) -> set[Scalar]:
    """The values that are known of a column."""
    known = [profile.minimum, profile.maximum, *(value.value for value in profile.frequent)]
    return {value for value in known if value is not None and str(value).strip()}


def names_day(words: Sequence[str]) -> bool:
    """Whether the words are those of a day."""
    return not _DAY_WORDS.isdisjoint(words) or any(word.endswith("date") for word in words)


def is_named_date(words: Sequence[str]) -> bool:
    """Whether a number is called as a date, by its first or its last word.

    >>> is_named_date(("due", "date")), is_named_date(("candidate",)), is_named_date(("day",))
    (True, False, False)
    """
    ends = (words[0], words[-1])
    return any(word in _DATE_WORDS or word.endswith(_DATES) for word in ends)


def is_day_number(value: Scalar) -> bool:
    """
    >>> is_day_number(20240131), is_day_number("99991231"), is_day_number(20240230)
    (True, True, False)
    """
    if isinstance(value, bool) or not str(value).isdigit() or len(str(value)) != 8:
        return False
    try:
        day = datetime.strptime(str(value), "%Y%m%d").date()
    except ValueError:
        return False
    return day == NO_END or date(1900, 1, 1) <= day <= date(2100, 12, 31)


def has_day_digits(profile: ColumnProfile) -> bool:
    """Whether all texts have as many digits as a day, or are the one that stands for none."""
    forms = {str(form.value).strip() for form in profile.forms} - {""}
    return bool(forms) and forms <= {"9", "9" * len("yyyyMMdd")}
