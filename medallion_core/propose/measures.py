"""Which numbers of a fact are measures, how they add up, and in what unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from medallion_core.model import Aggregation, EntityColumn, Fact, Measure
from medallion_core.propose.kinds import kind_of
from medallion_core.propose.names import stem, stem_vocabulary, words
from medallion_core.propose.vocabulary import KEY_MARKERS, UNITS, vocabulary
from medallion_core.text import sql
from medallion_core.text.identifiers import quote_identifier
from medallion_core.text.types import (
    as_decimal,
    factor_types,
    family,
    is_floating,
    product_type,
)

_NOT_ADDITIVE = stem_vocabulary(
    "price rate ratio percent percentage pct share margin factor exchange "
    "latitude longitude lat lon lng coordinate coord easting northing altitude elevation bearing "
    "heading azimuth temperature temp probability ph srp msrp unitprice listprice "
    "preis prix precio prezzo prozent anteil taux tasa kurs"
)
_AVERAGED = stem_vocabulary(
    "score rating grade speed age humidity pressure visibility velocity average avg mean nps csat"
)
_RUNNING = vocabulary("ytd mtd qtd wtd cumulative cumulated cum running accumulated todate")
"""Words of numbers that hold all that was before, too."""

_STATES = stem_vocabulary("standing ranking leaderboard snapshot balance holding position")
"""Last words of tables whose rows say how things stood, time after time."""

_LASTING = vocabulary(
    "air flight travel elapsed lead supply wait waiting response processing process run running "
    "play talk handle handling transit dwell idle down up cycle repair resolution reaction "
    "execution cpu block taxi hold setup queue travelling driving working"
)
"""Words before ``time`` that make it one that lasts; others tell when something was."""

_COST_OF_ONE = stem_vocabulary("cost expense")
_OF_ONE = vocabulary("unit standard std supply average avg per each list replacement piece")
"""Words before a cost that make it the one of a single piece."""

_QUANTITIES = stem_vocabulary("quantity qty units pieces unit count")
_PRICES = stem_vocabulary("price unitprice")

_SEMI_ADDITIVE = stem_vocabulary(
    "balance stock inventory onhand available avail availqty bal acctbal headcount outstanding"
)
_ON_HAND = frozenset(("on", "hand"))
_FLOWS = stem_vocabulary(
    "sale sold revenue turnover paid payment charge charged cost fee fare freight tip wage salary "
    "income expense spend spent order ordered shipped received issued returned used consumed "
    "consumption produced production hours visit click impression view session call event "
    "transaction trip ride passenger delivered accrued discount refund profit tax budget target "
    "forecast distance duration energy rain rainfall precipitation snowfall visitor download sent "
    "deposit withdrawal receipt inflow outflow purchase purchased demand scrap scrapped interest "
    "dividend adjustment movement shipment delivery arrival departure signup churn churned new "
    "change delta"
)
"""Words of what comes about in a period, and adds up with that of the next."""

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

_REFERRING = vocabulary("of by")
"""Last words that tell of another thing: ``reversal_of``, ``replaced_by``."""

_BOUNDS_BEFORE = vocabulary("min max minimum maximum lowest highest least")
_BOUNDS_BEHIND = vocabulary("max minimum maximum low high lower upper lowest highest")
"""First and last words of numbers that bound others: ``min_order_qty``, ``range_high``."""

_PLACES = stem_vocabulary("rank ranking position grid")
"""Words of numbers that say who came before whom."""

_NO_MEASURE = vocabulary(
    "year month day week quarter hour minute weekday yr mon dow doy date time flag priority status "
    "type category class bracket band tier bucket decile quintile percentile ts timestamp "
    "version revision release build line seq sequence sequential ordinal index "
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
    if len(parts) > 1 and parts[-1] in _REFERRING:
        return False
    if not _PLACES.isdisjoint(map(stem, parts)) and not says_quantity(parts):
        return False
    placed = parts[-1] in _NO_MEASURE and not lasts(parts)
    return not placed and (not column.privacy or says_quantity(parts))


def is_sum(measure: Measure) -> bool:
    """Whether the measure is added up over the rows."""
    return measure.aggregation is Aggregation.SUM


def not_summed(fact: Fact, names: Collection[str]) -> Fact:
    """``fact``, whose measures called ``names`` are numbers that nothing adds up."""
    measures = (
        replace(measure, aggregation=Aggregation.NONE) if measure.name in names else measure
        for measure in fact.measures
    )
    return replace(fact, measures=tuple(measures))


def lasts(parts: tuple[str, ...]) -> bool:
    """Whether a time is a duration rather than a moment.

    >>> lasts(("air", "time")), lasts(("departure", "time"))
    (True, False)
    """
    return parts[-1] == "time" and not _LASTING.isdisjoint(parts[:-1])


def keeps_states(table: tuple[str, ...]) -> bool:
    """Whether a table of these words says how things stood rather than what happened."""
    return stem(table[-1]) in _STATES


def is_flow(parts: Iterable[str]) -> bool:
    """Whether the words are those of what comes about, rather than of how much there is.

    >>> is_flow(("units", "sold")), is_flow(("units",))
    (True, False)
    """
    return not _FLOWS.isdisjoint(map(stem, parts))


def says_quantity(parts: tuple[str, ...]) -> bool:
    """Whether the words say that there is more or less of something.

    >>> says_quantity(("mobile", "visits")), says_quantity(("mobile",))
    (True, False)
    """
    quantities = _MONEY | _PRICED | _COUNTED | _MEASURED | _SEMI_ADDITIVE | _WHOLE_LINE
    return any(part in UNITS for part in parts) or not quantities.isdisjoint(map(stem, parts))


def propose_measure(
    column: EntityColumn, parts: tuple[str, ...], *, states: bool = False
) -> Measure:
    """The column itself with the aggregation that its name asks for; sum where it asks nothing.
    ``states``: the rows of its table say how things stood, which is not added up over time."""
    adds = aggregation(parts)
    measure = Measure(
        column.name,
        quote_identifier(column.name),
        column.type,
        aggregation=Aggregation.LAST if states and adds is Aggregation.SUM else adds,
        unit=_unit(parts),
        comment=column.comment,
    )
    return ratio(measure) if column.source_format.endswith("%") else measure


def aggregation(parts: tuple[str, ...]) -> Aggregation:
    """Prices, rates and positions do not add up; balances add over everything but time.

    >>> aggregation(("unit", "net", "price")), aggregation(("extended", "price"))
    (<Aggregation.NONE: 'none'>, <Aggregation.SUM: 'sum'>)
    """
    found = frozenset(map(stem, parts))
    if found & _WHOLE_LINE and found & _MONEY and "unit" not in parts:
        return Aggregation.SUM
    if found & _NOT_ADDITIVE or (found & _COST_OF_ONE and not _OF_ONE.isdisjoint(parts)):
        return Aggregation.NONE
    if found & _AVERAGED:
        return Aggregation.AVERAGE
    if _bounds(parts):
        return Aggregation.NONE
    lasting = found & _SEMI_ADDITIVE or found >= _ON_HAND or not _RUNNING.isdisjoint(parts)
    return Aggregation.LAST if lasting else Aggregation.SUM


def _bounds(parts: tuple[str, ...]) -> bool:
    """Whether the number says how low or high others may be or were.

    >>> _bounds(("max", "order", "qty")), _bounds(("low", "qty")), _bounds(("min",))
    (True, True, False)
    """
    if len(parts) == 1:
        return False
    before = parts[0] in _BOUNDS_BEFORE or (parts[0] in ("low", "high") and len(parts) == 2)
    return before or parts[-1] in _BOUNDS_BEHIND


def line_amount(measures: Sequence[Measure]) -> list[Measure]:
    """Quantity times price where a fact has one of each and no amount; else nothing."""
    quantities = [m for m in measures if _is(m, _QUANTITIES) and m.aggregation is Aggregation.SUM]
    prices = [m for m in measures if _is(m, _PRICES) and m.aggregation is Aggregation.NONE]
    amounts = [
        m
        for m in measures
        if m.unit == "currency"
        and m.aggregation is Aggregation.SUM
        and not may_be_ratio(words(m.name))
    ]
    if len(quantities) != 1 or len(prices) != 1 or amounts:
        return []
    [quantity], [price] = quantities, prices
    types = factor_types(quantity.type, price.type)
    if types is None:
        return []
    product = f"{_as(quantity, types[0])} * {_as(price, types[1])}"
    return [
        Measure(
            "line_amount",
            finite(product) if is_floating(types[0]) else product,
            product_type(*types),
            unit="currency",
            comment=f"{quantity.name} times {price.name}, before what is taken off or added",
        )
    ]


def _as(measure: Measure, type_: str) -> str:
    """The measure's SQL as ``type_``, before anything is made of it."""
    if measure.type == type_ or (family(type_) == "decimal" and as_decimal(measure.type) == type_):
        return measure.expression
    return f"CAST({measure.expression} AS {sql.type_name(type_)})"


def finite(value: str) -> str:
    """SQL for ``value`` where it is a number: NaN and infinity make a sum of them."""
    return f"IF(abs({value}) < double('Infinity'), {value}, NULL)"


def summed_column(measure: Measure, columns: Iterable[str]) -> str:
    """The one of ``columns`` that a measure is, as it is; empty where it is made of more."""
    quoted = {quote_identifier(name): name for name in columns}
    plain = next((q for q in quoted if measure.expression in (q, finite(q))), "")
    return quoted.get(plain, "")


def _is(measure: Measure, words_: Collection[str]) -> bool:
    return stem(words(measure.name)[-1]) in words_


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
