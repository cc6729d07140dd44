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
    "latitude longitude lat lon lng coordinate coord easting northing altitude elevation bearing "
    "heading azimuth temperature temp probability ph srp msrp unitprice listprice "
    "preis prix precio prezzo prozent anteil taux tasa kurs"
)
_AVERAGED = stem_vocabulary(
    "score rating grade speed age humidity pressure visibility velocity average avg mean nps csat"
)
_SEMI_ADDITIVE = stem_vocabulary(
    "balance stock inventory onhand available avail availqty bal acctbal headcount outstanding"
)
_MONEY = stem_vocabulary(
    "amount price cost total revenue sales salary fee fees tax paid payment balance freight income "
    "budget charge charges discount profit subtotal tip tips fare wage refund debit credit "
    "betrag umsatz kosten montant importe importo"
)
_PRICED = stem_vocabulary("price cost amount fee salary tax revenue")
_RATES = stem_vocabulary("rate ratio share")
_WHOLE_LINE = stem_vocabulary("extended total net gross line sub")
_GIVEN = stem_vocabulary("star satisfaction stars sterne")
_AMOUNTS = stem_vocabulary("amount amt total value")
_AMOUNT_OR_RATE = stem_vocabulary("discount tax commission")
_COUNTED = stem_vocabulary("quantity qty count units number items visits clicks impressions")
_MEASURED = stem_vocabulary(
    "weight volume duration distance length height width depth size area energy power mileage "
    "population capacity value amount amt sum menge anzahl summe gewicht"
)

_NO_MEASURE = vocabulary(
    "year month day week quarter hour minute weekday yr mon dow doy date time flag priority status "
    "type category class version revision release build line seq sequence sequential ordinal index "
    "idx row step stop lap zip postal postcode plz period epoch "
    "phone telephone fax mobile msisdn ssn ein tin npi passport isbn issn ean gtin upc asin sku "
    "barcode imei imsi iban bic swift routing account acct bin iin cvv pin isin cusip iata icao "
    "naics sic plate serial batch lot port asn "
    "jahr monat tag woche quartal annee mois jour ano mes anno mese"
)
"""Last words of numbers that place a row in time, in order or in a class, or that name a thing; the
plural counts."""


def is_measure(column: EntityColumn, parts: tuple[str, ...], used: Collection[str]) -> bool:
    """Whether a silver column is a number to calculate with. ``parts`` are its words without
    what the whole table shares, ``used`` the columns of keys and references."""
    if column.name in used or not column.included or not kind_of(column.type).is_number:
        return False
    if parts[-1] in KEY_MARKERS or parts[0] in ("is", "has"):
        return False
    return parts[-1] not in _NO_MEASURE and (not column.privacy or says_quantity(parts))


def says_quantity(parts: tuple[str, ...]) -> bool:
    """Whether the words say that there is more or less of something.

    >>> says_quantity(("mobile", "visits")), says_quantity(("mobile",))
    (True, False)
    """
    quantities = _MONEY | _PRICED | _COUNTED | _MEASURED | _SEMI_ADDITIVE | _WHOLE_LINE
    return any(part in UNITS for part in parts) or not quantities.isdisjoint(map(stem, parts))


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


def may_be_rating(parts: tuple[str, ...]) -> bool:
    """Stars are given to a thing, or counted; the values tell."""
    return stem(parts[-1]) in _GIVEN


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
