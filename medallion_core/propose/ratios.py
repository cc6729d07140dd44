"""Measures whose values, not whose names, say that they are shares of something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from medallion_core.model import Design, Fact, Measure
from medallion_core.propose.fields import Field
from medallion_core.propose.measures import may_be_ratio, ratio
from medallion_core.propose.tables import Table
from medallion_core.text.identifiers import quote_identifier


def with_ratios(design: Design, tables: Sequence[Table]) -> tuple[Fact, ...]:
    """The facts of ``design``, whose entities are ``tables`` in order: discounts and taxes that
    never exceed 1 are rates and are not summed."""
    fields = {
        entity.name: {quote_identifier(c.name): table.fields[c.source] for c in entity.columns}
        for entity, table in zip(design.entities, tables, strict=True)
    }
    return tuple(
        replace(fact, measures=tuple(_judged(m, fields[fact.entity]) for m in fact.measures))
        for fact in design.star.facts
    )


def _judged(measure: Measure, fields: Mapping[str, Field]) -> Measure:
    field = fields.get(measure.expression)
    if field is None or field.span is None or not may_be_ratio(field.words):
        return measure
    least, most = field.span
    return ratio(measure) if least >= 0 and most <= 1 and not field.is_whole else measure
