"""What the texts of a column are like, by what a profile knows of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from medallion_core.model import CastShare, ColumnProfile
from medallion_core.propose.amount_words import names_amount, names_things
from medallion_core.propose.missing import MARKERS, missing_markers
from medallion_core.propose.vocabulary import vocabulary

_TRUTHS = ({"true", "false"}, {"t", "f"}, {"yes", "no"}, {"y", "n"}, {"1", "0"})
"""Pairs of words that say yes and no; one word of a pair alone says nothing."""

_ASKING = vocabulary("is has had have was were can does did should may allows accepts uses takes")
"""First words of names that ask for yes or no: ``has_children`` counts none."""

_PLAIN_FRACTION = re.compile(r"[0-9]+[.][0-9]+")
_CLOCK = re.compile(r"9:99(?::99)?(?:[.,]9+)?\s*(\S.*)?$")
"""The last digits of a time of day in a form, and the zone behind them."""

_BEYOND_MICROSECONDS = re.compile(r".*:[0-9]{2}[.][0-9]{6}0*[1-9].*")


def often_reads(profile: ColumnProfile, share: float, base: str) -> CastShare | None:
    """As what of a kind ``share`` of the values or more read."""
    fitting = (c for c in profile.casts if c.type.startswith(base) and c.share >= share)
    return next(fitting, None)


def has_nanoseconds(profile: ColumnProfile) -> bool:
    """Whether a cast would cut digits off: Spark's times have six behind the second."""
    return any(map(_BEYOND_MICROSECONDS.match, _known_texts(profile)))


def mixes_zones(profile: ColumnProfile) -> bool:
    """Whether some times say in which zone they are and others do not: a cast takes these for
    times of the session's zone."""
    found = (_CLOCK.search(str(form.value)) for form in profile.forms)
    return len({bool(clock[1]) for clock in found if clock}) == 2


def has_twins(words: Sequence[str], profile: ColumnProfile) -> bool:
    """Whether 1.1 and 1.10 are both there, which a number would make one; but in an amount."""
    texts = set(filter(_PLAIN_FRACTION.fullmatch, _known_texts(profile)))
    return len(set(map(Decimal, texts))) < len(texts) and not names_amount(tuple(words))


def _known_texts(profile: ColumnProfile) -> list[str]:
    known = (profile.minimum, profile.maximum, *(value.value for value in profile.frequent))
    return [str(value).strip() for value in (*known, *profile.examples)]


_LONG = 8
"""Digits behind a plus from which it is a part of the text, as of a phone number."""


def begin_with_plus(profile: ColumnProfile) -> bool:
    """Whether most values are long numbers with a plus, which a number would not keep."""
    total = sum(form.count for form in profile.forms)
    plus = (form.count for form in profile.forms if str(form.value).startswith("+" + "9" * _LONG))
    return sum(plus) * 2 > total


def only_letters_e(profile: ColumnProfile) -> bool:
    """Whether all that speaks for an exponent is an E between digits, as in the code ``7E7``."""
    found = powers(profile)
    return bool(found) and not any(mark in form for form in found for mark in ".-+")


def powers(profile: ColumnProfile) -> list[str]:
    """The forms that have an exponent. Without one, what no decimal holds, a double rounds."""
    return [str(form.value) for form in profile.forms if "e" in str(form.value).lower()]


def known_share(share: float, profile: ColumnProfile) -> float:
    """``share`` of the values that are not missing."""
    total = sum(form.count for form in profile.forms)
    missing = sum(missing_markers(profile).values())
    return min(1.0, share * total / (total - missing)) if total > missing else share


def says_yes_and_no(words: Sequence[str], profile: ColumnProfile) -> bool:
    """Both words of a pair and no other. 0 and 1 may be all that there is so far of an amount."""
    values = {str(value.value).strip().lower() for value in profile.frequent} - {""} - MARKERS
    return values in _TRUTHS and not (values == {"0", "1"} and _names_quantity(tuple(words)))


def _names_quantity(words: tuple[str, ...]) -> bool:
    return names_amount(words) or (names_things(words) and words[0] not in _ASKING)
