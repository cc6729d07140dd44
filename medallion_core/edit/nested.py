"""Nested columns in silver: kept whole, or with a column for each field. A person chooses."""

from __future__ import annotations

from dataclasses import replace

from medallion_core.model import Entity, EntityColumn, Privacy, PrivacyDecision
from medallion_core.propose.inner_privacy import privacy_of_fields
from medallion_core.tables.columns import struct_type
from medallion_core.tables.personal import strictest
from medallion_core.text.identifiers import snake_case, unique_names
from medallion_core.text.types import Field, fields_of


def flatten_column(entity: Entity, name: str) -> Entity:
    """``entity`` with the fields of the column ``name`` in its place, named after it."""
    column = entity.column(name)
    taken = [other.name for other in entity.columns if other is not column]
    fields = fields_of(column.source_type)
    wanted = [f"{column.name}_{snake_case(field.name)}" for field in fields]
    names = unique_names([*taken, *wanted])[len(taken) :]
    types = {field.name: field.type for field in fields}
    personal = privacy_of_fields(f"{entity.name}_{column.name}", types)
    flat = [
        _field(column, field, own, personal.get(field.name))
        for field, own in zip(fields, names, strict=True)
    ]
    position = entity.columns.index(column)
    columns = (*entity.columns[:position], *flat, *entity.columns[position + 1 :])
    return replace(entity, columns=columns)


def nest_columns(entity: Entity, source: str) -> Entity:
    """``entity`` with one column for ``source`` in place of those for its fields."""
    flat = [column for column in entity.columns if column.source == source]
    others = [column for column in entity.columns if column.source != source]
    name = unique_names([*(column.name for column in others), source])[-1]
    type_ = struct_type([(column.path, column.source_type) for column in flat])
    position = entity.columns.index(flat[0])
    privacy = strictest(column.privacy for column in flat)
    nested = EntityColumn(name, source, type_, type_, privacy=privacy)
    return replace(entity, columns=(*others[:position], nested, *others[position:]))


def _field(column: EntityColumn, field: Field, name: str, personal: Privacy | None) -> EntityColumn:
    """What was decided on the whole column holds for each of its fields."""
    whole = column.privacy
    if whole and whole.decision is not PrivacyDecision.UNDECIDED:
        personal = replace(personal or whole, decision=whole.decision)
    path = (*column.path, field.name)
    return EntityColumn(name, column.source, field.type, field.type, path=path, privacy=personal)
