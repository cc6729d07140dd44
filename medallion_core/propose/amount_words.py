"""Names of quantities: words that say how much or how many."""

from __future__ import annotations

from medallion_core.propose.names import singular, stem, stem_vocabulary
from medallion_core.propose.vocabulary import UNITS, vocabulary

AMOUNTS = stem_vocabulary(
    "amount amt price prc cost total qty quantity count rate ratio value weight height width "
    "length size balance score points percent percentage pct discount tax salary income revenue "
    "sales units duration bytes age lat lon lng latitude longitude distance speed population area "
    "budget stock fee freight profit margin fare premium wage charge turnover volume"
)
_COUNTS = vocabulary("number num nr count total sum avg average min max qty no")
_AFTER = vocabulary("due each net gross local base paid sold ytd mtd per of in usd eur gbp")
"""Words that go on after the amount: ``price_each``, ``weight_in_kg``, ``cost_of_goods``."""

_NO_PLURALS = vocabulary("status address class series news species basis analysis gps dns os sms")


def names_amount(words: tuple[str, ...]) -> bool:
    """An amount is named by the last word that says something, or by a first one that counts."""
    if len(words) > 1 and words[0] in _COUNTS:
        return True
    return stem(amount_word(words)) in AMOUNTS


def names_things(words: tuple[str, ...]) -> bool:
    """Whether the last word is one for several things: ``page_views``, ``seats``."""
    return words[-1] not in _NO_PLURALS and singular(words[-1]) != words[-1]


def amount_word(words: tuple[str, ...]) -> str:
    """The word that says what is measured: ``amount`` of ``amount_paid_usd``.

    >>> amount_word(("price", "per", "unit")), amount_word(("sales", "agent"))
    ('price', 'agent')
    """
    for little in ("per", "of", "in"):
        if little in words[1:]:
            words = words[: words.index(little, 1)]
    for word in reversed(words):
        if stem(word) in AMOUNTS or not _goes_on(word):
            return word
    return words[-1]


def _goes_on(word: str) -> bool:
    return (
        word in _AFTER or word in UNITS or word.endswith("ed") or word.isdigit() or word == "paid"
    )
