"""What a second row with the same key means, table by table."""

from __future__ import annotations

from dataclasses import dataclass, replace

from medallion_core.model import ChangeHandling, Entity, Role, Rule, RuleAction
from medallion_core.propose.audit import is_audit, is_load_time
from medallion_core.propose.fields import Field
from medallion_core.propose.keys import Key
from medallion_core.propose.milestones import FEWEST_FOR_SURE, milestones_of
from medallion_core.propose.tables import Table
from medallion_core.tables.columns import change_of
from medallion_core.tables.sources import kind_of
from medallion_core.text.identifiers import quote_identifier, shorten


@dataclass(frozen=True, slots=True)
class ChangeProposal:
    """``key`` and ``sequence_by`` are source names; ``key`` lacks the sequence column where the
    table holds several versions of a row."""

    change: ChangeHandling
    key: tuple[str, ...]
    sequence_by: str = ""


def propose_change(table: Table, key: Key, role: Role) -> ChangeProposal:
    """In-place tables are snapshots; versions in the data are a history; a time of change makes
    the latest row win, and so does the later row of a case that gets one date after the other;
    other facts are appended. Rows are never merged by a key that only chance supports: tomorrow it
    may be the key of two things."""
    sequence = changed_at(table)
    name = sequence.name if sequence else ""
    if not key.merges:
        return ChangeProposal(ChangeHandling.APPEND, key.columns)
    if kind_of(table.source.location).is_changed_in_place:
        return ChangeProposal(ChangeHandling.SNAPSHOT, key.columns, name)
    if name in key.columns and len(key.columns) > 1:
        versioned = tuple(column for column in key.columns if column != name)
        return ChangeProposal(ChangeHandling.HISTORY, versioned, name)
    goes_on = len(milestones_of(table)) >= FEWEST_FOR_SURE
    if name or goes_on or role in (Role.DIMENSION, Role.LOOKUP, Role.BRIDGE):
        return ChangeProposal(ChangeHandling.LATEST, key.columns, name)
    return ChangeProposal(ChangeHandling.APPEND, key.columns)


def changed_at(table: Table) -> Field | None:
    """The column that says when a row was last changed; None where there is none in full."""
    columns = [field.words for field in table.fields.values()]
    for field in table.fields.values():
        known = field.is_complete or field.profile is None
        told = is_audit(field.words) or is_load_time(field.words, columns)
        if field.kind.is_time and known and told:
            return field
    return None


def with_order_rule(entity: Entity) -> Entity:
    """``entity`` with a rule for the rows that have no place in the order of their key's versions.
    Where versions begin by their place, a row without one is set aside; else it is the oldest."""
    name = shorten(f"{entity.sequence_by}_present")
    if not entity.sequence_by or any(rule.name == name for rule in entity.rules):
        return entity
    condition = f"{quote_identifier(entity.sequence_by)} IS NOT NULL"
    if change_of(entity) is ChangeHandling.HISTORY:
        reason = "It orders the versions of a key: without it a version has no beginning."
        rule = Rule(name, condition, RuleAction.QUARANTINE, reason)
    else:
        reason = "It orders the changes of a key: a row without it counts as the oldest."
        rule = Rule(name, condition, reason=reason)
    return replace(entity, rules=(*entity.rules, rule))
