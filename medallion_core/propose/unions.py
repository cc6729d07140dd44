"""Tables of the same columns that hold a period each: sales of 2023, sales of 2024. One table of
all of them is offered."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from medallion_core.model import (
    Answer,
    ChangeHandling,
    Entity,
    EntityColumn,
    Level,
    Question,
    QuestionKind,
    Reference,
    Role,
)
from medallion_core.propose.audit import is_audit
from medallion_core.propose.names import stem, words
from medallion_core.propose.periods import PERIODS
from medallion_core.propose.tables import Table
from medallion_core.propose.vocabulary import vocabulary
from medallion_core.tables.columns import has_streaming_bronze

_PERIODS = vocabulary(
    "jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july "
    "august september october november december q1 q2 q3 q4 h1 h2"
)

_YEAR = re.compile(r"(19|20)[0-9]{2}((0[1-9]|1[0-2])([0-3][0-9])?)?")
"""A year, a month or a day in digits."""

Alike = tuple[tuple[str, ...], frozenset[EntityColumn], bool]
"""The name without its period, the columns as they are read, and whether rows come once each."""


def union_offers(
    entities: Sequence[Entity], tables: Sequence[Table], references: Iterable[Reference]
) -> Iterator[Question]:
    """``entities`` are ``tables`` in order. None whose rows others refer to, none with a key, which
    rows of two tables may share, and none whose rows do not say of which period they are: only the
    name of their table does then."""
    parents = {reference.parent for reference in references}
    groups: dict[Alike, list[tuple[Entity, Table]]] = defaultdict(list)
    for entity, table in zip(entities, tables, strict=True):
        kept = entity.change is ChangeHandling.APPEND and not entity.key
        apart = entity.role is Role.FACT and entity.name not in parents
        if kept and apart and _says_when(table):
            columns = frozenset(map(_as_read, entity.columns))
            alike = _without_period(entity.name), columns, has_streaming_bronze(entity)
            groups[alike].append((entity, table))
    for group in groups.values():
        if len(group) > 1:
            yield _offer(group)


def _says_when(table: Table) -> bool:
    """Whether a row has a day or a period of what it tells."""
    return any(
        (field.kind.is_time or stem(field.words[-1]) in PERIODS) and not is_audit(field.words)
        for field in table.fields.values()
    )


def _as_read(column: EntityColumn) -> EntityColumn:
    """What must be the same for rows of two tables to be read as one."""
    return replace(column, comment="", trim=False, empty_to_null=False, privacy=None)


def _without_period(name: str) -> tuple[str, ...]:
    """The words of ``name`` without those of a period. A number is the one of a month or a week
    beside a year only; else it tells of a shop or a machine.

    >>> _without_period("sales_fact_dec_1998"), _without_period("sales_2023_q1")
    (('sales', 'fact'), ('sales',))
    >>> _without_period("sales_2023_02"), _without_period("sales_2")
    (('sales',), ('sales', '2'))
    """
    parts = words(name)
    dated = any(map(_YEAR.fullmatch, parts))
    return tuple(
        word
        for word in parts
        if not (word in _PERIODS or _YEAR.fullmatch(word) or (dated and _is_short(word)))
    )


def _is_short(word: str) -> bool:
    return word.isdigit() and len(word) <= 2


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
                f"All {rows:,} rows are in one fact. No row is merged with another: what two of "
                "the tables hold is there twice.",
                merges=tuple(others),
            ),
        ),
    )
