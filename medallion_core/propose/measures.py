"""Which numbers of a fact are measures, how they add up, and in what unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from medallion_core.model import Aggregation, EntityColumn, Measure
from medallion_core.propose.kinds import kind_of
from medallion_core.propose.names import stem, stem_vocabulary
from medallion_core.propose.vocabulary import KEY_MARKERS, UNITS, vocabulary
from medallion_core.text.identifiers import quote_identifier

_NOT_ADDITIVE = stem_vocabulary(
    "price rate ratio percent percentage pct share margin factor exchange rank position grid "
    "latitude longitude lat lon lng temperature temp probability ph srp msrp unitprice listprice"
)
_AVERAGED = stem_vocabulary(
    "score rating grade speed age humidity pressure visibility velocity average avg mean"
)
_SEMI_ADDITIVE = stem_vocabulary(
    "balance stock inventory onhand available avail availqty bal acctbal headcount outstanding"
)
_MONEY = stem_vocabulary(
    "amount price cost total revenue sales salary fee fees tax paid payment balance freight income "
    "budget charge charges discount profit subtotal tip tips fare wage refund debit credit"
)
_PRICED = stem_vocabulary("price cost amount fee salary tax revenue")
_RATES = stem_vocabulary("rate ratio share")
_WHOLE_LINE = stem_vocabulary("extended total net gross line sub")
_AMOUNTS = stem_vocabulary("amount amt total value")
_AMOUNT_OR_RATE = stem_vocabulary("discount tax commission")
_COUNTED = stem_vocabulary("quantity qty count units number items visits clicks impressions")

_NO_MEASURE = vocabulary(
    "year month day week quarter hour minute weekday yr mon dow doy date time flag priority status "
    "type category class version revision line seq sequence sequential ordinal index idx row step "
    "stop lap zip postal"
)
"""Last words of numbers that place a row in time, in order or in a class; the plural counts."""


def is_measure(column: EntityColumn, parts: tuple[str, ...], used: Collection[str]) -> bool:
    """Whether a silver column is a number to calculate with. ``parts`` are its words without
    what the whole table shares, ``used`` the columns of keys and references."""
    if column.name in used or not column.included or not kind_of(column.type).is_number:
        return False
    if parts[-1] in KEY_MARKERS or parts[0] in ("is", "has"):
        return False
    return parts[-1] not in _NO_MEASURE


def propose_measure(column: EntityColumn, parts: tuple[str, ...]) -> Measure:
    """The column itself with the aggregation that its name asks for; sum where it asks nothing."""
    measure = Measure(
        column.name,
        quote_identifier(column.name),
        column.type,
        aggregation=aggregation(parts),
        unit=_unit(parts),
        comment=column.comment,
    )
    return ratio(measure) if column.source_format.endswith("%") else measure


def aggregation(parts: tuple[str, ...]) -> Aggregation:
    """Prices, rates and positions do not add up; balances add over everything but time.

    >>> aggregation(("unit", "price")), aggregation(("extended", "price"))
    (<Aggregation.NONE: 'none'>, <Aggregation.SUM: 'sum'>)
    """
    found = frozenset(map(stem, parts))
    if found & _WHOLE_LINE and found & _MONEY:
        return Aggregation.SUM
    if found & _NOT_ADDITIVE:
        return Aggregation.NONE
    if found & _AVERAGED:
        return Aggregation.AVERAGE
    return Aggregation.LAST if found & _SEMI_ADDITIVE else Aggregation.SUM


def ratio(measure: Measure) -> Measure:
    """The measure as a share of something, which does not add up."""
    return replace(measure, aggregation=Aggregation.NONE, unit="ratio")


def may_be_ratio(parts: tuple[str, ...]) -> bool:
    """Discounts and taxes are amounts in one schema and rates in the next; the values tell."""
    found = frozenset(map(stem, parts))
    return bool(found & _AMOUNT_OR_RATE) and not found & _AMOUNTS


def is_money(words: Iterable[str]) -> bool:
    """Whether a number's words say that it is an amount of money, a price or a cost.

    >>> is_money(("unit", "price")), is_money(("tax", "rate"))
    (True, False)
    """
    found = frozenset(map(stem, words))
    return bool(found & (_MONEY | _PRICED)) and not found & _RATES


def _unit(parts: tuple[str, ...]) -> str:
    for part in reversed(parts):
        if part in UNITS:
            return UNITS[part]
    found = frozenset(map(stem, parts))
    if found & _RATES:
        return "rate"
    if found & _PRICED:
        return "currency"
    if found & _COUNTED:
        return "count"
    return "currency" if found & _MONEY else ""
