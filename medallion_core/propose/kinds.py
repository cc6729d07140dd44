"""What kind of value a column holds: as the source types it, and as its values read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

from medallion_core.model import ColumnProfile, Scalar
from medallion_core.propose.date_formats import DateFormat, date_formats
from medallion_core.propose.vocabulary import vocabulary
from medallion_core.text.types import (
    digits,
    family,
    is_floating,
    is_number,
    is_temporal,
    is_text,
)

CAST_SHARE = 0.95
"""Share of the non-blank strings that must read as a type before silver casts to it; what does
not read is kept beside the row and counted by a rule."""

_NUMBERS, _TIMES = ("bigint", "decimal", "double"), ("date", "timestamp")
"""From narrow to wide: the first that fits is taken, where the profile speaks of it."""

_TEXT_NUMBERS = vocabulary(
    "zip zipcode postal postcode postalcode phone fax mobile telephone code ean upc isbn sku "
    "iban account ssn vat extension text name title description"
)
"""Text that may look like numbers and is none: leading zeros count, sums do not."""

_TRUTHS = ({"true", "false"}, {"t", "f"}, {"yes", "no"}, {"y", "n"}, {"1", "0"})
"""Pairs of words that say yes and no; one word of a pair alone says nothing."""

_DAY_WORDS = vocabulary("date day dt on at datum")
DAY_NUMBER = DateFormat("yyyyMMdd", "date")
FEWEST_DAYS = 8
"""Different whole numbers that must all read as days before an unnamed column is one of days."""


class Kind(StrEnum):
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLOAT = "float"
    STRING = "string"
    DATE = "date"
    TIMESTAMP = "timestamp"
    BOOLEAN = "boolean"
    OTHER = "other"

    @property
    def is_number(self) -> bool:
        return self in (Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT)

    @property
    def is_time(self) -> bool:
        return self in (Kind.DATE, Kind.TIMESTAMP)


@lru_cache(maxsize=4096)
def kind_of(type_name: str) -> Kind:
    """The kind of a Unity Catalog type; ``decimal(p,0)`` counts as an integer.

    >>> kind_of("decimal(10,0)"), kind_of("varchar(10)"), kind_of("array<int>")
    (<Kind.INTEGER: 'integer'>, <Kind.STRING: 'string'>, <Kind.OTHER: 'other'>)
    """
    if is_floating(type_name):
        return Kind.FLOAT
    if is_number(type_name):
        return Kind.DECIMAL if digits(type_name)[1] else Kind.INTEGER
    if is_text(type_name):
        return Kind.STRING
    if is_temporal(type_name):
        return Kind.DATE if family(type_name) == "date" else Kind.TIMESTAMP
    return Kind.BOOLEAN if family(type_name) == "boolean" else Kind.OTHER


@dataclass(frozen=True, slots=True)
class Reading:
    """The type that practically all values of a column read as, with the pattern of a date that
    is not written as ISO 8601."""

    type: str
    pattern: str = ""


def reading_of(
    type_name: str, words: Sequence[str], marker: str, profile: ColumnProfile | None
) -> Reading | None:
    """What silver reads a column as, if not as what it is. An identifier stays as it is."""
    if profile is None:
        return None
    if kind_of(type_name) is Kind.INTEGER and not marker:
        return day_number(words, profile)
    if kind_of(type_name) is not Kind.STRING:
        return None
    return _narrower(words, marker, profile) or _written_date(profile)


def day_number(words: Sequence[str], profile: ColumnProfile) -> Reading | None:
    """Whole numbers such as 20240131: all that is known of them must be days."""
    known = [profile.minimum, profile.maximum, *(value.value for value in profile.frequent)]
    numbers = {value for value in known if value is not None}
    named = not _DAY_WORDS.isdisjoint(words) or any(word.endswith("date") for word in words)
    if not numbers or not all(map(_is_day_number, numbers)):
        return None
    if len(numbers) < (2 if named else FEWEST_DAYS):
        return None
    return Reading(DAY_NUMBER.type, DAY_NUMBER.pattern)


def _is_day_number(value: Scalar) -> bool:
    if isinstance(value, bool) or not str(value).isdigit() or len(str(value)) != 8:
        return False
    try:
        day = datetime.strptime(str(value), "%Y%m%d").date()
    except ValueError:
        return False
    return date(1900, 1, 1) <= day <= date(2100, 12, 31)


def _narrower(words: Sequence[str], marker: str, profile: ColumnProfile) -> Reading | None:
    """The type that practically all strings of a column read as, if there is one."""
    if not _TEXT_NUMBERS.isdisjoint(words) or marker:
        return None
    if _says_yes_and_no(profile):
        return Reading("boolean")
    if reads_whole(profile) and (day := day_number(words, profile)):
        return day
    fitting = {c.type.partition("(")[0]: c.type for c in profile.casts if c.share >= CAST_SHARE}
    types = _TIMES if profile.leading_zero_count else (*_NUMBERS, *_TIMES)
    return next((Reading(fitting[base]) for base in types if base in fitting), None)


def _says_yes_and_no(profile: ColumnProfile) -> bool:
    values = {str(value.value).strip().lower() for value in profile.frequent} - {""}
    return values in _TRUTHS


def _written_date(profile: ColumnProfile) -> Reading | None:
    dates = date_formats(profile)
    return Reading(dates[0].type, dates[0].pattern) if len(dates) == 1 else None


def reads_whole(profile: ColumnProfile) -> bool:
    """Whether all strings of a column are whole numbers, whatever it is called."""
    if profile.leading_zero_count or profile.least is None or profile.greatest is None:
        return False
    shares = {cast.type: cast.share for cast in profile.casts}
    if shares.get("bigint", 0.0) == 1:
        return True
    padded = any(share == 1 and type_.endswith(",1)") for type_, share in shares.items())
    return padded and all_whole(profile, profile.least, profile.greatest)


def all_whole(profile: ColumnProfile, least: float, greatest: float) -> bool:
    """Whether numbers can all be whole, by what is known of them."""
    known = [least, greatest, *(_number(value.value) for value in profile.frequent)]
    return all(map(float.is_integer, known)) and profile.distinct_count <= greatest - least + 1


def _number(value: Scalar) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return 0.0
