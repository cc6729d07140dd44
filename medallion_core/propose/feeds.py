"""Entities whose rows are changes of rows: what becomes of these, and the question about it."""

from __future__ import annotations

from collections.abc import Iterator
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
from medallion_core.propose.envelopes import is_envelope, unwrap, wrapped_changes
from medallion_core.propose.kinds import Kind, kind_of
from medallion_core.propose.tables import Table
from medallion_core.tables.columns import has_streaming_bronze
from medallion_core.text import sql
from medallion_core.text.identifiers import quote_identifier, unique_names

FLAG = "is_deleted"
PREIMAGE = "is_no_preimage"
NOT_DELETED = "is_not_deleted"


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
    operation = envelope.operation
    feed = ChangeFeed(
        f"before, after and {operation.source} are those of {envelope.tool}{envelope.limits}",
        key=envelope.key,
        sequence_by=envelope.sequence,
        ties=not envelope.has_position,
        deleted=quote_identifier(FLAG),
    )
    flag = _flag(FLAG, operation, sorted(DELETES))
    present = tuple(_present(name) for name in envelope.key)
    named = {c.name for c in envelope.columns if c.included}
    rules = tuple(rule for rule in entity.rules if _reads_only(rule, entity, named))
    if envelope.key and entity.role is Role.OTHER:
        described = "It describes what its changes are of."
        entity = replace(entity, role=Role.DIMENSION, role_evidence=described)
    entity = replace(
        entity,
        columns=(*envelope.columns, flag),
        key=(),
        sequence_by="",
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
        then_by=tuple(silver[name].name for name in found.then_by),
        ties=found.ties,
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
    return with_choice(entity, feed, FeedChoice.GONE if _adds_up(entity) else FeedChoice.FLAGGED)


def _marked(entity: Entity, found: Recognised) -> Entity:
    """Things that are marked as deleted stay with their mark; events go, since what is summed of
    them did not happen. Where no key is sure, none are merged."""
    silver = {column.source: column for column in entity.columns}
    feed = ChangeFeed(
        found.evidence,
        key=entity.key if _is_key_sure(entity) else (),
        sequence_by=silver[found.sequence].name if found.sequence else entity.sequence_by,
        deleted=_is_marked(silver[found.mark]),
        marks=True,
    )
    return with_choice(entity, feed, FeedChoice.GONE if _adds_up(entity) else FeedChoice.FLAGGED)


def _adds_up(entity: Entity) -> bool:
    """Whether its rows are events, which are counted and summed."""
    return entity.role in (Role.FACT, Role.BRIDGE)


def _is_key_sure(entity: Entity) -> bool:
    """Whether there is a key, and rows without it are set aside: only then may rows be merged."""
    if not entity.key:
        return False
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
    return replace(
        entity,
        columns=tuple(
            replace(column, included=not applied) if column.name in feed.left_out else column
            for column in entity.columns
        ),
        key=feed.key if applied else entity.key if feed.marks else (),
        change=newest if applied else ChangeHandling.APPEND,
        sequence_by=feed.sequence_by if applied else "",
        then_by=feed.then_by if applied else (),
        delete_when=feed.deleted if applied and choice is FeedChoice.GONE else "",
        rules=(*_others(entity), *_kept_out(feed, choice, applied=applied)),
        feed=replace(feed, choice=choice),
    )


def _others(entity: Entity) -> Iterator[Rule]:
    return (rule for rule in entity.rules if rule.name not in (PREIMAGE, NOT_DELETED))


def _kept_out(feed: ChangeFeed, choice: FeedChoice, *, applied: bool) -> Iterator[Rule]:
    """Rules for rows that are no state of a key, and for deleted ones that no key can find."""
    if applied and feed.skipped:
        reason = "What was before a change is no state of its own."
        condition = f"NOT coalesce({feed.skipped}, false)"
        yield Rule(PREIMAGE, condition, RuleAction.DROP, reason)
    if feed.marks and choice is FeedChoice.GONE and not applied:
        reason = "It is marked as deleted, and no key is known by which to take it out."
        condition = f"NOT coalesce({feed.deleted}, false)"
        yield Rule(NOT_DELETED, condition, RuleAction.QUARANTINE, reason)


_SAID = {
    FeedChoice.FLAGGED: "The newest of each stays, deleted ones with their mark",
    FeedChoice.GONE: "The newest of each stays, and deleted ones go",
    FeedChoice.NEWEST: (
        "The newest of each stays; keys that are missing from the newest copy stay, too"
    ),
    FeedChoice.EVERY: "Each row stays as it came",
}
_SAID_WITHOUT_KEY = _SAID | {
    FeedChoice.FLAGGED: "Each row stays, deleted ones with their mark",
    FeedChoice.GONE: "Deleted rows are set aside in quarantine",
}


def feed_effect(entity: Entity, feed: ChangeFeed, choice: FeedChoice) -> str:
    """What becomes of the rows by this choice."""
    return f"{_said(entity, replace(feed, choice=choice))}."


def may_choose(feed: ChangeFeed, choice: FeedChoice) -> bool:
    """Whether enough is known for it: rows become one by a key, and go by a mark."""
    return choice is FeedChoice.EVERY or bool(feed.key or feed.marks)


def _said(entity: Entity, feed: ChangeFeed) -> str:
    said = (_SAID if feed.key else _SAID_WITHOUT_KEY)[feed.choice]
    summed = _adds_up(entity) and feed.choice in (FeedChoice.FLAGGED, FeedChoice.EVERY)
    return f"{said}, and sums count them" if summed else said


def _order_in_words(feed: ChangeFeed) -> str:
    if not feed.sequence_by:
        return "nothing orders them"
    order = [feed.sequence_by, *feed.then_by]
    tied = ", but not those of one key at the same place, of which any is taken"
    does = "order" if order[1:] else "orders"
    return f"{' and then '.join(order)} {does} them{tied if feed.ties and feed.key else ''}"


def feed_question(entity: Entity) -> Question | None:
    """Whether the rows are changes, with all that is known of how they are read."""
    feed = entity.feed
    if feed is None:
        return None
    what = "marked where they are deleted" if feed.marks else "changes of rows"
    what = what if feed.deleted or feed.left_out or feed.skipped else "snapshots by date"
    filled = [f"{' and '.join(feed.key)} is the key"] if feed.key else ["the key is not known"]
    filled += [_order_in_words(feed)]
    filled += [f"a row is deleted where {feed.deleted}"] if feed.deleted else []
    filled += [f"rows where {feed.skipped} are left out"] if feed.skipped else []
    filled += [f"{' and '.join(feed.left_out)} is not part of the data"] if feed.left_out else []
    evidence = f"{feed.evidence[:1].upper()}{feed.evidence[1:]}"
    marked = f"with their mark{', and sums count them,' if _adds_up(entity) else ''}"
    newest = f"deleted rows stay {marked} or go" if feed.deleted else "the newest rows stay"
    return Question(
        Level.WARNING,
        entity.name,
        f"Are its rows {what}? {evidence}: {'; '.join(filled)}. {_said(entity, feed)}.",
        f"Answer on the Design page whether {newest}, or whether every row stays as it came.",
        table=entity.name,
        kind=QuestionKind.FEED,
    )


def wrapped_question(entity: Entity, table: Table) -> Question | None:
    """Whether the rows hold changes in a way that is not unwrapped."""
    evidence = wrapped_changes(table)
    if not evidence:
        return None
    return Question(
        Level.WARNING,
        entity.name,
        f"Are its rows changes of rows? {evidence} Each row stays as it came: what is deleted stays"
        " in it, and what was changed is there once more.",
        "Have the connector write each changed row by itself (ExtractNewRecordState, or JSON"
        " without schemas), or read it through a view over these fields.",
        table=entity.name,
    )
