"""Entities whose rows are changes of rows: what becomes of these, and the question about it."""

from __future__ import annotations

from dataclasses import replace

from medallion_core.model import (
    ChangeFeed,
    ChangeHandling,
    Entity,
    EntityColumn,
    FeedChoice,
    Level,
    Question,
    QuestionKind,
    Role,
    Rule,
    RuleAction,
)
from medallion_core.propose.change_feeds import DELETES, Recognised, recognise
from medallion_core.propose.envelopes import is_envelope, unwrap
from medallion_core.propose.kinds import Kind, kind_of
from medallion_core.propose.tables import Table
from medallion_core.tables.columns import has_streaming_bronze
from medallion_core.text import sql
from medallion_core.text.identifiers import quote_identifier, unique_names

FLAG = "is_deleted"
PREIMAGE = "is_no_preimage"


def with_feed(entity: Entity, table: Table) -> Entity:
    """``entity`` with its rows taken for changes, where its columns say so and both key and order
    are known; where one is not known, with what is."""
    if is_envelope(table):
        return _unwrapped(entity, table)
    found = recognise(table)
    if found is None:
        return entity
    return _marked(entity, found) if found.mark else _changed(entity, found)


def _unwrapped(entity: Entity, table: Table) -> Entity:
    envelope = unwrap(table, entity.columns)
    operation = next(column for column in envelope.columns if column.source.lower() == "op")
    feed = ChangeFeed(
        f"before, after and {operation.source} are those of Debezium",
        key=envelope.key,
        sequence_by=envelope.sequence,
        deleted=quote_identifier(FLAG),
    )
    flag = _flag(FLAG, operation, sorted(DELETES))
    present = tuple(_present(name) for name in envelope.key)
    named = {c.name for c in envelope.columns if c.included}
    rules = tuple(rule for rule in entity.rules if _reads_only(rule, entity, named))
    role = Role.DIMENSION if envelope.key and entity.role is Role.OTHER else entity.role
    entity = replace(
        entity,
        columns=(*envelope.columns, flag),
        key=(),
        sequence_by="",
        role=role,
        role_evidence="It describes what its changes are of.",
        rules=(*present, *rules),
    )
    return _as_far_as_known(entity, feed)


def _present(name: str) -> Rule:
    reason = "It is part of the key: without it the row cannot be found again."
    condition = f"{quote_identifier(name)} IS NOT NULL"
    return Rule(f"{name}_present", condition, RuleAction.QUARANTINE, reason)


def _reads_only(rule: Rule, entity: Entity, kept: set[str]) -> bool:
    """Whether none of the columns that left silver is read by the rule."""
    gone = {column.name for column in entity.columns} - kept
    return not any(sql.reads(rule.condition, name, maps=["_uncast"]) for name in gone)


def _changed(entity: Entity, found: Recognised) -> Entity:
    silver = {column.source: column for column in entity.columns}
    if not found.operation:
        keys = tuple(silver[name].name for name in found.key)
        feed = ChangeFeed(found.evidence, key=keys, sequence_by=silver[found.sequence].name)
        return _as_far_as_known(entity, feed)
    operation = silver[found.operation]
    names = unique_names([*(column.name for column in entity.columns), FLAG])
    columns, deleted = entity.columns, ""
    if found.deletes:
        columns = (*columns, _flag(names[-1], operation, found.deletes))
        deleted = quote_identifier(names[-1])
    skipped = ""
    if found.preimage:
        text = f"lower(CAST({quote_identifier(operation.name)} AS STRING))"
        skipped = f"{text} = {sql.string(found.preimage)}"
    feed = ChangeFeed(
        found.evidence,
        key=tuple(silver[name].name for name in found.key),
        sequence_by=silver[found.sequence].name if found.sequence else "",
        deleted=deleted,
        skipped=skipped,
        left_out=() if skipped else (operation.name,),
    )
    kept = {column.name for column in columns} - set(feed.left_out)
    rules = tuple(rule for rule in entity.rules if _reads_only(rule, entity, kept))
    return _as_far_as_known(replace(entity, columns=columns, rules=rules), feed)


def _flag(name: str, operation: EntityColumn, words: list[str] | tuple[str, ...]) -> EntityColumn:
    """A column that is true where ``operation`` says one of ``words``."""
    return EntityColumn(
        name,
        operation.source,
        operation.source_type,
        "boolean",
        comment="Whether the source has deleted it.",
        source_format=", ".join(words),
    )


def _as_far_as_known(entity: Entity, feed: ChangeFeed) -> Entity:
    """Deleted events are gone, deleted things stay with a mark: facts may refer to them."""
    if not (feed.key and feed.sequence_by):
        return with_choice(entity, feed, FeedChoice.EVERY)
    if not feed.deleted:
        return with_choice(entity, feed, FeedChoice.NEWEST)
    event = entity.role in (Role.FACT, Role.BRIDGE)
    return with_choice(entity, feed, FeedChoice.GONE if event else FeedChoice.FLAGGED)


def _marked(entity: Entity, found: Recognised) -> Entity:
    """Rows that are marked as deleted stay, until a person lets them go."""
    silver = {column.source: column for column in entity.columns}
    feed = ChangeFeed(
        found.evidence,
        key=entity.key,
        sequence_by=silver[found.sequence].name if found.sequence else entity.sequence_by,
        deleted=_is_marked(silver[found.mark]),
        marks=True,
    )
    if not feed.key or not _is_key_sure(entity):
        return replace(entity, feed=feed)
    return with_choice(entity, feed, FeedChoice.FLAGGED)


def _is_key_sure(entity: Entity) -> bool:
    """Whether a row without its key is set aside: only then may rows be merged by it."""
    present = {rule.name for rule in entity.rules if rule.action is RuleAction.QUARANTINE}
    return {f"{name}_present" for name in entity.key} <= present


def _is_marked(column: EntityColumn) -> str:
    name, kind = quote_identifier(column.name), kind_of(column.type)
    if kind is Kind.BOOLEAN:
        return name
    if kind.is_number:
        return f"{name} = 1"
    if kind.is_time or column.name.endswith("_at"):
        return f"{name} IS NOT NULL"
    return f"lower({name}) IN ('true', 't', 'yes', 'y', '1')"


# ── The choice ───────────────────────────────────────────────────────────────────────────────


def choices(feed: ChangeFeed) -> tuple[FeedChoice, ...]:
    """What may become of its rows: deleted ones only where something says which they are."""
    if not feed.deleted:
        return (FeedChoice.NEWEST, FeedChoice.EVERY)
    newest = (FeedChoice.FLAGGED, FeedChoice.GONE)
    return newest if feed.marks else (*newest, FeedChoice.EVERY)


def with_choice(entity: Entity, feed: ChangeFeed, choice: FeedChoice) -> Entity:
    """``entity`` with its changes read as ``choice`` says."""
    applied = choice is not FeedChoice.EVERY and bool(feed.key)
    newest = ChangeHandling.LATEST if has_streaming_bronze(entity) else ChangeHandling.SNAPSHOT
    rules = tuple(rule for rule in entity.rules if rule.name != PREIMAGE)
    if applied and feed.skipped:
        reason = "What was before a change is no state of its own."
        condition = f"NOT coalesce({feed.skipped}, false)"
        rules = (*rules, Rule(PREIMAGE, condition, RuleAction.DROP, reason))
    return replace(
        entity,
        columns=tuple(
            replace(column, included=not applied) if column.name in feed.left_out else column
            for column in entity.columns
        ),
        key=feed.key if applied or feed.marks else (),
        change=newest if applied else ChangeHandling.APPEND,
        sequence_by=feed.sequence_by if applied else "",
        delete_when=feed.deleted if choice is FeedChoice.GONE else "",
        rules=rules,
        feed=replace(feed, choice=choice),
    )


_SAID = {
    FeedChoice.FLAGGED: "The newest of each stays, deleted ones with their mark",
    FeedChoice.GONE: "The newest of each stays, and deleted ones go",
    FeedChoice.NEWEST: (
        "The newest of each stays; keys that are missing from the newest copy stay, too"
    ),
    FeedChoice.EVERY: "Each row stays as it came",
}


def feed_question(entity: Entity) -> Question | None:
    """Whether the rows are changes, with all that is known of how they are read."""
    feed = entity.feed
    if feed is None:
        return None
    what = "marked where they are deleted" if feed.marks else "changes of rows"
    what = what if feed.deleted or feed.left_out or feed.skipped else "snapshots by date"
    filled = [f"{' and '.join(feed.key)} is the key"] if feed.key else ["the key is not known"]
    order = f"{feed.sequence_by} orders them" if feed.sequence_by else "nothing orders them"
    filled += [order]
    filled += [f"a row is deleted where {feed.deleted}"] if feed.deleted else []
    filled += [f"rows where {feed.skipped} are left out"] if feed.skipped else []
    filled += [f"{' and '.join(feed.left_out)} is not part of the data"] if feed.left_out else []
    evidence = f"{feed.evidence[:1].upper()}{feed.evidence[1:]}"
    newest = "deleted rows stay with their mark or go" if feed.deleted else "the newest rows stay"
    return Question(
        Level.WARNING,
        entity.name,
        f"Are its rows {what}? {evidence}: {'; '.join(filled)}. {_SAID[feed.choice]}.",
        f"Answer on the Design page whether {newest}, or whether every row stays as it came.",
        table=entity.name,
        kind=QuestionKind.FEED,
    )
