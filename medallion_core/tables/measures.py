"""Measures: numbers that add up to what the source adds up to."""

from __future__ import annotations

from dataclasses import dataclass

from medallion_core.model import Aggregation, Design, Fact, HeaderAmount, Measure
from medallion_core.model.parts import HEADER, LINE
from medallion_core.tables import columns
from medallion_core.tables.aliases import Aliases
from medallion_core.tables.schema import GoldColumn
from medallion_core.text import sql
from medallion_core.text.types import digits, is_floating

EXACT = "decimal(38,6)"
"""Sums are compared as decimals, since a sum of doubles depends on the order of the rows."""

EQUAL_SHARE = "_equal_share"

_UNITS = {"currency": "An amount of money.", "count": "", "rate": "A rate.", "ratio": "A ratio."}
"""What stands for a unit that is none to measure in."""

_ADDITIVITY = {
    Aggregation.SUM: "Additive.",
    Aggregation.AVERAGE: "Not additive: average it.",
    Aggregation.MINIMUM: "Not additive: take the minimum.",
    Aggregation.MAXIMUM: "Not additive: take the maximum.",
    Aggregation.LAST: "Semi-additive: adds up over all dimensions but dates.",
    Aggregation.NONE: "Not additive.",
}
"""Kimball's additive, semi-additive and non-additive facts."""


def measure_columns(design: Design, fact: Fact, rows: Aliases) -> list[GoldColumn]:
    """The measures that belong at the fact's grain.

    A header's amount without an allocation stays at header grain: on the lines it would be
    counted once per line.
    """
    return [_column(design, fact, each, rows) for each in fact.measures if at_line_grain(each)]


def at_line_grain(measure: Measure) -> bool:
    return not measure.from_header or measure.allocation is not None


@dataclass(frozen=True, slots=True)
class Allocation:
    """How header amounts are spread over lines: the header's key and the order of its lines, as
    SQL names, and for each column of shares the line column that weighs (empty: all weigh alike).
    """

    keys: list[str]
    order: list[str]
    weights: dict[str, str]


def allocation(fact: Fact) -> Allocation | None:
    """The shares that the fact's measures need, the equal one first: it stands in for a weighted
    one where the weights of a header add up to nothing, or to so little, as some are below 0, that
    a line would have many times the amount."""
    spread = [measure for measure in fact.measures if measure.allocation]
    if not spread or fact.header is None:
        return None
    weighted = [measure for measure in spread if _share_name(measure) != EQUAL_SHARE]
    return Allocation(
        keys=[sql.name(column) for column in fact.header.columns],
        order=[sql.name(column) for column in fact.grain],
        weights={EQUAL_SHARE: ""} | {_share_name(m): sql.name(m.weight) for m in weighted},
    )


def _share_name(measure: Measure) -> str:
    by_weight = measure.allocation is HeaderAmount.WEIGHTED and measure.weight
    return f"_share_by_{measure.weight}" if by_weight else EQUAL_SHARE


def _column(design: Design, fact: Fact, measure: Measure, rows: Aliases) -> GoldColumn:
    return GoldColumn(
        name=measure.name,
        type=measure.type,
        expression=_typed(measure, *_value(design, fact, measure, rows)),
        comment=_comment(measure),
    )


def _value(design: Design, fact: Fact, measure: Measure, rows: Aliases) -> tuple[str, str]:
    """The measure's SQL over the rows, and its type where that is known."""
    expression, type_ = source_value(design, fact, measure, rows)
    if measure.allocation is None:
        return expression, type_
    share = sql.column(rows.own, _share_name(measure))
    before = sql.column(rows.own, f"{_share_name(measure)}_before")
    amount = expression if type_ else f"({expression})"
    parts = [f"{amount} * {share}", f"{amount} * {before}"]
    # Rounded as it adds up, from line to line, so that the lines add up to the header's amount.
    _, places = digits(EXACT if is_floating(measure.type) else measure.type)
    return " - ".join(f"round({part}, {places})" for part in parts), ""


def source_value(design: Design, fact: Fact, measure: Measure, rows: Aliases) -> tuple[str, str]:
    """The measure's SQL over the rows before amounts are spread; its type for a plain column."""
    alias = rows.row(from_header=measure.from_header)
    entity = design.entity(fact.entity_of(from_header=measure.from_header))
    types = columns.silver_types(entity)
    match sql.plain_name(measure.expression):
        case (name,) if name in types:
            return sql.column(alias, name), types[name]
    expression = sql.check_expression(measure.expression)
    qualified = sql.qualify(expression, types, alias, (LINE, HEADER))
    return sql.requalify(qualified, {LINE: rows.own, HEADER: rows.header}), ""


def _typed(measure: Measure, value: str, type_: str) -> str:
    """NULL stays NULL, an amount that is not known: sums skip it, averages do not count it."""
    return value if type_ == measure.type else f"CAST({value} AS {sql.type_name(measure.type)})"


def _comment(measure: Measure) -> str:
    spread = {
        HeaderAmount.EQUAL: "The header's amount, spread equally over its lines.",
        HeaderAmount.WEIGHTED: f"The header's amount, spread over its lines by {measure.weight}.",
        None: "",
    }[measure.allocation]
    parts = (_sentence(measure.comment), _unit(measure), _ADDITIVITY[measure.aggregation], spread)
    return " ".join(filter(None, parts))


def _unit(measure: Measure) -> str:
    return _UNITS.get(measure.unit, f"In {measure.unit}.") if measure.unit else ""


def _sentence(text: str) -> str:
    """``text`` with its full stop."""
    stripped = text.strip()
    return stripped if not stripped or stripped[-1] in ".!?" else f"{stripped}."
