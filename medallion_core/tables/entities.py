"""The datasets of an entity: its tables in bronze, silver and quarantine, and the views between."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from medallion_core.model import ChangeHandling, Column, Entity
from medallion_core.tables import columns, names
from medallion_core.tables.datasets import Dataset, DatasetKind, Layer, Schema
from medallion_core.tables.silver import (
    ROW_HASH,
    carried,
    has_quarantine,
    has_uncast,
    needs_row_hash,
    newest_first,
)
from medallion_core.tables.sources import kind_of
from medallion_core.text import sql

_STREAMED = (ChangeHandling.APPEND, ChangeHandling.LATEST, ChangeHandling.HISTORY)

_UNCAST_TYPE = "map<string,string>"
_BROKEN_RULES_TYPE = "array<string>"


def entity_datasets(entity: Entity) -> Iterator[Dataset]:
    """The tables of ``entity`` from bronze on, then the views between them."""
    change = columns.change_of(entity)
    yield _bronze(entity)
    yield _silver(entity)
    if has_quarantine(entity):
        yield _quarantine(entity)
        yield _view(entity, names.checked_view(entity), names.bronze_table(entity), checked_columns)
    if change is not ChangeHandling.APPEND:
        yield _view(entity, names.valid_view(entity), _typed_rows(entity), valid_columns)
    if change is ChangeHandling.SNAPSHOT_HISTORY:
        valid = names.valid_view(entity)
        yield _view(entity, names.snapshot_view(entity), valid, typed_columns)


def reads_stream(entity: Entity) -> bool:
    """Whether silver takes each row of bronze once, rather than all rows each time."""
    return columns.has_streaming_bronze(entity) and columns.change_of(entity) in _STREAMED


# ── The datasets ─────────────────────────────────────────────────────────────────────────────


def _bronze(entity: Entity) -> Dataset:
    streaming = columns.has_streaming_bronze(entity)
    several = entity.reads if streaming and len(entity.reads) > 1 else ()
    return Dataset(
        name=names.bronze_table(entity),
        layer=Layer.BRONZE,
        kind=_kind(streaming=streaming),
        file=names.file_path(Layer.BRONZE, entity.name),
        of=entity,
        sources=entity.reads,
        flows=tuple(names.bronze_flow(entity, number) for number, _ in enumerate(several, start=1)),
        make_schema=_schema(entity, bronze_columns),
    )


def _silver(entity: Entity) -> Dataset:
    change = columns.change_of(entity)
    read = {
        ChangeHandling.APPEND: _typed_rows(entity),
        ChangeHandling.SNAPSHOT_HISTORY: names.snapshot_view(entity),
    }.get(change, names.valid_view(entity))
    return Dataset(
        name=names.silver_table(entity),
        layer=Layer.SILVER,
        # AUTO CDC writes a streaming table, from snapshots, too.
        kind=_kind(streaming=reads_stream(entity) or change is ChangeHandling.SNAPSHOT_HISTORY),
        file=names.file_path(Layer.SILVER, entity.name),
        of=entity,
        made_of=(read,),
        make_schema=_schema(entity, silver_columns),
    )


def _quarantine(entity: Entity) -> Dataset:
    return Dataset(
        name=names.quarantine_table(entity),
        layer=Layer.QUARANTINE,
        kind=_kind(streaming=reads_stream(entity)),
        file=names.file_path(Layer.SILVER, entity.name),
        of=entity,
        made_of=(names.checked_view(entity),),
        make_schema=_schema(entity, checked_columns),
    )


def _view(
    entity: Entity, name: str, read: str, made_of: Callable[[Entity], list[Column]]
) -> Dataset:
    return Dataset(
        name=name,
        layer=Layer.SILVER,
        kind=DatasetKind.TEMPORARY_VIEW,
        file=names.file_path(Layer.SILVER, entity.name),
        of=entity,
        made_of=(read,),
        make_schema=_schema(entity, made_of),
    )


def _typed_rows(entity: Entity) -> str:
    """Where the rows that break no rule are taken from."""
    return (names.checked_view if has_quarantine(entity) else names.bronze_table)(entity)


def _kind(*, streaming: bool) -> DatasetKind:
    return DatasetKind.STREAMING_TABLE if streaming else DatasetKind.MATERIALIZED_VIEW


def _schema(entity: Entity, made_of: Callable[[Entity], list[Column]]) -> Callable[[], Schema]:
    return lambda: Schema(tuple(made_of(entity)))


# ── Their columns ────────────────────────────────────────────────────────────────────────────


def bronze_columns(entity: Entity) -> list[Column]:
    """The source's columns that the design knows, what each kind of source adds, and where from."""
    new_names = columns.bronze_names(entity)
    types = columns.source_types(entity)
    comments = {c.source: c.comment for c in entity.columns if not c.path}
    known = [Column(n, types[s], comment=comments.get(s, "")) for s, n in new_names.items()]
    kinds = map(kind_of, entity.reads)
    of_kinds = dict.fromkeys(column for kind in kinds for column in kind.added_columns)
    added = [column for column in of_kinds if column.name not in new_names.values()]
    unread = [c for c in _carried(entity) if of_kinds and c.name == columns.RESCUED]
    return [*known, *unread, *added, *(c for c in _carried(entity) if c not in unread)]


def typed_columns(entity: Entity) -> list[Column]:
    """The columns of typed rows, as rules see them."""
    own = [
        Column(column.name, columns.silver_type(column), comment=column.comment)
        for column in columns.silver_columns(entity)
    ]
    uncast = [Column(columns.UNCAST, _UNCAST_TYPE)] if has_uncast(entity) else []
    return [*own, *_carried(entity), *uncast]


def checked_columns(entity: Entity) -> list[Column]:
    return [*typed_columns(entity), Column(columns.BROKEN_RULES, _BROKEN_RULES_TYPE)]


def valid_columns(entity: Entity) -> list[Column]:
    row_hash = [Column(ROW_HASH, "bigint")] if needs_row_hash(entity) else []
    return [*typed_columns(entity), *row_hash]


def silver_columns(entity: Entity) -> list[Column]:
    """With the two columns in which AUTO CDC says from when to when a version was true."""
    if not columns.keeps_history(entity):
        return typed_columns(entity)
    moment = _sequence_type(entity)
    return [*typed_columns(entity), Column(columns.START, moment), Column(columns.END, moment)]


def _sequence_type(entity: Entity) -> str:
    """The type of what orders the versions; snapshots are ordered by when they were taken."""
    if columns.change_of(entity) is ChangeHandling.SNAPSHOT_HISTORY:
        return "timestamp"
    types = {column.name: column.type for column in valid_columns(entity)}
    first, *more = newest_first(entity)
    if not more:
        return types[first]
    fields = ",".join(f"{sql.name(name)}:{types[name]}" for name in (first, *more))
    return f"struct<{fields}>"


def _carried(entity: Entity) -> list[Column]:
    """What says where a row is from, with what did not fit its source's columns."""
    types = columns.audit_columns(entity)
    return [Column(name, types.get(name, "string")) for name in carried(entity)]
