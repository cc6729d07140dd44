"""What a whole design names and does not have."""

from __future__ import annotations

from collections.abc import Iterator

from medallion_core.errors import MedallionError
from medallion_core.model import Design, Finding
from medallion_core.tables.gold import gold_tables
from medallion_core.tables.soundness.entities import entity_findings, reference_findings
from medallion_core.tables.soundness.parts import named, parts_of


def unsound(design: Design) -> list[Finding]:
    """An ERROR for each name that leads nowhere or is there twice; none: the design is sound."""
    return list(design.find_out_once("unsound", lambda: tuple(_findings(design))))


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
    parts = parts_of(design)
    yield from named("The design", [entity.name for entity in design.entities])
    yield from named("The star", [table.name for table in design.star.tables])
    for entity in design.entities:
        yield from entity_findings(entity, parts)
    for reference in design.references:
        yield from reference_findings(reference, parts)
    for table in gold_tables(design):
        yield from table.findings(parts)
