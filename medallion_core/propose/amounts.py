"""Whether a column is named as a quantity: how much or how many, not which."""

from __future__ import annotations

from medallion_core.propose.fields import Field
from medallion_core.propose.kinds import Kind
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


def looks_like_amount(field: Field) -> bool:
    """An amount is named by the last word that says something, or by a first one that counts;
    text that does not read as numbers is none, whatever it is called."""
    if field.marker or field.kind is Kind.STRING:
        return False
    if len(field.words) > 1 and field.words[0] in _COUNTS:
        return True
    return stem(amount_word(field.words)) in AMOUNTS or _counts_things(field)


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


def _counts_things(field: Field) -> bool:
    """Whole numbers called by several things: ``page_views``, ``seats``."""
    last = field.words[-1]
    return field.kind is Kind.INTEGER and last not in _NO_PLURALS and singular(last) != last
