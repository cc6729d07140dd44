"""The Design as rows of editable tables, and edited rows as a Design again.

Lists of columns are shown as ``a, b``; what stands in a row is exactly what the model holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from medallion_core import edit
from medallion_core.edit.drift import source_name
from medallion_core.model import (
    ChangeHandling,
    Design,
    Entity,
    EntityColumn,
    Privacy,
    PrivacyDecision,
    Role,
    Rule,
    RuleAction,
)
from pages.components.frame.typed import Row

_CHOSEN = "Chosen by a person."


def joined(names: Sequence[str]) -> str:
    return ", ".join(names)


def table_rows(design: Design) -> list[Row]:
    return [
        {
            "table": entity.name,
            "role": entity.role.value,
            "key": joined(entity.key),
            "change": entity.change.value,
            "confirmed": _is_confirmed(entity),
            "sequence_by": joined(entity.order),
            "delete_when": entity.delete_when,
            "confidence": min(entity.role_confidence, entity.key_confidence),
            "evidence": " ".join(filter(None, [entity.role_evidence, entity.key_evidence])),
        }
        for entity in design.entities
    ]


def with_tables(design: Design, rows: Sequence[Row]) -> Design:
    """A choice that a person made is certain: its confidence becomes 1, and it is not asked any
    more."""
    entities = [_with_table(entity, row) for entity, row in zip(design.entities, rows, strict=True)]
    edited = edit.edit_entities(design, entities)
    for entity, row in zip(entities, rows, strict=True):
        if row["table"] and row["table"] != entity.name:
            edited = edit.rename_entity(edited, entity.name, row["table"])
    return edit.without_answered(design, edited)


def with_key(design: Design, entity: Entity, key: Sequence[str], order: Sequence[str]) -> Design:
    """``entity`` is the table as it was when they were chosen. As ``with_tables`` says of choices;
    the order of versions is not rated."""
    first, *after = order or ("",)
    edited = replace(entity, key=tuple(key), sequence_by=first, then_by=tuple(after))
    if edited.key != entity.key:
        edited = replace(edited, key_confidence=1.0, key_evidence=_CHOSEN)
    return edit.without_answered(design, edit.edit_entity(design, entity, edited))


def _is_confirmed(entity: Entity) -> bool:
    return min(entity.role_confidence, entity.key_confidence) == 1.0


def _with_table(entity: Entity, row: Row) -> Entity:
    edited = replace(
        entity,
        role=Role(row["role"]),
        change=ChangeHandling(row["change"]),
        delete_when=row["delete_when"] or "",
    )
    if edited.role != entity.role:
        edited = replace(edited, role_confidence=1.0, role_evidence=_CHOSEN)
    if row.get("confirmed") and not _is_confirmed(entity):
        edited = replace(edited, role_confidence=1.0, key_confidence=1.0)
    return edited


def reference_rows(design: Design) -> list[Row]:
    return [
        {
            "use": reference.accepted,
            "table": reference.entity,
            "columns": joined(reference.columns),
            "parent": reference.parent,
            "parent_columns": joined(reference.parent_columns),
            "confidence": reference.confidence,
            "evidence": reference.evidence,
        }
        for reference in design.references
    ]


def with_references(design: Design, rows: Sequence[Row]) -> Design:
    """Rows may have been removed."""
    drawn = reference_rows(design)
    kept = {_ends(row): each for row, each in zip(drawn, design.references, strict=True)}
    references = [replace(kept[_ends(row)], accepted=row["use"] is True) for row in rows]
    return edit.edit_references(design, references)


def _ends(row: Row) -> tuple[str, ...]:
    return (row["table"], row["columns"], row["parent"], row["parent_columns"])


def column_rows(entity: Entity) -> list[Row]:
    return [
        {
            "include": column.included,
            "source": source_name(column),
            "source_type": column.source_type,
            "name": column.name,
            "type": column.type,
            "format": column.source_format,
            "trim": column.trim,
            "empty_to_null": column.empty_to_null,
            "personal": column.privacy.kind if column.privacy else "",
            "privacy": column.privacy.decision.value if column.privacy else None,
            "comment": column.comment,
        }
        for column in entity.columns
    ]


def with_columns(design: Design, entity: Entity, rows: Sequence[Row]) -> Design:
    columns = [_column(column, row) for column, row in zip(entity.columns, rows, strict=True)]
    edited = edit.edit_columns(design, entity.name, columns)
    return edit.without_answered(design, edited)


def _column(column: EntityColumn, row: Row) -> EntityColumn:
    return replace(
        column,
        included=row["include"],
        name=row["name"] or column.name,
        type=row["type"] or column.source_type,
        source_format=row["format"] or "",
        trim=row["trim"],
        empty_to_null=row["empty_to_null"],
        comment=row["comment"] or "",
        privacy=_privacy(column.privacy, row["privacy"]),
    )


def _privacy(privacy: Privacy | None, decision: str | None) -> Privacy | None:
    """A decision about a column that was not flagged is a person's own flag."""
    if decision is None:
        return privacy
    flagged = privacy or Privacy(kind="personal", evidence="Flagged by a person.")
    return replace(flagged, decision=PrivacyDecision(decision))


def rule_rows(entity: Entity, broken: dict[str, int]) -> list[Row]:
    """``broken`` tells how many of today's rows break a rule, by the rule's name."""
    return [
        {
            "name": rule.name,
            "condition": rule.condition,
            "action": rule.action.value,
            "broken": broken.get(rule.name),
            "reason": rule.reason,
        }
        for rule in entity.rules
    ]


def with_rules(design: Design, entity: Entity, rows: Sequence[Row]) -> Design:
    rules = [
        Rule(
            name=row["name"] or "",
            condition=row["condition"] or "",
            action=RuleAction(row["action"] or "warn"),
            reason=row["reason"] or "Added by a person.",
        )
        for row in rows
        if row["name"] or row["condition"]
    ]
    return edit.edit_rules(design, entity.name, rules)
