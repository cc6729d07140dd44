"""Tables of the same columns that hold a period each: sales of 2023, sales of 2024. One table of
all of them is offered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from medallion_core.model import (
    Answer,
    ChangeHandling,
    Entity,
    Level,
    Question,
    QuestionKind,
    Reference,
    Role,
)
from medallion_core.propose.names import words
from medallion_core.propose.tables import Table
from medallion_core.propose.vocabulary import vocabulary

_PERIODS = vocabulary(
    "jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july "
    "august september october november december q1 q2 q3 q4 h1 h2"
)

Alike = tuple[tuple[str, ...], frozenset[tuple[str, str]]]


def union_offers(
    entities: Sequence[Entity], tables: Sequence[Table], references: Iterable[Reference]
) -> Iterator[Question]:
    """``entities`` are ``tables`` in order. None whose rows others refer to, and none with a key,
    which rows of two tables may share."""
    parents = {reference.parent for reference in references}
    groups: dict[Alike, list[tuple[Entity, Table]]] = defaultdict(list)
    for entity, table in zip(entities, tables, strict=True):
        kept = entity.change is ChangeHandling.APPEND and not entity.key
        if kept and entity.role is Role.FACT and entity.name not in parents:
            columns = frozenset((column.source, column.type) for column in entity.columns)
            groups[_without_period(entity.name), columns].append((entity, table))
    for group in groups.values():
        if len(group) > 1:
            yield _offer(group)


def _without_period(name: str) -> tuple[str, ...]:
    """
    >>> _without_period("sales_fact_dec_1998"), _without_period("sales_2023_q1")
    (('sales', 'fact'), ('sales',))
    """
    return tuple(word for word in words(name) if not word.isdigit() and word not in _PERIODS)


def _offer(group: Sequence[tuple[Entity, Table]]) -> Question:
    first, *others = (entity.name for entity, _ in group)
    rows = sum(table.all_rows for _, table in group)
    named = f"{', '.join([first, *others[:-1]])} and {others[-1]}"
    return Question(
        Level.INFO,
        first,
        f"{named} have the same columns. Are they to be one table?",
        table=first,
        kind=QuestionKind.OFFER,
        answers=(
            Answer("Leave them apart", f"Each stays a fact of its own, {len(group)} of them."),
            Answer(
                "Make one of them",
                f"All {rows:,} rows are in one fact. No row is merged with another.",
                merges=tuple(others),
            ),
        ),
    )
