"""How gold reads silver: one row where one row is meant."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, replace

from medallion_core.model import ChangeHandling, Design, Entity, Texts
from medallion_core.tables import columns, names
from medallion_core.text import sql


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table under an alias, which is the name of a variable, too.

    ``current`` filters to the current versions, and to texts in one language. ``one_per`` are the
    columns that the rows must be unique in but may not be: the newest by ``newest_first`` is kept
    then.
    """

    alias: str
    table: str
    _: KW_ONLY
    current: str = ""
    one_per: tuple[str, ...] = ()
    newest_first: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Join:
    """A left join: every row on the left stays, once."""

    rows: Rows
    condition: str


def silver_rows(
    design: Design,
    entity: Entity,
    alias: str,
    *,
    unique: tuple[str, ...] = (),
    versions: bool = False,
) -> Rows:
    """The rows of ``entity``, one per value of ``unique`` where that is asked for.

    ``versions`` keeps all versions of a HISTORY entity; otherwise the current ones are read.
    """
    settled = bool(unique) and not is_unique(entity, unique)
    table = names.newest_table(entity, unique) if settled else names.silver_table(entity)
    return Rows(
        alias=alias,
        table=names.own_table(design, table),
        current="" if versions or settled else current_rows(entity),
    )


def current_rows(entity: Entity) -> str:
    """SQL for the rows that are valid now, empty where all are."""
    return f"{columns.END} IS NULL" if columns.keeps_history(entity) else ""


def in_language(rows: Rows, texts: Texts) -> Rows:
    """Only the texts in the language that is read."""
    condition = f"{sql.name(texts.column)} = {sql.string(texts.language)}"
    return replace(
        rows, current=sql.all_of([rows.current, condition] if rows.current else [condition])
    )


def one_row_per(design: Design, entity: str, unique: tuple[str, ...]) -> str:
    """The table that has one row per value of ``unique``: silver, or where it may have more, the
    newest of them."""
    found = next((each for each in design.entities if each.name == entity), None)
    if found is None or is_unique(found, unique):
        return names.silver_of(entity)
    return names.newest_table(found, unique)


def is_unique(entity: Entity, unique: tuple[str, ...]) -> bool:
    """Whether silver has one row per value of ``unique``."""
    replaced = columns.change_of(entity) is not ChangeHandling.APPEND
    return replaced and bool(entity.key) and set(entity.key) <= set(unique)


def matches(
    left: str,
    left_columns: tuple[str, ...],
    right: str,
    right_columns: tuple[str, ...],
    casts: tuple[str, ...],
    equals: str = "=",
) -> str:
    """A join condition; a left column whose type differs is cast to the right one's."""
    pairs = zip(left_columns, right_columns, casts, strict=True)
    return sql.all_of(
        f"{cast_to(sql.column(left, theirs), cast)} {equals} {sql.column(right, ours)}"
        for theirs, ours, cast in pairs
    )


def cast_to(expression: str, wanted: str) -> str:
    """``expression`` as ``wanted``, NULL where it is none; unchanged where ``wanted`` is empty."""
    return f"try_cast({expression} AS {sql.type_name(wanted)})" if wanted else expression


def casts_between(
    left: Entity, left_columns: tuple[str, ...], right: Entity, right_columns: tuple[str, ...]
) -> tuple[str, ...]:
    """For each pair of columns the type to cast to, or nothing where the types agree."""
    pairs = zip(left_columns, right_columns, strict=True)
    types = [
        (columns.silver_type(left.column(a)), columns.silver_type(right.column(b)))
        for a, b in pairs
    ]
    return tuple("" if ours == theirs else theirs for ours, theirs in types)
