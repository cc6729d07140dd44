"""What a person answers, put into the design; the star follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from medallion_core.edit.flags import choose_flags, possible_flags
from medallion_core.edit.refusals import entity_of, invalid
from medallion_core.edit.star import edit_measures, fit_aggregates
from medallion_core.edit.tables import (
    edit_columns,
    edit_entities,
    edit_references,
    edit_rules,
    merge_entities,
    rename_entity,
)
from medallion_core.model import (
    Aggregation,
    Answer,
    ChangeHandling,
    Design,
    Entity,
    Fact,
    FactKind,
    Question,
    QuestionKind,
    Reference,
    Rule,
    RuleAction,
    TableLocation,
)
from medallion_core.propose.feeds import with_choice
from medallion_core.propose.snapshots import of_kind
from medallion_core.tables.columns import has_streaming_bronze
from medallion_core.text.identifiers import quote_identifier

_IN_FULL = {
    ChangeHandling.LATEST: ChangeHandling.SNAPSHOT,
    ChangeHandling.HISTORY: ChangeHandling.SNAPSHOT_HISTORY,
}
_BY_CHANGES = {in_full: by_changes for by_changes, in_full in _IN_FULL.items()}
"""How the newest row of a key, or all of its versions, are found in a table that is read in full,
and in one whose rows come once."""


def answer_question(design: Design, question: Question, answer: Answer) -> Design:
    """The design as ``answer`` has it, without the question.

    Raises MedallionError INVALID_EDIT where the design has changed so that it does not fit.
    """
    left = tuple(each for each in design.questions if each != question)
    return _decided(replace(design, questions=left), question, answer)


def answer_all(design: Design, questions: Sequence[Question], place: int) -> Design:
    """The design with the answer at ``place`` given to each of ``questions``, which have the same.

    Raises MedallionError INVALID_EDIT as ``answer_question`` does.
    """
    for question in questions:
        design = answer_question(design, question, question.answers[place])
    return design


def leave_out_unsure(design: Design) -> Design:
    """The design without the references that wait for a yes or no."""
    return edit_references(design, [each for each in design.references if each.accepted])


def without_answered(before: Design, after: Design) -> Design:
    """``after`` without the questions that an edit since ``before`` has answered: what they ask
    about was set by hand."""
    left = tuple(q for q in after.questions if not _is_settled(q, before, after))
    return after if len(left) == len(after.questions) else replace(after, questions=left)


def _is_settled(question: Question, before: Design, after: Design) -> bool:
    names = {entity.name for entity in before.entities} & {e.name for e in after.entities}
    if question.table not in names or not question.answers:
        return False
    old, new = before.entity(question.table), after.entity(question.table)
    answer = question.answers[0]
    if answer.kind is not None:
        return _kind(before, old) is not _kind(after, new)
    if question.kind is QuestionKind.OFFER:
        merged = {name for each in question.answers for name in each.merges}
        left = {entity.name for entity in after.entities}
        return _flagged(before, old) != _flagged(after, new) or not merged <= left
    if answer.aggregation is not None:
        now = _added_up(after, new, answer)
        return any(now.get(of) is not how for of, how in _added_up(before, old, answer).items())
    if answer.role is not None:
        return (old.role, old.role_confidence) != (new.role, new.role_confidence)
    if answer.change is not None:
        return (old.change, old.key, old.key_confidence) != (
            *(new.change, new.key, new.key_confidence),
        )
    if answer.column:
        was = _reading(old, answer.column)
        return was is not None and was != _reading(new, answer.column)
    return False


def _fact(design: Design, table: str) -> Fact | None:
    return next((fact for fact in design.star.facts if fact.entity == table), None)


def _kind(design: Design, entity: Entity) -> FactKind | None:
    fact = _fact(design, entity.name)
    return fact.kind if fact else None


def _added_up(design: Design, entity: Entity, answer: Answer) -> dict[str, Aggregation]:
    """How the measures that ``answer`` is about add up, by their expressions."""
    fact = _fact(design, entity.name)
    measures = fact.measures if fact else ()
    found = (each for each in measures if each.expression in answer.measures)
    return {each.expression: each.aggregation for each in found}


def _flagged(design: Design, entity: Entity) -> list[str]:
    """The junk dimensions of its flags."""
    junk = (each for each in design.star.dimensions if each.junk)
    return [each.name for each in junk if each.entity == entity.name]


def _reading(entity: Entity, column: str) -> tuple[str, str] | None:
    found = next((each for each in entity.columns if each.name == column), None)
    return (found.type, found.source_format) if found else None


def _decided(design: Design, question: Question, answer: Answer) -> Design:
    if answer.kind is not None:
        design = _of_kind(design, question, answer)
    if answer.aggregation is not None:
        return _summed(design, question.table, answer.measures, answer.aggregation)
    if answer.rule is not None:
        rules = entity_of(design, question.table).rules
        return edit_rules(design, question.table, [*rules, answer.rule])
    if answer.merges:
        return _merged(design, question.table, answer.merges)
    if answer.flags:
        return _gathered(design, question.table, answer.flags)
    if answer.parent:
        return _referred(design, question.table, answer)
    if answer.column:
        return _read_as(design, entity_of(design, question.table), answer)
    if answer.language:
        return _in_language(design, entity_of(design, question.table), answer.language)
    if answer.change is None and answer.role is None and answer.append_only is None:
        return design
    return edit_entities(design, [_settled(entity_of(design, question.table), answer)])


def _of_kind(design: Design, question: Question, answer: Answer) -> Design:
    """With the fact of the table as one of that kind; as it is where that is no fact any more, or
    one of that kind of which the answer says no more."""
    fact = _fact(design, question.table)
    if fact is None or answer.kind is None or (answer.kind is fact.kind and not answer.columns):
        return design
    return design.with_fact(of_kind(fact, answer.kind, answer.columns, "Chosen by a person."))


def _summed(
    design: Design, table: str, expressions: Sequence[str], aggregation: Aggregation
) -> Design:
    """With those measures that the fact of the table still has added up in this way."""
    fact = _fact(design, table)
    if fact is None:
        return design
    measures = [
        replace(measure, aggregation=aggregation) if measure.expression in expressions else measure
        for measure in fact.measures
    ]
    return fit_aggregates(edit_measures(design, fact.name, measures))


def _merged(design: Design, table: str, others: Sequence[str]) -> Design:
    """With one table of those that there still are, called what their names have in common. One
    that keeps a row for each key by now would replace the rows of another."""
    known = {entity.name: entity for entity in design.entities}
    names = [table, *(name for name in others if name in known)]
    if len(names) < 2 or table not in known:
        return design
    keyed = [name for name in names if known[name].change is not ChangeHandling.APPEND]
    if keyed:
        raise invalid(
            f"{keyed[0]} keeps one row for each key, which rows of two tables may share.",
            "Let it append, or leave the tables apart.",
        )
    merged = merge_entities(design, names)
    words = zip(*(name.split("_") for name in names), strict=False)
    name = "_".join(same[0] for same in takewhile(lambda same: len({*same}) == 1, words))
    free = name and name not in {entity.name for entity in merged.entities}
    return rename_entity(merged, table, name) if free else merged


def _gathered(design: Design, table: str, flags: Sequence[str]) -> Design:
    """With a junk dimension of the flags that the fact of the table still has."""
    fact = _fact(design, table)
    if fact is None:
        return design
    possible = possible_flags(design, fact)
    return choose_flags(design, fact.name, [flag for flag in flags if flag in possible])


def _in_language(design: Design, entity: Entity, language: str) -> Design:
    """With texts read in ``language``; as it is where they are no texts any more."""
    if entity.texts is None:
        return design
    texts = replace(entity.texts, language=language)
    return edit_entities(design, [replace(entity, texts=texts)])


def _settled(entity: Entity, answer: Answer) -> Entity:
    """The entity with what was decided about its rows, or its place in the star."""
    if answer.role is not None:
        entity = replace(entity, role=answer.role, role_confidence=1.0)
    if answer.append_only is not None:
        return _read_by_history(entity, append_only=answer.append_only)
    if answer.change is None:
        return entity
    settled = replace(
        entity,
        change=answer.change,
        key_confidence=1.0,
        rules=_with_key(entity, answer.change),
    )
    return _marked_by_key(settled)


def _marked_by_key(entity: Entity) -> Entity:
    """Rows that are marked as deleted are found by a key from the moment that it is one."""
    feed = entity.feed
    if feed is None or not feed.marks:
        return entity
    key = () if entity.change is ChangeHandling.APPEND else entity.key
    return with_choice(entity, replace(feed, key=key), feed.choice)


def _read_by_history(entity: Entity, *, append_only: bool) -> Entity:
    """Says nothing of the key, which may still be asked about or have been answered: rows are
    kept or merged as they were."""
    reads = tuple(
        replace(each, append_only=append_only) if isinstance(each, TableLocation) else each
        for each in entity.reads
    )
    read = replace(entity, reads=reads)
    handled = _BY_CHANGES if has_streaming_bronze(read) else _IN_FULL
    return replace(read, change=handled.get(entity.change, entity.change))


def _with_key(entity: Entity, change: ChangeHandling) -> tuple[Rule, ...]:
    """Rows are found by their key, so that those without one are set aside."""
    if change is ChangeHandling.APPEND:
        return entity.rules
    ruled = {rule.name for rule in entity.rules}
    added = (
        Rule(name, f"{quote_identifier(key)} IS NOT NULL", RuleAction.QUARANTINE, "It is the key.")
        for key in entity.key
        if (name := f"{key}_present") not in ruled
    )
    return (*added, *entity.rules)


def _read_as(design: Design, entity: Entity, answer: Answer) -> Design:
    columns = [
        replace(column, type=answer.type, source_format=answer.source_format)
        if column.name == answer.column
        else column
        for column in entity.columns
    ]
    return edit_columns(design, entity.name, columns)


def _referred(design: Design, table: str, answer: Answer) -> Design:
    """With the reference taken for sure, or without it."""

    def is_meant(each: Reference) -> bool:
        return (each.entity, each.columns, each.parent) == (table, answer.columns, answer.parent)

    others = [each for each in design.references if not is_meant(each)]
    meant = [replace(each, confidence=1.0) for each in design.references if is_meant(each)]
    return edit_references(design, [*others, *(meant if answer.accepted else ())])
