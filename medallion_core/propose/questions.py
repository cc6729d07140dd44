"""What a person has to decide, the dearest first: each question with its answers and what they do.

Only what would be wrong in the rows is asked. What else was found out is evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from medallion_core.model import (
    Answer,
    ChangeHandling,
    Entity,
    Level,
    Question,
    Role,
    Source,
    TableLocation,
    asked,
)
from medallion_core.propose.candidates import Candidate
from medallion_core.propose.columns import doubtful_columns
from medallion_core.propose.feeds import feed_question, wrapped_question
from medallion_core.propose.keys import Key, Support
from medallion_core.propose.tables import Table

UNSURE = 0.6
"""Confidence below which a proposal is asked about."""

ORPHANS = 0.01
"""Share of the rows without a parent from which a reference is asked about."""


def source_questions(sources: Iterable[Source]) -> Iterator[Question]:
    for source in sources:
        yield from map(asked, source.questions)
        if not source.columns:
            detail = "It has no columns that can be read, so that it is left out."
            hint = "Correct how it is read, or take it out of the basket."
            yield Question(Level.WARNING, source.name, detail, hint)


def propose_questions(
    tables: Sequence[Table],
    keys: Sequence[Key],
    entities: Sequence[Entity],
    references: Iterable[Candidate],
) -> Iterator[Question]:
    """Rows that would be kept, merged or lost, then members that nobody knows, then values that
    are read in one way or another, then where a table stands in the star."""
    filled = [found for found in zip(tables, keys, entities, strict=True) if found[0].row_count]
    yield from filter(None, map(feed_question, entities))
    yield from filter(None, map(wrapped_question, entities, tables))
    for table, _, entity in filled:
        yield from _history_questions(table, entity)
    for table, key, entity in filled:
        yield from _key_questions(table, key, entity)
    for reference in references:
        yield from _orphan_questions(reference, tables[reference.child], entities)
    for table, _, entity in filled:
        yield from doubtful_columns(table, entity.columns)
    for table, _, entity in filled:
        yield from _role_questions(table, entity)


def _history_questions(table: Table, entity: Entity) -> Iterator[Question]:
    """A history that nobody may read is not the history of a table whose rows are only added."""
    if table.source.history_known:
        return
    yield Question(
        Level.WARNING,
        entity.name,
        f"The history of {table.source.name} may not be read. Are its rows only added, or changed "
        "and deleted, too?",
        table=entity.name,
        answers=(
            Answer(
                "Changed or deleted, too",
                "The table is read in full each time, so that every change arrives.",
                append_only=False,
            ),
            Answer(
                "Only added",
                "New rows are read once, as they come. The first row that is changed or deleted "
                "stops the pipeline.",
                append_only=True,
            ),
        ),
    )


def _key_questions(table: Table, key: Key, entity: Entity) -> Iterator[Question]:
    """A key that only today's rows support, or one whose name and place say little."""
    if key.blurred and not key.columns:
        yield _blurred_question(table, key, entity)
    is_sure = key.confidence >= UNSURE and (key.merges or entity.role is not Role.DIMENSION)
    if not key.columns or key.declared or key.support is Support.STRUCTURE or is_sure:
        return
    names = " and ".join(key.columns)
    yield Question(
        Level.WARNING,
        entity.name,
        f"Is {names} the key? {key.evidence}",
        table=entity.name,
        answers=(
            Answer(
                "It is the key",
                f"A later row with the same {names} replaces the earlier one; none of today's "
                f"{table.rows_in_words} does.",
                change=_merging(table, entity),
            ),
            Answer(
                "Keep every row",
                f"All {table.all_rows:,} rows stay, and so does every later one.",
                change=ChangeHandling.APPEND,
            ),
        ),
    )


def _blurred_question(table: Table, key: Key, entity: Entity) -> Question:
    name = key.blurred[0]
    return Question(
        Level.WARNING,
        entity.name,
        f"{name} has a value of its own in each of {table.rows_in_words}, but some differ by the "
        "blanks around them alone, which silver takes off. It is no key: all rows stay, and "
        "nothing refers to it.",
        "Correct such values in the source and propose again, if they are meant as one.",
        table=entity.name,
    )


def _merging(table: Table, entity: Entity) -> ChangeHandling:
    """How rows with the same key become one."""
    if entity.change is not ChangeHandling.APPEND:
        return entity.change
    location = table.source.location
    in_place = isinstance(location, TableLocation) and not location.append_only
    return ChangeHandling.SNAPSHOT if in_place else ChangeHandling.LATEST


def _orphan_questions(
    reference: Candidate, table: Table, entities: Sequence[Entity]
) -> Iterator[Question]:
    if reference.inclusion is None or 1 - reference.inclusion <= ORPHANS:
        return
    child, parent = entities[reference.child], entities[reference.parent]
    silver = {column.source: column.name for column in child.columns}
    columns = tuple(silver[column] for column in reference.columns)
    names, lost = " and ".join(columns), round((1 - reference.inclusion) * table.all_rows)
    yield Question(
        Level.WARNING,
        child.name,
        f"{1 - reference.inclusion:.1%} of the values of {names}, in about {lost:,} rows, are in no"
        f" row of {parent.name}. Does it refer to {parent.name}?",
        table=child.name,
        answers=(
            Answer(
                "It does",
                f"About {lost:,} rows get a member that has the key and nothing else, until its "
                "row comes.",
                columns=columns,
                parent=parent.name,
            ),
            Answer(
                "It does not",
                f"{names} stays a column of its own, and no row is joined by it.",
                columns=columns,
                parent=parent.name,
                accepted=False,
            ),
        ),
    )


_PLACES = {
    Role.FACT: ("A fact", "Its {0:,} rows are what happened: measures and dates, with dimensions."),
    Role.DIMENSION: ("A dimension", "Its {0:,} rows become members that facts refer to."),
    Role.OTHER: ("Leave it in silver", "None of its {0:,} rows is in the star."),
}


def _role_questions(table: Table, entity: Entity) -> Iterator[Question]:
    if entity.role_confidence >= UNSURE:
        return
    part = "left in silver" if entity.role is Role.OTHER else f"a {entity.role.value}"
    yield Question(
        Level.WARNING,
        entity.name,
        f"Should it be {part}? {entity.role_evidence}",
        table=entity.name,
        answers=tuple(
            Answer(label, effect.format(table.all_rows), role=place)
            for place, (label, effect) in _PLACES.items()
        ),
    )
