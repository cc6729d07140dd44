"""Whether a design has every part that it names.

Tables are made of parts that name each other: a fact its entity, a link its dimension, an
aggregate its measures. On a sound design each of them finds what it looks for; on another one
nobody looks, since it is told here what is missing, and where.
"""

from __future__ import annotations

from collections.abc import Iterator

from medallion_core.errors import MedallionError
from medallion_core.model import Design, Finding
from medallion_core.tables.soundness.entities import entity_findings, reference_findings
from medallion_core.tables.soundness.parts import named, parts_of
from medallion_core.tables.soundness.star import (
    aggregate_findings,
    bridge_findings,
    dimension_findings,
    fact_findings,
)

__all__ = ["require_sound", "unsound"]


def unsound(design: Design) -> list[Finding]:
    """An ERROR for each name that leads nowhere or is there twice; none: the design is sound."""
    return list(_findings(design))


def require_sound(design: Design) -> None:
    """Raises MedallionError DESIGN_INVALID with the first name that leads nowhere."""
    found = unsound(design)
    if found:
        first = found[0]
        more = f" {len(found) - 1} more like it." if len(found) > 1 else ""
        raise MedallionError(
            "DESIGN_INVALID", f"In the design, {first.subject}: {first.detail}{more}", first.hint
        )


def _findings(design: Design) -> Iterator[Finding]:
    parts, star = parts_of(design), design.star
    yield from named("The design", [entity.name for entity in design.entities])
    for tables in (star.dimensions, star.facts, star.bridges, star.aggregates):
        yield from named("The star", [table.name for table in tables])
    for entity in design.entities:
        yield from entity_findings(entity, parts)
    for reference in design.references:
        yield from reference_findings(reference, parts)
    for dimension in star.dimensions:
        yield from dimension_findings(dimension, parts)
    for fact in star.facts:
        yield from fact_findings(fact, parts)
    for bridge in star.bridges:
        yield from bridge_findings(bridge, parts)
    for aggregate in star.aggregates:
        yield from aggregate_findings(aggregate, parts)
