"""Flags of a fact that one small dimension could hold: Kimball's junk dimension. It is offered, and
nothing is otherwise until somebody takes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from operator import mul

from medallion_core.model import Answer, Design, Fact, Level, Question, QuestionKind
from medallion_core.propose.fields import Field
from medallion_core.propose.kinds import Kind
from medallion_core.propose.tables import Table

FEWEST_FLAGS = 3
"""Columns from which a dimension of their own is worth its join."""

MOST_VALUES = 20
"""Values of a flag or a code; what has more says something of its own."""

ROWS_EACH = 10
"""Rows of the fact for each combination that there may be."""


def with_offers(design: Design, tables: Sequence[Table]) -> Design:
    """``design``, whose entities are ``tables`` in order, with what is offered for its facts."""
    views = dict(zip((entity.name for entity in design.entities), tables, strict=True))
    offers = [offer for fact in design.star.facts for offer in _offer(design, fact, views)]
    return replace(design, questions=(*design.questions, *offers))


def _offer(design: Design, fact: Fact, views: Mapping[str, Table]) -> Iterator[Question]:
    flags = list(_flags(design, fact, views[fact.entity]))
    counts = accumulate((values for values, _ in flags), mul)
    found = [(n, flag) for n, (_, flag) in zip(counts, flags, strict=True) if _fits(n, views, fact)]
    if len(found) < FEWEST_FLAGS:
        return
    columns, most = tuple(flag for _, flag in found), found[-1][0]
    yield Question(
        Level.INFO,
        fact.entity,
        f"{', '.join(columns)} of {fact.name} have few values each. Is one small dimension to hold "
        "them?",
        table=fact.entity,
        kind=QuestionKind.OFFER,
        answers=(
            Answer("Leave them", f"They stay columns of {fact.name}."),
            Answer(
                "Gather them",
                f"A dimension has each combination once, at most {most:,} rows; {fact.name} has "
                f"its key in place of {len(columns)} columns.",
                flags=columns,
            ),
        ),
    )


def _fits(combinations: int, views: Mapping[str, Table], fact: Fact) -> bool:
    return combinations * ROWS_EACH <= views[fact.entity].all_rows


def _flags(design: Design, fact: Fact, table: Table) -> Iterator[tuple[int, str]]:
    """The silver columns that are flags, those of the fewest values first, each with how many it
    has; NULL is one."""
    entity = design.entity(fact.entity)
    own = {key.column for key in fact.degenerate if not key.from_header} - {*fact.grain}
    yield from sorted(
        (field.distinct + field.has_gaps, column.name)
        for column in entity.columns
        if column.name in own
        and column.privacy is None
        and _is_flag(field := table.fields[column.source])
    )


def _is_flag(field: Field) -> bool:
    """What a collation takes as equal, as it may be 0 and -0, has one row in a dimension, but keys
    that differ."""
    exact = field.kind is not Kind.FLOAT and " collate " not in field.type
    plain = exact and not field.kind.is_time and not field.has_strong_marker
    return plain and field.has_values and 1 < field.distinct + field.has_gaps <= MOST_VALUES
