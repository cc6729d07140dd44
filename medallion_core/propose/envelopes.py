"""Envelopes of Debezium and Oracle GoldenGate: a change with what was ``before`` it and what is
``after`` it. Those that wrap rows in another way are told of.

https://debezium.io/documentation/reference/stable/connectors/postgresql.html
https://docs.oracle.com/en/middleware/goldengate/big-data/21.1/gadbd/using-pluggable-formatters.html
https://maxwells-daemon.io/dataformat/
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, replace

from medallion_core.model import EntityColumn
from medallion_core.propose.change_feeds import LIMITS
from medallion_core.propose.inner_privacy import privacy_of_fields
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

_OPERATIONS = {"op": "Debezium", "op_type": "Oracle GoldenGate"}
"""Columns that say what a change does, with whose they are."""

_ORDERS = ("pos", "ts_ms", "op_ts")
"""Columns beside those that order the changes where no field of ``source`` does."""

_CHANGES = vocabulary("insert update delete bootstrap-insert")
_OTHERS = vocabulary(
    "bootstrap-start bootstrap-complete table-create table-alter table-drop database-create "
    "database-alter database-drop create alter erase query truncate rename cindex dindex"
)
"""What Maxwell and Canal write in the place of a change: of a table, or where copying begins."""

_OF_COMMITS = ("scn",)
"""The path of the one that all changes of a commit have in common."""

_LINES = vocabulary("line item seq sequence sequential ordinal position pos")
"""Words of fields that number the rows within what another field names."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """``columns`` are all columns of the entity: those of the row that changed, the order, and
    what the envelope is made of, left in bronze. ``operation`` says what a change does, ``tool``
    who writes it, ``limits`` what it has to write. ``has_position`` where the order has a place of
    its own for each change."""

    columns: tuple[EntityColumn, ...]
    operation: EntityColumn
    tool: str
    limits: str
    _: KW_ONLY
    key: tuple[str, ...]
    sequence: str
    has_position: bool


def is_envelope(table: Table) -> bool:
    fields = {name.lower(): field for name, field in table.fields.items()}
    if not {"before", "after"} <= fields.keys() or _OPERATIONS.keys().isdisjoint(fields):
        return False
    return bool(fields_of(fields["after"].type))


def wrapped_changes(table: Table) -> str:
    """A sentence about changes that lie deeper than an envelope, or in one of Maxwell or Canal;
    empty where there are none."""
    for name, field in table.fields.items():
        if {"before", "after", "op"} <= {inner.name for inner in fields_of(field.type)}:
            return f"{name} holds before, after and op, which are those of Debezium."
    fields = {name.lower(): field for name, field in table.fields.items()}
    kinds, data = fields.get("type"), fields.get("data")
    if kinds is None or data is None or kinds.profile is None:
        return ""
    words = {str(value.value).lower() for value in kinds.profile.frequent}
    nested = fields_of(data.type) or data.type.startswith("array<struct<")
    if words.isdisjoint(_CHANGES) or not words <= _CHANGES | _OTHERS or not nested:
        return ""
    return f"{kinds.name} and {data.name} are those of Maxwell or Canal."


def unwrap(table: Table, columns: Sequence[EntityColumn]) -> Envelope:
    """The entity's ``columns`` with the fields of the row in their place."""
    whole = {column.source.lower(): column for column in columns}
    after, before = whole["after"], whole["before"]
    known = {field.name for field in fields_of(before.source_type)}
    rows = fields_of(after.source_type)
    position = _position(whole.get("source")) or whole.get("pos")
    order = position or next((whole[name] for name in _ORDERS if name in whole), None)
    operation = next(name for name in _OPERATIONS if name in whole)
    ordering = (order.name if order else "") or "source_position"
    names = unique_names([*(field.name for field in rows), "is_deleted", ordering])
    personal = privacy_of_fields(table.name, {field.name: field.type for field in rows})
    own = [
        EntityColumn(
            name,
            after.source,
            field.type,
            field.type,
            path=(field.name,),
            fallback=before.source if field.name in known else "",
            privacy=personal.get(field.name),
        )
        for name, field in zip(names, rows, strict=False)
    ]
    left = [replace(column, included=False) for column in columns if column is not order]
    ordered = () if order is None else (replace(order, name=names[-1]),)
    own_names = [column.name for column in (*own, *ordered)]
    taken = unique_names([*own_names, *(column.name for column in left)])[len(own_names) :]
    left = [replace(column, name=name) for column, name in zip(left, taken, strict=True)]
    key = _key(table, rows)
    return Envelope(
        (*own, *ordered, *left),
        whole[operation],
        _OPERATIONS[operation],
        LIMITS.get(operation, ""),
        key=tuple(column.name for column in own if column.path == key),
        sequence=ordered[0].name if ordered else "",
        has_position=position is not None and position.path != _OF_COMMITS,
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
