"""What an entity and a reference name."""

from __future__ import annotations

from collections.abc import Iterator

from medallion_core.model import Entity, Finding, Reference
from medallion_core.tables.columns import silver_columns
from medallion_core.tables.soundness.parts import Parts, error, named, names, paired, readable
from medallion_core.tables.sources import kind_of
from medallion_core.text.encodings import is_single_byte
from medallion_core.text.sql import check_expression
from medallion_core.text.type_grammar import read_type


def entity_findings(entity: Entity, parts: Parts) -> Iterator[Finding]:
    if not entity.reads:
        yield error(entity.name, "It is read from nowhere.", "Give it a source.")
    if not silver_columns(entity):
        yield error(entity.name, "It has no column in silver.", "Include one, or take it out.")
    yield from names(entity.name, "columns", [column.name for column in silver_columns(entity)])
    yield from names(f"rules of {entity.name}", "rules", [rule.name for rule in entity.rules])
    for column in entity.columns:
        yield from named(f"{entity.name}.{column.name}", [column.source, *column.path])
    for column in silver_columns(entity):
        yield from readable(f"{entity.name}.{column.name}", read_type, column.type)
    yield from _not_there(entity)
    yield from _not_encodings(entity)
    for rule in entity.rules:
        yield from readable(f"{entity.name}.{rule.name}", check_expression, rule.condition)
    if entity.delete_when:
        yield from readable(f"deletions of {entity.name}", check_expression, entity.delete_when)
    yield from parts.columns(entity.name, "key", entity.name, entity.key)
    yield from parts.columns(entity.name, "order", entity.name, entity.order)
    languages = [entity.texts.column] if entity.texts else []
    yield from parts.columns(entity.name, "language", entity.name, languages)


def reference_findings(reference: Reference, parts: Parts) -> Iterator[Finding]:
    subject = f"{reference.entity}({', '.join(reference.columns)})"
    yield from parts.entity(subject, reference.entity)
    yield from parts.entity(subject, reference.parent)
    yield from parts.columns(subject, "child", reference.entity, reference.columns)
    yield from parts.columns(subject, "parent", reference.parent, reference.parent_columns)
    yield from paired(subject, reference.columns, reference.parent_columns)


def _not_there(entity: Entity) -> Iterator[Finding]:
    sources = {column.source for column in entity.columns}
    for column in silver_columns(entity):
        if column.fallback and column.fallback not in sources:
            yield error(
                f"{entity.name}.{column.name}",
                f"Its fallback names {column.fallback!r}, which the source does not have.",
                "Name a column of the source, or none.",
            )


def _not_encodings(entity: Entity) -> Iterator[Finding]:
    for kind in map(kind_of, entity.reads):
        if kind.byte_encoding and not is_single_byte(kind.byte_encoding):
            yield error(
                entity.name,
                f"{kind.byte_encoding!r} is no encoding with one byte for each character.",
                "Choose one that the Sources page offers.",
            )
