"""The star: from roles, keys and references, however they came about."""

from __future__ import annotations

from dataclasses import replace

from medallion_core.model import Aggregate, Design, Fact, Measure, Star
from medallion_core.propose.dimensions import propose_dimensions
from medallion_core.propose.facts import propose_facts
from medallion_core.propose.links import Joins


def propose_star(design: Design) -> Star:
    """The star of ``design``'s entities and accepted references.

    Cheap, and the same for the same design. What a person said about the measures of the present
    star is kept where the measure still exists; aggregates are kept where their fact does.
    """
    joins = Joins(design)
    dimensions = propose_dimensions(joins)
    facts, bridges = propose_facts(joins, dimensions)
    kept = tuple(_keep(fact, design.star) for fact in facts)
    return Star(tuple(dimensions.values()), kept, bridges, _aggregates(kept, design.star))


def _keep(fact: Fact, before: Star) -> Fact:
    """``fact`` with its measures as they were set before, and with those a person added."""
    earlier = next((f for f in before.facts if f.entity == fact.entity), None)
    if earlier is None:
        return fact
    known = {(m.expression, m.from_header): m for m in earlier.measures}
    measures = tuple(known.pop((m.expression, m.from_header), m) for m in fact.measures)
    added = tuple(m for m in known.values() if _is_calculated(m))
    return replace(fact, measures=(*measures, *added))


def _is_calculated(measure: Measure) -> bool:
    """More than a column, so it was not proposed but written by a person."""
    return measure.from_header or not (
        measure.expression.startswith("`") and measure.expression.count("`") == 2
    )


def _aggregates(facts: tuple[Fact, ...], before: Star) -> tuple[Aggregate, ...]:
    names = {fact.name for fact in facts}
    return tuple(aggregate for aggregate in before.aggregates if aggregate.fact in names)
