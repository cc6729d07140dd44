"""What an entity and a reference name."""

from __future__ import annotations

from collections.abc import Iterator

from medallion_core.model import Entity, Finding, Reference
from medallion_core.tables.columns import silver_columns
from medallion_core.tables.soundness.parts import Parts, error, names, paired


def entity_findings(entity: Entity, parts: Parts) -> Iterator[Finding]:
    if not entity.reads:
        yield error(entity.name, "It is read from nowhere.", "Give it a source.")
    if not silver_columns(entity):
        yield error(entity.name, "It has no column in silver.", "Include one, or take it out.")
    yield from names(entity.name, "columns", [column.name for column in silver_columns(entity)])
    yield from names(f"rules of {entity.name}", "rules", [rule.name for rule in entity.rules])
    for column in entity.columns:
        if not column.source or not column.type or not all(column.path):
            yield error(
                f"{entity.name}.{column.name}", "Its source or its type is empty.", "Give it one."
            )
    yield from parts.columns(entity.name, "key", entity.name, entity.key)
    order = filter(None, [entity.sequence_by])
    yield from parts.columns(entity.name, "order", entity.name, order)


def reference_findings(reference: Reference, parts: Parts) -> Iterator[Finding]:
    subject = f"{reference.entity}({', '.join(reference.columns)})"
    yield from parts.entity(subject, reference.entity)
    yield from parts.entity(subject, reference.parent)
    yield from parts.columns(subject, "child", reference.entity, reference.columns)
    yield from parts.columns(subject, "parent", reference.parent, reference.parent_columns)
    yield from paired(subject, reference.columns, reference.parent_columns)
