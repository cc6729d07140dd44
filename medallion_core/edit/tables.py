"""Edits of tables, columns, references and rules; the star follows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import reduce

from medallion_core.edit.decisions import derive_again
from medallion_core.edit.merging import merged_entity, moved_references
from medallion_core.edit.refusals import (
    check_columns,
    check_sql,
    check_unique,
    entity_of,
    invalid,
    readable_type,
)
from medallion_core.edit.renames import Renames
from medallion_core.model import ChangeHandling, Design, Entity, EntityColumn, Reference, Rule
from medallion_core.propose.change import with_order_rule
from medallion_core.tables.columns import rules_of_hashes
from medallion_core.text.identifiers import MAX_ENTITY_LENGTH

_NAME = re.compile(r"[a-z_][a-z0-9_]*")


def edit_entities(design: Design, entities: Sequence[Entity]) -> Design:
    """``design`` with these entities in place of those of the same names. One that equals its own
    stays the same object, of which much is known."""
    for entity in entities:
        _check_entity(entity)
        if entity.delete_when and entity.delete_when != design.entity(entity.name).delete_when:
            check_sql(f"Deletions of {entity.name}", entity.delete_when)
    pairs = ((design.entity(entity.name), entity) for entity in entities)
    changed = (_ordered(old, new) for old, new in pairs if new != old)
    return derive_again(design, reduce(Design.with_entity, changed, design))


def _ordered(old: Entity, new: Entity) -> Entity:
    """``new`` with a rule for the rows that another order of versions has no place for."""
    return new if new.sequence_by == old.sequence_by else with_order_rule(new)


def edit_references(design: Design, references: Sequence[Reference]) -> Design:
    """``design`` with these references and no others."""
    for reference in references:
        _check_reference(design, reference)
    return derive_again(design, replace(design, references=tuple(references)))


def put_reference(design: Design, reference: Reference) -> Design:
    """``design`` with ``reference`` in the place of all that is said of its columns: a person said
    it, so it is certain."""
    said = (reference.entity, reference.columns)
    kept = [each for each in design.references if (each.entity, each.columns) != said]
    certain = replace(reference, accepted=True, confidence=1.0)
    return edit_references(design, [*kept, certain])


def accept_references(design: Design, references: Collection[Reference]) -> Design:
    """``design`` with each of ``references`` that it still has built on: a person said it, so they
    are certain. Raises MedallionError INVALID_EDIT where two are of the same columns, which refer
    to one table."""
    said = [
        replace(each, accepted=True, confidence=1.0) if each in references else each
        for each in design.references
    ]
    ends = Counter((each.entity, each.columns) for each in said if each.accepted)
    for entity, columns in ((each.entity, each.columns) for each in references):
        if ends[entity, columns] > 1:
            raise invalid(f"{entity} would refer to two tables by {', '.join(columns)}.")
    return edit_references(design, said)


def take_out_reference(design: Design, reference: Reference) -> Design:
    """``design`` without ``reference``."""
    return edit_references(design, [each for each in design.references if each != reference])


def edit_columns(design: Design, entity_name: str, columns: Sequence[EntityColumn]) -> Design:
    """``design`` with these columns in ``entity_name``, matched to the old ones by their order.

    A new name is followed in keys, references, rules and conditions. A column that a key or a
    reference needs cannot be left out. Rules about the values of a column that is hashed go.
    """
    entity = design.entity(entity_name)
    renames = {
        old.name: new.name
        for old, new in zip(entity.columns, columns, strict=True)
        if old.name != new.name
    }
    follow = Renames(entity_name, entity_name, renames)
    typed = tuple(map(_typed, entity.columns, columns))
    changed = _without_rules_of_hashes(
        design.with_entity(replace(entity, columns=typed)).renamed(follow), entity_name
    )
    _check_columns(changed.entity(entity_name), changed.references)
    return derive_again(design, changed, follow)


def _without_rules_of_hashes(design: Design, entity_name: str) -> Design:
    entity = design.entity(entity_name)
    gone = [rule for rule, _ in rules_of_hashes(entity)]
    kept = tuple(rule for rule in entity.rules if rule not in gone)
    return design.with_entity(replace(entity, rules=kept)) if gone else design


def _typed(old: EntityColumn, new: EntityColumn) -> EntityColumn:
    """``new`` with its type as the catalog would print it, where it is another one."""
    if new.type in (old.type, old.source_type):
        return new
    return replace(new, type=readable_type(new.name, new.type))


def rename_entity(design: Design, entity_name: str, name: str) -> Design:
    """``design`` with a table called ``name`` in bronze and silver, and in gold where its table
    there was called after it."""
    if not _NAME.fullmatch(name) or len(name) > MAX_ENTITY_LENGTH:
        raise invalid(
            f"{name!r} is not a name for a table.",
            f"Use at most {MAX_ENTITY_LENGTH} lower-case letters, digits and underscores.",
        )
    check_unique([name, *(e.name for e in design.entities if e.name != entity_name)], "tables")
    follow = Renames(entity_name, name)
    return derive_again(design, design.renamed(follow), follow)


def edit_rules(design: Design, entity_name: str, rules: Sequence[Rule]) -> Design:
    """``design`` with these rules in ``entity_name``. Names are unique within an entity."""
    check_unique([rule.name for rule in rules], f"rules of {entity_name}")
    entity = design.entity(entity_name)
    for rule in rules:
        if not rule.name or not rule.condition.strip():
            raise invalid(f"A rule of {entity_name} lacks its name or its condition.")
        if rule not in entity.rules:
            check_sql(f"The rule {rule.name}", rule.condition)
    return design.with_entity(replace(entity, rules=tuple(rules)))


def remove_entity(design: Design, entity_name: str) -> Design:
    """``design`` without an entity and without the references from and to it."""
    entities = tuple(entity for entity in design.entities if entity.name != entity_name)
    references = tuple(r for r in design.references if entity_name not in (r.entity, r.parent))
    left = replace(design, entities=entities, references=references)
    return derive_again(design, _without_questions(left, {entity_name}))


def _without_questions(design: Design, gone: set[str]) -> Design:
    """``design`` without what was asked about tables that are ``gone``."""
    kept = tuple(question for question in design.questions if question.table not in gone)
    return replace(design, questions=kept)


def merge_entities(design: Design, names: Sequence[str]) -> Design:
    """``design`` with the sources of all ``names`` feeding the first one's bronze table.

    They must have the same columns, written in the same way. The others leave the design, and what
    refers to them with them; what they refer to, the first one does.
    """
    first, *others = (entity_of(design, name) for name in names)
    gone = {other.name for other in others}
    changed = replace(
        design.with_entity(merged_entity(first, others)),
        references=tuple(moved_references(design, first, others)),
    )
    left = tuple(entity for entity in changed.entities if entity.name not in gone)
    changed = _without_rules_of_hashes(replace(changed, entities=left), first.name)
    return derive_again(design, _without_questions(changed, gone))


# ── What an edit must not break ──────────────────────────────────────────────────────────────


def _check_entity(entity: Entity) -> None:
    check_columns(entity, (*entity.key, *entity.order))
    keyless = entity.change is ChangeHandling.APPEND or entity.key
    if not keyless:
        raise invalid(
            f"{entity.name} needs a key to be kept as {entity.change}.",
            "Name its key columns, or let it append.",
        )


def _check_reference(design: Design, reference: Reference) -> None:
    if len(reference.columns) != len(reference.parent_columns) or not reference.columns:
        raise invalid(
            f"The reference from {reference.entity} to {reference.parent} pairs "
            f"{len(reference.columns)} columns with {len(reference.parent_columns)}."
        )
    for name, columns in (
        (reference.entity, reference.columns),
        (reference.parent, reference.parent_columns),
    ):
        check_columns(entity_of(design, name), columns)


def _check_columns(entity: Entity, references: Sequence[Reference]) -> None:
    check_unique([column.name for column in entity.columns], f"columns of {entity.name}")
    needed = {*entity.key, *entity.order}
    for reference in references:
        if reference.entity == entity.name:
            needed |= set(reference.columns)
        if reference.parent == entity.name:
            needed |= set(reference.parent_columns)
    for column in entity.columns:
        if column.name in needed and not column.included:
            raise invalid(
                f"{entity.name}.{column.name} is part of a key or of a reference.",
                "Take it out of there first, then leave the column out.",
            )
