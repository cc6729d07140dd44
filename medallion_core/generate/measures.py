"""Measures: numbers that add up to what the source adds up to."""

from __future__ import annotations

import re

from medallion_core.generate import columns, sql
from medallion_core.generate.schema import GoldColumn
from medallion_core.model import Aggregation, Design, Entity, Fact, Header, HeaderAmount, Measure

EQUAL_SHARE = "_equal_share"
SHARE_TYPE = "DECIMAL(18, 17)"

_INTEGERS = ("tinyint", "smallint", "int", "bigint")
_COLUMN = re.compile(r"`((?:[^`]|``)+)`|([A-Za-z_]\w*)")


def measure_columns(design: Design, fact: Fact) -> list[GoldColumn]:
    """The measures that belong at the fact's grain.

    A header's amount without an allocation stays at header grain: on the lines it would be
    counted once per line.
    """
    return [_column(design, fact, measure) for measure in fact.measures if at_line_grain(measure)]


def at_line_grain(measure: Measure) -> bool:
    return not measure.from_header or measure.allocation is not None


def share_columns(fact: Fact) -> list[tuple[str, str]]:
    """Name and SQL of the columns that say how far a header's amount is spent by each line.

    Running shares are rounded, not the amounts, so that a header's lines add up to it exactly:
    the last one is 1.
    """
    found: dict[str, str] = {}
    for measure in fact.measures:
        if measure.allocation and fact.header:
            share = _share_name(measure)
            found.setdefault(share, _running_share(fact, fact.header, measure))
    shares = list(found.items())
    return shares + [(f"{name}_before", _share_before(fact, name)) for name, _ in shares]


def _share_name(measure: Measure) -> str:
    by_weight = measure.allocation is HeaderAmount.WEIGHTED and measure.weight
    return f"_share_by_{measure.weight}" if by_weight else EQUAL_SHARE


def _window(fact: Fact, header: Header) -> tuple[str, str]:
    keys = ", ".join(map(sql.name, header.columns))
    order = ", ".join([*map(sql.name, fact.grain), "to_json(struct(*))"])
    return keys, order


def _running_share(fact: Fact, header: Header, measure: Measure) -> str:
    keys, order = _window(fact, header)
    running = f"OVER (PARTITION BY {keys} ORDER BY {order} ROWS UNBOUNDED PRECEDING)"
    equal = f"try_divide(count(*) {running}, count(*) OVER (PARTITION BY {keys}))"
    if _share_name(measure) == EQUAL_SHARE:
        return f"CAST({equal} AS {SHARE_TYPE})"
    weight = f"coalesce({sql.name(measure.weight)}, 0)"
    weighted = f"try_divide(sum({weight}) {running}, sum({weight}) OVER (PARTITION BY {keys}))"
    return f"CAST(coalesce({weighted}, {equal}) AS {SHARE_TYPE})"


def _share_before(fact: Fact, share: str) -> str:
    assert fact.header is not None  # noqa: S101
    keys, order = _window(fact, fact.header)
    return f"coalesce(lag({sql.name(share)}) OVER (PARTITION BY {keys} ORDER BY {order}), 0)"


def _column(design: Design, fact: Fact, measure: Measure) -> GoldColumn:
    return GoldColumn(
        name=measure.name,
        type=measure.type,
        expression=_guarded(measure, *_value(design, fact, measure)),
        comment=_comment(measure),
    )


def _value(design: Design, fact: Fact, measure: Measure) -> tuple[str, str]:
    """The measure's SQL over ``line`` and ``header``, and its type where that is known."""
    alias = "header" if measure.from_header else "line"
    header = fact.header.entity if fact.header and measure.from_header else fact.entity
    entity = design.entity(header)
    expression, type_ = source_value(entity, measure, alias)
    if measure.allocation is None:
        return expression, type_
    share = sql.column("line", _share_name(measure))
    before = sql.column("line", f"{_share_name(measure)}_before")
    amount = expression if type_ else f"({expression})"
    parts = [f"{amount} * {share}", f"{amount} * {before}"]
    scale = _scale(measure.type)
    return " - ".join(f"round({part}, {scale})" if scale else part for part in parts), ""


def source_value(entity: Entity, measure: Measure, alias: str) -> tuple[str, str]:
    """The measure's SQL over a row of ``entity`` called ``alias``; its type for a plain column."""
    plain = _COLUMN.fullmatch(measure.expression.strip())
    types = {column.name: columns.silver_type(column) for column in columns.silver_columns(entity)}
    if plain:
        name = (plain[1] or plain[2]).replace("``", "`")
        if name in types:
            return sql.column(alias, name), types[name]
    return sql.qualify(measure.expression, types, alias), ""


def _guarded(measure: Measure, value: str, type_: str) -> str:
    """Sums take NULL for nothing; what is averaged or compared keeps it, as it would count."""
    if measure.aggregation is Aggregation.SUM:
        zero = _zero(measure.type)
        value, type_ = f"coalesce({value}, {zero})", type_ if _keeps_type(type_) else ""
    return value if type_ == measure.type else f"CAST({value} AS {sql.type_name(measure.type)})"


def _zero(type_: str) -> str:
    return "0" if type_ in _INTEGERS else "0.0"


def _keeps_type(type_: str) -> bool:
    """Whether ``coalesce`` with the literal zero is of the same type."""
    return type_ in ("int", "bigint", "double") or bool(_scale(type_))


def _scale(type_: str) -> str:
    """The digits behind the point of a decimal, empty for none and for other types."""
    match = re.fullmatch(r"decimal\(\d+, ?([1-9]\d*)\)", type_)
    return match[1] if match else ""


def _comment(measure: Measure) -> str:
    spread = {
        HeaderAmount.EQUAL: "The header's amount, spread equally over its lines.",
        HeaderAmount.WEIGHTED: f"The header's amount, spread over its lines by {measure.weight}.",
        None: "",
    }[measure.allocation]
    unit = f"In {measure.unit}." if measure.unit else ""
    return " ".join(filter(None, (_sentence(measure.comment), unit, spread)))


def _sentence(text: str) -> str:
    """``text`` with its full stop."""
    stripped = text.strip()
    return stripped if not stripped or stripped[-1] in ".!?" else f"{stripped}."
