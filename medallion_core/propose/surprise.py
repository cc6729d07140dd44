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


def surprise(field: Field, key: Field, ratio: float = 1.0) -> float:
    """The negative logarithm of the probability that so many values of ``field`` (``ratio``) are
    among those of ``key`` by chance, discounted: from 0 (numbers from 1 on without a gap hold every
    smaller count, and those with some gaps hold as many as they leave) to the most that such
    evidence is worth."""
    bounds = _number_bounds(key)
    shortest = (key.profile.min_length if key.profile else None) or 1
    length = min(shortest, LONGEST_TELLING)
    if bounds is not None:
        least, most = bounds
        density = min(1.0, max(key.all_distinct, 1) / (most - min(least, 1) + 1))
        return min(MOST_OF_NUMBERS, 0.6 * field.distinct * _beyond(ratio, density))
    density = min(0.8, max(key.all_distinct, 1) / float(LETTERS**length))
    weight = min(1.0, 0.3 * length + 0.1)
    return min(MOST_OF_TEXT, weight * field.distinct * _beyond(ratio, density))


def _beyond(ratio: float, density: float) -> float:
    """The divergence of the share that was found from the one that chance would find, per value;
    0 where it is no greater. https://en.wikipedia.org/wiki/Chernoff_bound"""
    if ratio <= density:
        return 0.0
    missing = (1 - ratio) * log((1 - ratio) / (1 - density)) if ratio < 1 else 0.0
    return ratio * log(ratio / density) + missing


def _number_bounds(key: Field) -> tuple[float, float] | None:
    """Least and greatest number, also of numbers that are written with leading zeros."""
    if key.family == "whole":
        return key.span
    profile = key.profile
    if profile is None or profile.least is None or profile.greatest is None:
        return None
    whole = any(cast.type == "bigint" and cast.share == 1 for cast in profile.casts)
    return (profile.least, profile.greatest) if whole else None
