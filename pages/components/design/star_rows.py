"""The star as rows of editable tables, and edited rows as a Design again.

What was left out is a row too, not ticked, so that it can be had again; it stands where it was
proposed, so that a tick moves no row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from medallion_core import edit
from medallion_core.model import (
    Aggregation,
    Attribute,
    DegenerateKey,
    Design,
    Dimension,
    Fact,
    HeaderAmount,
    Measure,
)
from medallion_core.text import sql
from pages.components.frame.typed import Row

NOT_SPREAD, EQUALLY = "stays with the header", "equally"
_BY = "by "

Item = TypeVar("Item")


def measure_rows(design: Design, fact: Fact) -> list[Row]:
    return [
        {
            "include": measure in fact.measures,
            "name": measure.name,
            "expression": measure.expression,
            "type": measure.type,
            "aggregation": measure.aggregation.value,
            "unit": measure.unit,
            "comment": measure.comment,
        }
        for measure in _measures(design, fact)
    ]


def _measures(design: Design, fact: Fact) -> list[Measure]:
    """Those at the fact's own grain, and those that were left out."""
    own = [measure for measure in fact.measures if not measure.from_header]
    proposed = edit.proposed_measures(design, fact)
    return _in_place(own, proposed, lambda measure: measure.expression)


def with_measures(design: Design, fact: Fact, rows: Sequence[Row]) -> Design:
    kept = [
        _measure(measure, row)
        for measure, row in zip(_measures(design, fact), rows, strict=True)
        if row["include"]
    ]
    header = [measure for measure in fact.measures if measure.from_header]
    edited = edit.edit_measures(design, fact.name, [*kept, *header])
    return edit.without_answered(design, edited)


def _measure(measure: Measure, row: Row) -> Measure:
    return replace(
        measure,
        name=row["name"] or measure.name,
        expression=row["expression"] or measure.expression,
        type=row["type"] or measure.type,
        aggregation=Aggregation(row["aggregation"]),
        unit=row["unit"] or "",
        comment=row["comment"] or "",
    )


def amount_rows(design: Design, fact: Fact) -> list[Row]:
    return [
        {"amount": amount.name, "comment": amount.comment, "spread": _spread_words(amount)}
        for amount in edit.header_amounts(design, fact)
    ]


def with_amounts(design: Design, fact: Fact, rows: Sequence[Row]) -> Design:
    amounts = edit.header_amounts(design, fact)
    spread = [_spread(amount, row["spread"]) for amount, row in zip(amounts, rows, strict=True)]
    return edit.spread_amounts(design, fact.name, spread)


def spread_choices(fact: Fact) -> list[str]:
    """The ways to spread a header's amount: over the lines alike, or by a column of theirs."""
    own = [sql.plain_name(m.expression) for m in fact.measures if not m.from_header]
    return [NOT_SPREAD, EQUALLY, *(f"{_BY}{name[-1]}" for name in own if name)]


def _spread_words(amount: Measure) -> str:
    if amount.allocation is None:
        return NOT_SPREAD
    return f"{_BY}{amount.weight}" if amount.weight else EQUALLY


def _spread(amount: Measure, words: str) -> Measure:
    if words == NOT_SPREAD:
        return replace(amount, allocation=None, weight="")
    if words == EQUALLY:
        return replace(amount, allocation=HeaderAmount.EQUAL, weight="")
    return replace(amount, allocation=HeaderAmount.WEIGHTED, weight=words.removeprefix(_BY))


def key_rows(design: Design, fact: Fact) -> list[Row]:
    """The columns that stay on a fact as they are: order numbers, texts, flags."""
    return [
        {"include": key in fact.degenerate, "name": key.name, "column": key.column}
        for key in _keys(design, fact)
    ]


def _keys(design: Design, fact: Fact) -> list[DegenerateKey]:
    derived = edit.derived_fact(design, fact)
    junk = edit.junk_dimension(design.star, fact)
    flags = {(column, False) for column in (junk.business_key if junk else ())}
    others = [
        key
        for key in (derived.degenerate if derived else ())
        if (key.column, key.from_header) not in flags
    ]
    return _in_place(fact.degenerate, others, lambda key: (key.column, key.from_header))


def with_keys(design: Design, fact: Fact, rows: Sequence[Row]) -> Design:
    kept = tuple(
        replace(key, name=row["name"] or key.name)
        for key, row in zip(_keys(design, fact), rows, strict=True)
        if row["include"]
    )
    return edit.edit_fact(design, replace(fact, degenerate=kept))


def attribute_rows(design: Design, dimension: Dimension) -> list[Row]:
    tables = [dimension.entity, *(parent.entity for parent in dimension.folded)]
    return [
        {
            "include": present,
            "name": attribute.name,
            "table": tables[group],
            "column": attribute.column,
            "comment": attribute.comment,
        }
        for group, attribute, present in _attributes(design, dimension)
    ]


def with_attributes(design: Design, dimension: Dimension, rows: Sequence[Row]) -> Design:
    groups: dict[int, list[Attribute]] = defaultdict(list)
    for (group, attribute, _), row in zip(_attributes(design, dimension), rows, strict=True):
        if row["include"]:
            named = replace(attribute, name=row["name"], comment=row["comment"] or "")
            groups[group].append(named)
    edited = replace(
        dimension,
        attributes=tuple(groups[0]),
        folded=tuple(
            replace(parent, attributes=tuple(groups[number]))
            for number, parent in enumerate(dimension.folded, 1)
        ),
    )
    return edit.edit_dimension(design, edited)


def _attributes(design: Design, dimension: Dimension) -> list[tuple[int, Attribute, bool]]:
    """Attributes with the number of their table, 0 for the dimension's own, and whether they
    are in."""
    derived = edit.derived_dimension(design, dimension)
    parents = {(p.entity, p.columns): p.attributes for p in (derived.folded if derived else ())}
    groups = [(dimension.attributes, derived.attributes if derived else ())]
    groups += [(p.attributes, parents.get((p.entity, p.columns), ())) for p in dimension.folded]
    return [item for number, group in enumerate(groups) for item in _numbered(number, *group)]


def _numbered(
    number: int, mine: Sequence[Attribute], derived: Sequence[Attribute]
) -> Iterator[tuple[int, Attribute, bool]]:
    present = {attribute.column for attribute in mine}
    for attribute in _in_place(mine, derived, lambda each: each.column):
        yield number, attribute, attribute.column in present


def _in_place(
    mine: Sequence[Item], proposed: Sequence[Item], same: Callable[[Item], object]
) -> list[Item]:
    """``mine``, and what was proposed besides, each behind what it was proposed behind.

    >>> _in_place("bd", "abc", str.lower)
    ['a', 'b', 'c', 'd']
    """
    every, before = list(mine), 0
    for item in proposed:
        found = [place for place, each in enumerate(every) if same(each) == same(item)]
        if not found:
            every.insert(before, item)
        before = (found[0] if found else before) + 1
    return every
