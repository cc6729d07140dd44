"""What kind of value a column holds: as the source types it, and as its values read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from medallion_core.model import ColumnProfile, Scalar
from medallion_core.propose.date_formats import (
    both_orders,
    date_formats,
    date_shares,
    dates_share,
    reads_far_ahead,
)
from medallion_core.propose.missing import missing_markers
from medallion_core.propose.numbered_times import (
    DAY_NUMBER,
    SECOND_NUMBER,
    are_seconds,
    day_share,
    epoch_unit,
    has_day_digits,
    missing_days,
)
from medallion_core.propose.text_values import (
    begin_with_plus,
    has_nanoseconds,
    has_twins,
    known_share,
    mixes_zones,
    often_reads,
    only_letters_e,
    powers,
    says_yes_and_no,
)
from medallion_core.propose.vocabulary import vocabulary
from medallion_core.propose.written_numbers import numbers_share, written_numbers
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

ASKED_SHARE = 0.6
"""Share from which a person is asked whether the others are faults."""

_NUMBERS, _TIMES = ("bigint", "decimal", "double"), ("date", "timestamp")
"""From narrow to wide: the first that fits is taken, where the profile speaks of it."""

_WIDER = {"bigint": "decimal"}
"""What reads all that a type does, and is taken where it reads more: a sum would lack the few
values with a fraction."""

_TEXT_NUMBERS = vocabulary(
    "zip zipcode postal postcode postalcode phone fax mobile telephone code ean upc isbn sku "
    "iban account ssn vat extension text name title description version ver release firmware "
    "icd diagnosis dx drg cpt hcpcs ndc atc naics sic hs"
)
"""Text that may look like numbers and is none: zeros in front count, and those behind of versions;
sums do not."""


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
    """The type that practically all values of a column read as, with the pattern of a date or a
    number that Spark does not cast by itself. ``missing`` are the texts that stand for none."""

    type: str
    pattern: str = ""
    missing: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reading that a person has to decide on: ``share`` of the values read so; ``other`` is
    what they have that can be read in another way, too, as ``second`` where that is known."""

    reading: Reading
    share: float
    other: str = ""
    second: Reading | None = None


def stays_text(words: Sequence[str], marker: str) -> bool:
    """Whether text is named as none that counts, however it reads."""
    return bool(marker) or not _TEXT_NUMBERS.isdisjoint(words)


def reading_of(
    type_name: str,
    words: Sequence[str],
    marker: str,
    profile: ColumnProfile | None,
    fraction: str = "",
) -> Reading | None:
    """What silver reads a column as, if not as what it is. An identifier stays as it is.
    ``fraction`` is the mark before fractions in the rest of the table, where that is known."""
    if profile is None:
        return None
    if kind_of(type_name) is Kind.INTEGER and not marker:
        return numbered_time(words, profile)
    if kind_of(type_name) is not Kind.STRING:
        return None
    found = _narrower(words, marker, profile, fraction) or _written_date(profile)
    return found and replace(found, missing=(*found.missing, *missing_markers(profile)))


MARKS = "marks of thousands or of a fraction"
_DIGITS = "more digits than a number keeps"
_ORDERS = "days before months in some dates and behind them in others"
_YEARS = "years of two digits, some of which read as far ahead"
_FRACTIONS = "more digits of a second than a time keeps"
_ZONES = "a zone in some times and none in others, which are read as of UTC"
_TWINS = "the same number in two writings, as of versions and chapters"
_SEVERAL = "dates in several writings"
_BESIDE = "several currencies, units or signs beside them, or some of them none"


def doubt_of(
    type_name: str,
    words: Sequence[str],
    marker: str,
    profile: ColumnProfile | None,
    fraction: str = "",
) -> Doubt | None:
    """What many values of a text read as, but not nearly all; or all, in two ways. ``fraction`` is
    the mark before fractions in the rest of the table, where that is known."""
    if profile is None or kind_of(type_name) is not Kind.STRING:
        return None
    if stays_text(words, marker):
        return None
    written = written_numbers(profile, fraction)
    if written and written.other and written.share >= ASKED_SHARE:
        second = Reading(written.other.type, written.other.pattern)
        return Doubt(Reading(written.type, written.pattern), written.share, MARKS, second)
    if (time := often_reads(profile, ASKED_SHARE, "timestamp")) and has_nanoseconds(profile):
        return Doubt(Reading(time.type), time.share, _FRACTIONS)
    if (time := often_reads(profile, ASKED_SHARE, "timestamp")) and mixes_zones(profile):
        return Doubt(Reading(time.type), time.share, _ZONES)
    if (number := often_reads(profile, ASKED_SHARE, "decimal")) and has_twins(words, profile):
        return Doubt(Reading(number.type), number.share, _TWINS)
    if turned := both_orders(profile):
        one, other = (Reading(date.type, date.pattern) for date in turned)
        shares = {date: share for date, share in date_shares(profile) if date in turned}
        return Doubt(one, max(shares.values()), _ORDERS, other)
    far = [date for date in date_formats(profile) if reads_far_ahead(date, profile)]
    if far:
        return Doubt(Reading(far[0].type, far[0].pattern), 1.0, _YEARS)
    found = [(Reading(c.type), known_share(c.share, profile)) for c in profile.casts]
    found += [(Reading(written.type, written.pattern), written.share)] if written else []
    found += [(Reading(d.type, d.pattern), share) for d, share in date_shares(profile)]
    found += [(Reading(DAY_NUMBER.type, DAY_NUMBER.pattern), day_share(profile))]
    reading, share = max(found, key=lambda pair: pair[1], default=(Reading(""), 0.0))
    if share < ASKED_SHARE and dates_share(profile) >= ASKED_SHARE:
        return Doubt(reading, share, _SEVERAL)
    if share < ASKED_SHARE and reading.type and numbers_share(profile) >= ASKED_SHARE:
        return Doubt(reading, share, _BESIDE)
    if reading.type == "double" and not powers(profile):
        return Doubt(reading, share, _DIGITS) if share >= ASKED_SHARE else None
    return Doubt(reading, share) if ASKED_SHARE <= share < 1 else None


def numbered_time(words: Sequence[str], profile: ColumnProfile) -> Reading | None:
    """Whole numbers that are days, or that count from 1970 on."""
    missing = missing_days(words, profile)
    if missing is not None:
        return Reading(DAY_NUMBER.type, DAY_NUMBER.pattern, missing)
    if are_seconds(words, profile):
        return Reading(SECOND_NUMBER.type, SECOND_NUMBER.pattern)
    unit = epoch_unit(words, profile)
    return Reading("timestamp", unit) if unit else None


def _narrower(
    words: Sequence[str], marker: str, profile: ColumnProfile, fraction: str
) -> Reading | None:
    """The type that practically all strings of a column read as, if there is one."""
    if stays_text(words, marker) or begin_with_plus(profile):
        return None
    if says_yes_and_no(words, profile):
        return Reading("boolean")
    is_numbered = has_day_digits(profile) or reads_whole(profile)
    if is_numbered and (time := numbered_time(words, profile)):
        return time
    written = None if profile.leading_zero_count else written_numbers(profile, fraction)
    if written and written.other:
        return None
    if written and written.share >= CAST_SHARE:
        return Reading(written.type, written.pattern)
    shares = {c.type.partition("(")[0]: c.share for c in profile.casts}
    fitting = {
        base: c.type
        for c in profile.casts
        for base in [c.type.partition("(")[0]]
        if known_share(c.share, profile) >= CAST_SHARE
        and c.share >= shares.get(_WIDER.get(base, ""), 0.0)
    }
    if only_letters_e(profile) or not powers(profile):
        fitting.pop("double", None)
    if has_nanoseconds(profile) or mixes_zones(profile):
        fitting.pop("timestamp", None)
    if has_twins(words, profile):
        fitting = {base: type_ for base, type_ in fitting.items() if base in _TIMES}
    types = _TIMES if profile.leading_zero_count else (*_NUMBERS, *_TIMES)
    return next((Reading(fitting[base]) for base in types if base in fitting), None)


def _written_date(profile: ColumnProfile) -> Reading | None:
    dates = date_formats(profile)
    if len(dates) != 1 or reads_far_ahead(dates[0], profile):
        return None
    return Reading(dates[0].type, dates[0].pattern)


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
