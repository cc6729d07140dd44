"""Identifiers of rows of several tables: which one, a column beside says in each row, as
``commentable_type`` does for ``commentable_id``. They find rows of each of these tables, so that
no reference is built on them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from medallion_core.model import Level, Question
from medallion_core.propose.fields import Field
from medallion_core.propose.names import stems, words
from medallion_core.propose.tables import Table
from medallion_core.propose.vocabulary import vocabulary

_KINDS = vocabulary("type class table model kind entity object")
"""Last words of what says of which table a row is."""

MOST_TABLES = 60
"""Values; a column with more says something else."""

NAMED = 3
"""Values that a question names."""


def says_table(table: Table, name: str, tables: Sequence[Table]) -> Field | None:
    """The column of ``table`` that says of which table the values of the one called ``name`` are;
    one of its own values is called as one of the ``tables``. Where one is called as the column is,
    it has to be that one: ``account_type`` says what kind of account, though there are expenses,
    too."""
    field = table.fields[name]
    if not field.marker or not field.subject:
        return None
    called = [each for each in tables if each.stems == stems(field.subject)]
    beside = (f for f in table.fields.values() if _is_beside(f, field))
    return next((kind for kind in beside if _names_one(kind, called or tables)), None)


def _is_beside(kind: Field, field: Field) -> bool:
    named = kind.words[:-1] == field.subject and kind.words[-1] in _KINDS
    return named and kind.is_text and 2 <= kind.distinct <= MOST_TABLES


def _names_one(kind: Field, tables: Sequence[Table]) -> bool:
    values = set(map(_stems, _values(kind)))
    return any(table.stems in values for table in tables)


def _values(field: Field) -> list[str]:
    return [str(value.value) for value in field.profile.frequent] if field.profile else []


def _stems(value: str) -> tuple[str, ...]:
    """Of a name that may stand behind those of its modules."""
    return stems(words(re.split(r"[\\/.:]", value.strip())[-1]))


def polymorphic_questions(tables: Sequence[Table]) -> Iterator[Question]:
    """That such a column is not joined."""
    for table in tables:
        for field in table.fields.values():
            if kind := says_table(table, field.name, tables):
                yield _question(table, field, kind)


def _question(table: Table, field: Field, kind: Field) -> Question:
    listed = ", ".join(sorted(_values(kind))[:NAMED])
    return Question(
        Level.WARNING,
        table.name,
        f"{field.name} refers to rows of several tables: {kind.name} says of which ({listed}). It "
        "is not joined, since the same number is a row of each.",
        f"Make a column for each of them in a view over the source, filled where {kind.name} says"
        " so, and propose again.",
        table=table.name,
    )
