"""Which numbers of a fact are measures, how they add up, and in what unit."""

from __future__ import annotations

from collections.abc import Collection

from medallion_core.identifiers import quote_identifier
from medallion_core.model import Aggregation, EntityColumn, Measure
from medallion_core.propose.names import KEY_MARKERS, stem, stem_vocabulary
from medallion_core.propose.tables import kind_of

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
_COUNTED = stem_vocabulary("quantity qty count units number items orders visits clicks impressions")
_TIMES = {
    "milliseconds": "milliseconds", "millis": "milliseconds", "ms": "milliseconds",
    "seconds": "seconds", "secs": "seconds", "sec": "seconds",
    "minutes": "minutes", "mins": "minutes", "hours": "hours", "days": "days",
    "bytes": "bytes", "kg": "kilograms", "km": "kilometres", "miles": "miles",
    "lbs": "pounds", "meters": "metres", "metres": "metres", "pct": "percent",
    "percent": "percent", "percentage": "percent", "usd": "USD", "eur": "EUR", "gbp": "GBP",
    "sqft": "square feet", "celsius": "degrees Celsius", "fahrenheit": "degrees Fahrenheit",
}  # fmt: skip
"""Words that are units; milliseconds or USD need no guess."""

_CALENDAR = stem_vocabulary(
    "year month day week quarter hour minute weekday yr mon dow doy date time flag is has "
    "version line seq sequence"
)


def is_measure(column: EntityColumn, parts: tuple[str, ...], used: Collection[str]) -> bool:
    """Whether a silver column is a number to calculate with. ``parts`` are its words without
    what the whole table shares, ``used`` the columns of keys and references."""
    if column.name in used or not column.included or not kind_of(column.type).is_number:
        return False
    if parts[-1] in KEY_MARKERS and len(parts) > 1 and parts[-1] not in ("no", "number"):
        return False
    named_as_key = parts[-1] in KEY_MARKERS
    calendar = stem(parts[-1]) in _CALENDAR or stem(parts[0]) in stem_vocabulary("is has")
    return not named_as_key and not calendar


def propose_measure(column: EntityColumn, parts: tuple[str, ...]) -> Measure:
    """The column itself with the aggregation that its name asks for; sum where it asks nothing."""
    return Measure(
        column.name,
        quote_identifier(column.name),
        column.type,
        aggregation(parts),
        _unit(parts),
        column.comment,
    )


def aggregation(parts: tuple[str, ...]) -> Aggregation:
    """Prices, rates and positions do not add up; balances add over everything but time.

    >>> aggregation(("unit", "price")), aggregation(("extended", "price"))
    (<Aggregation.NONE: 'none'>, <Aggregation.SUM: 'sum'>)
    """
    found = frozenset(map(stem, parts))
    if found & stem_vocabulary("extended total net gross line sub") and found & _MONEY:
        return Aggregation.SUM
    if found & _NOT_ADDITIVE:
        return Aggregation.NONE
    if found & _AVERAGED:
        return Aggregation.AVERAGE
    return Aggregation.LAST if found & _SEMI_ADDITIVE else Aggregation.SUM


def _unit(parts: tuple[str, ...]) -> str:
    for part in reversed(parts):
        if part in _TIMES:
            return _TIMES[part]
    found = frozenset(map(stem, parts))
    if found & _MONEY:
        return "currency"
    return "count" if found & _COUNTED else ""
