"""Personal data that nobody has decided on yet: one decision for all of it."""

from __future__ import annotations

from dataclasses import replace

from medallion_core.edit.tables import edit_columns
from medallion_core.model import Design, Entity, EntityColumn, PrivacyDecision
from medallion_core.tables.columns import silver_columns

WITHOUT_VALUES = frozenset({PrivacyDecision.MASK, PrivacyDecision.DROP})
"""What leaves nothing of a value to join rows by."""


def undecided_columns(design: Design) -> list[tuple[Entity, EntityColumn]]:
    """The columns of silver that look like personal data and wait for a decision."""
    return [
        (entity, column)
        for entity in design.entities
        for column in silver_columns(entity)
        if column.privacy and column.privacy.decision is PrivacyDecision.UNDECIDED
    ]


def joined_columns(design: Design) -> set[tuple[str, str]]:
    """Table and column of keys, and of both ends of references that are built on."""
    keys = {(entity.name, column) for entity in design.entities for column in entity.key}
    built = [reference for reference in design.references if reference.accepted]
    children = {(each.entity, column) for each in built for column in each.columns}
    parents = {(each.parent, column) for each in built for column in each.parent_columns}
    return keys | children | parents


def decide_personal_data(design: Design, decision: PrivacyDecision, kind: str = "") -> Design:
    """``decision`` for every column that waits for one, or for those of one ``kind``. What rows are
    joined by goes on waiting where the decision would leave no value of it.

    Raises MedallionError INVALID_EDIT where a table does not allow it.
    """
    spared = joined_columns(design) if decision in WITHOUT_VALUES else set()
    waiting = {
        (entity.name, column.name)
        for entity, column in undecided_columns(design)
        if column.privacy and kind in ("", column.privacy.kind)
    } - spared
    for table in dict.fromkeys(table for table, _ in sorted(waiting)):
        columns = design.entity(table).columns
        decided = [_decided(c, decision) if (table, c.name) in waiting else c for c in columns]
        design = edit_columns(design, table, decided)
    return design


def _decided(column: EntityColumn, decision: PrivacyDecision) -> EntityColumn:
    if column.privacy is None:
        return column
    return replace(column, privacy=replace(column.privacy, decision=decision))
