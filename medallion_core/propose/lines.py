"""Rows within a row, as orders have their lines in documents. Gold has each list as one value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medallion_core.model import Level, Question
from medallion_core.propose.tables import Table
from medallion_core.text.types import fields_of

NAMED = 5
"""Fields that a question names."""


def line_questions(tables: Sequence[Table]) -> Iterator[Question]:
    """That what lists of objects hold is summed by nothing, and joined to nothing."""
    for table in tables:
        for field in table.fields.values():
            if names := _fields(field.type):
                listed = ", ".join(names[:NAMED]) + (" and more" if len(names) > NAMED else "")
                yield Question(
                    Level.INFO,
                    table.name,
                    f"{field.name} holds several rows of {listed} in each of its rows. Gold has it"
                    " as one value: nothing sums what they say, and nothing is joined to them.",
                    "Read them as a table of their own through a view over the source that takes"
                    f" {field.name} apart (LATERAL VIEW explode), with the key of the row.",
                    table=table.name,
                )


def _fields(type_: str) -> list[str]:
    """The names of the fields of an array's objects; none of anything else."""
    if not type_.startswith("array<struct<"):
        return []
    inner = type_.removeprefix("array<").removesuffix(">")
    return [field.name for field in fields_of(inner)]
