"""Debezium's envelopes: a change with what was ``before`` it and what is ``after`` it.

https://debezium.io/documentation/reference/stable/connectors/postgresql.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from medallion_core.model import EntityColumn
from medallion_core.propose.names import stem, words
from medallion_core.propose.tables import Table
from medallion_core.propose.vocabulary import (
    EMPTY_SUBJECTS,
    KEY_MARKERS,
    STRONG_MARKERS,
    vocabulary,
)
from medallion_core.text.identifiers import unique_names
from medallion_core.text.types import Field, fields_of

_POSITIONS = ("lsn", "scn", "sequence_number")
"""Fields of ``source`` that order the changes of all tables; others count within a file only."""

_OF_COMMITS = ("scn",)
"""The path of the one that all changes of a commit have in common."""

_LINES = vocabulary("line item seq sequence sequential ordinal position pos")
"""Words of fields that number the rows within what another field names."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """``columns`` are all columns of the entity: those of the row that changed, the order, and
    what the envelope is made of, left in bronze. ``has_position`` where the order has a place of
    its own for each change."""

    columns: tuple[EntityColumn, ...]
    key: tuple[str, ...]
    sequence: str
    has_position: bool


def is_envelope(table: Table) -> bool:
    fields = {name.lower(): field for name, field in table.fields.items()}
    if not {"before", "after", "op"} <= fields.keys():
        return False
    return bool(fields_of(fields["after"].type))


def unwrap(table: Table, columns: Sequence[EntityColumn]) -> Envelope:
    """The entity's ``columns`` with the fields of the row in their place."""
    whole = {column.source.lower(): column for column in columns}
    after, before = whole["after"], whole["before"]
    known = {field.name for field in fields_of(before.source_type)}
    rows = fields_of(after.source_type)
    position = _position(whole.get("source"))
    order = position or whole.get("ts_ms")
    names = unique_names([*(field.name for field in rows), "is_deleted", "source_position"])
    own = [
        EntityColumn(
            name,
            after.source,
            field.type,
            field.type,
            path=(field.name,),
            fallback=before.source if field.name in known else "",
        )
        for name, field in zip(names, rows, strict=False)
    ]
    left = [replace(column, included=False) for column in columns if column is not order]
    ordered = () if order is None else (replace(order, name=order.name or names[-1]),)
    own_names = [column.name for column in (*own, *ordered)]
    taken = unique_names([*own_names, *(column.name for column in left)])[len(own_names) :]
    left = [replace(column, name=name) for column, name in zip(left, taken, strict=True)]
    key = _key(table, rows)
    return Envelope(
        (*own, *ordered, *left),
        tuple(column.name for column in own if column.path == key),
        ordered[0].name if ordered else "",
        position is not None and position.path != _OF_COMMITS,
    )


def _position(source: EntityColumn | None) -> EntityColumn | None:
    for field in fields_of(source.source_type) if source else ():
        if source and field.name in _POSITIONS:
            type_ = "bigint" if field.type == "string" else field.type
            return EntityColumn("", source.source, field.type, type_, path=(field.name,))
    return None


def _key(table: Table, rows: Sequence[Field]) -> tuple[str, ...]:
    """The path of the field that is named as the key of what the table holds; of any other, one
    value may have several rows, and so may this one have, where another field numbers them."""
    if any(_numbers_lines(field.name) for field in rows):
        return ()
    for field in rows:
        *subject, last = words(field.name)
        own = not subject or EMPTY_SUBJECTS.issuperset(subject)
        if last in STRONG_MARKERS and (own or tuple(map(stem, subject)) == table.stems):
            return (field.name,)
    return ()


def _numbers_lines(name: str) -> bool:
    """Whether the name says no more than that it is a number within something.

    >>> _numbers_lines("line_no"), _numbers_lines("address_line"), _numbers_lines("id")
    (True, False, False)
    """
    left = [word for word in words(name) if word not in KEY_MARKERS]
    return bool(left) and _LINES.issuperset(left)
