"""Rows that came more than once: files that were loaded twice, events that were delivered again.
Where no key makes one of them, each counts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from medallion_core.model import Entity, Level, Question
from medallion_core.propose.audit import is_of_load
from medallion_core.propose.candidates import Candidate
from medallion_core.propose.checks import Checks
from medallion_core.propose.fields import Field
from medallion_core.propose.key_parts import expected_repeats
from medallion_core.propose.keys import Key, Support, key_check
from medallion_core.propose.likeness import likeness
from medallion_core.propose.tables import Table
from medallion_core.propose.vocabulary import vocabulary

MOST_COLUMNS = 100
"""Columns that are compared; of wider tables nobody asks."""

LIKE_A_KEY = 0.75
"""How much a column that repeats must look like its table's key."""

FEWEST_OWN = 0.5
"""Share of the rows that must have a value of their own before the others came again."""

APPROXIMATE = 0.02
"""Share of the rows by which an approximate count may be off."""

_OF_LOADS = vocabulary("file filename load loaded batch ingest ingested ingestion import imported")


def double_questions(
    tables: Sequence[Table],
    keys: Sequence[Key],
    entities: Sequence[Entity],
    references: Sequence[Candidate],
    checks: Checks | None,
) -> Iterator[Question]:
    """What is there twice, of tables that have no key but one that tells loads apart."""
    open_ = [
        (table, entity)
        for table, key, entity in zip(tables, keys, entities, strict=True)
        if table.row_count and not entity.feed and _tells_no_rows(table, key)
    ]
    compared = [(table, entity, fields) for table, entity in open_ if (fields := _compared(table))]
    asked = [key_check(table, [tuple(f.name for f in fields)]) for table, _, fields in compared]
    answers = checks.distinct_counts(asked) if checks and asked else [None] * len(asked)
    referring = [(reference.child, name) for reference in references for name in reference.columns]
    for (table, entity, fields), counts in zip(compared, answers, strict=True):
        again = table.all_rows - counts[0] if counts else 0
        if again > 2 * expected_repeats(fields):
            yield _question(entity, _equal(table, fields, again))
    for table, key, entity in zip(tables, keys, entities, strict=True):
        refers = {name for child, name in referring if tables[child] is table}
        is_open = _tells_no_rows(table, key) or key.support is Support.CHANCE
        if not (is_open and table.row_count) or entity.feed:
            continue
        if field := _named_as_key(table, refers):
            yield _question(entity, _again(table, field, _called_alike(field, table, tables)))


def _tells_no_rows(table: Table, key: Key) -> bool:
    """Whether nothing tells rows apart, or something that says of a row how it came."""
    return not key.columns or any(_of_load(table.fields[name]) for name in key.columns)


def _of_load(field: Field) -> bool:
    return is_of_load(field.words) or not _OF_LOADS.isdisjoint(field.words)


def _compared(table: Table) -> list[Field]:
    """The columns that say what a row is about; none where some cannot be compared."""
    fields = [field for field in table.fields.values() if not _of_load(field)]
    whole = all("map<" not in field.type and field.type != "variant" for field in fields)
    sampled = table.all_rows > table.row_count
    return fields if whole and not sampled and len(fields) <= MOST_COLUMNS else []


def _named_as_key(table: Table, referring: Collection[str]) -> Field | None:
    """A column that is named and placed as the key, and has a value twice here and there."""
    return next(
        (
            field
            for field in table.fields.values()
            if field.name not in referring
            and field.is_complete
            and FEWEST_OWN <= field.distinct / table.row_count < 1 - _blur(field)
            and likeness(field, table, names_another=False) >= LIKE_A_KEY
        ),
        None,
    )


def _blur(field: Field) -> float:
    exact = field.profile is not None and field.profile.distinct_is_exact
    return 0.0 if exact else APPROXIMATE


def _equal(table: Table, fields: Sequence[Field], again: int) -> str:
    left = [field.name for field in table.fields.values() if field not in fields]
    but = f", but for {' and '.join(left)}" if left else ""
    return f"{again:,} of {table.rows_in_words} are equal to one before{but}."


def _called_alike(field: Field, table: Table, tables: Sequence[Table]) -> list[str]:
    """Columns of other tables that are called as ``field``, by which they would be joined to it."""
    return [
        f"{other.name}.{each.name}"
        for other in tables
        for each in (other.fields.values() if other is not table else ())
        if field.subject and each.word_stems == field.word_stems and each.compares_with(field)
    ]


def _again(table: Table, field: Field, others: Sequence[str]) -> str:
    joined = f" Not joined, since it may mean several rows: {', '.join(others)}." if others else ""
    return (
        f"{field.name} is named as the key, but {table.row_count - field.distinct:,} of "
        f"{table.rows_in_words} have one that is there already.{joined}"
    )


def _question(entity: Entity, detail: str) -> Question:
    return Question(
        Level.WARNING,
        entity.name,
        f"{detail} They stay, and each of them counts.",
        "Give the table a key on the Design page, by which the newest row stays, if they are the"
        " same; or take them out in the source.",
        table=entity.name,
    )
