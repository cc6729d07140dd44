"""How surprising it is to find a column's values in another one, if the two had nothing to do
with each other."""

from __future__ import annotations

from math import log

from medallion_core.propose.fields import Field

LETTERS = 20
"""Letters that short codes are made of; some are rare in all."""

LONGEST_TELLING = 4
"""Characters of a code that count; longer ones tell no more."""

MOST_OF_TEXT, MOST_OF_NUMBERS = 6.0, 4.0
"""Numbers have more in common by accident than codes have."""


def surprise(field: Field, key: Field) -> float:
    """The negative logarithm of the probability that all values of ``field`` are among those of
    ``key`` by chance, discounted: from 0 (numbers from 1 on without a gap hold every smaller
    count) to the most that such evidence is worth."""
    bounds = _number_bounds(key)
    shortest = (key.profile.min_length if key.profile else None) or 1
    length = min(shortest, LONGEST_TELLING)
    if bounds is not None:
        least, most = bounds
        density = min(1.0, max(key.distinct, 1) / (most - min(least, 1) + 1))
        return min(MOST_OF_NUMBERS, 0.6 * field.distinct * -log(density))
    density = min(0.8, max(key.distinct, 1) / float(LETTERS**length))
    return min(MOST_OF_TEXT, min(1.0, 0.3 * length + 0.1) * field.distinct * -log(density))


def _number_bounds(key: Field) -> tuple[float, float] | None:
    """Least and greatest number, also of numbers that are written with leading zeros."""
    if key.family == "whole":
        return key.span
    profile = key.profile
    if profile is None or profile.least is None or profile.greatest is None:
        return None
    whole = any(cast.type == "bigint" and cast.share == 1 for cast in profile.casts)
    return (profile.least, profile.greatest) if whole else None
