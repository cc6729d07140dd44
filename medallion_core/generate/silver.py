"""Silver: typed, named and checked rows; one version per key, or all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from medallion_core.generate.python import Code, Dataset, expr
from medallion_core.generate.render import render
from medallion_core.generate.silver_rows import (
    Checked,
    checked_rows,
    decorator_of,
    table_of,
    view_of,
)
from medallion_core.model import ChangeHandling, Design, Entity
from medallion_core.tables import columns, names
from medallion_core.tables.silver import ROW_HASH, carried, needs_row_hash, newest_first
from medallion_core.text import sql


@dataclass(frozen=True, slots=True, kw_only=True)
class AppendFile:
    """Silver keeps every row that breaks no rule. ``functions``: Spark's are called."""

    template: ClassVar = "src/silver/append.py"
    functions: bool
    checked: Checked
    table: Dataset
    decorator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoCdcFile:
    """Silver keeps the newest version of each key, or all of them, from a stream of versions."""

    template: ClassVar = "src/silver/auto_cdc.py"
    checked: Checked
    valid: Dataset
    table: Dataset
    keys: list[str]
    sequence_by: Code
    left_out: list[str]
    delete_when: Code | None
    scd_type: int
    untracked: list[str]


@dataclass(frozen=True, slots=True)
class History:
    """The view of the newest snapshot, and the columns whose changes make no version."""

    snapshot: Dataset
    untracked: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotFile:
    """Silver keeps what the source says now, or also what it said before."""

    template: ClassVar = "src/silver/snapshot.py"
    checked: Checked
    valid: Dataset
    table: Dataset
    keys: list[str]
    newest_first: tuple[Code, ...]
    read_valid: str
    kept: str
    row_hash: str
    history: History | None


def silver_file(design: Design, entity: Entity) -> str:
    """The source text of ``src/silver/<entity>.py``."""
    match columns.change_of(entity):
        case ChangeHandling.APPEND:
            return render(_append(design, entity))
        case ChangeHandling.LATEST | ChangeHandling.HISTORY:
            return render(_auto_cdc(design, entity))
        case ChangeHandling.SNAPSHOT | ChangeHandling.SNAPSHOT_HISTORY:
            return render(_snapshot(design, entity))


def _append(design: Design, entity: Entity) -> AppendFile:
    checked = checked_rows(design, entity)
    return AppendFile(
        functions=bool(checked.quarantine or checked.comments),
        checked=checked,
        table=table_of(entity),
        decorator=decorator_of(entity),
    )


def _auto_cdc(design: Design, entity: Entity) -> AutoCdcFile:
    history = columns.keeps_history(entity)
    return AutoCdcFile(
        checked=checked_rows(design, entity),
        valid=view_of(names.valid_view(entity)),
        table=table_of(entity),
        keys=[sql.name(key) for key in entity.key],
        sequence_by=_sequence(entity),
        left_out=[ROW_HASH] if needs_row_hash(entity) else [],
        delete_when=expr(sql.check_expression(entity.delete_when)) if entity.delete_when else None,
        scd_type=2 if history else 1,
        untracked=list(carried(entity)) if history else [],
    )


def _snapshot(design: Design, entity: Entity) -> SnapshotFile:
    history = History(view_of(names.snapshot_view(entity)), list(carried(entity)))
    return SnapshotFile(
        checked=checked_rows(design, entity),
        valid=view_of(names.valid_view(entity)),
        table=table_of(entity),
        keys=[sql.name(key) for key in entity.key],
        newest_first=tuple(Code(f"F.desc({sql.name(c)!r})") for c in newest_first(entity)),
        read_valid=names.own_table(design, names.valid_view(entity)),
        kept=sql.is_not_true(entity.delete_when) if entity.delete_when else "",
        row_hash=ROW_HASH,
        history=history if columns.keeps_history(entity) else None,
    )


def _sequence(entity: Entity) -> Code:
    """What orders the versions of a key."""
    order = [sql.name(column) for column in newest_first(entity)]
    return Code(f"F.struct({', '.join(map(repr, order))})" if order[1:] else f"F.col({order[0]!r})")
