"""What the files of gold have in common: tables that are read and joined."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from medallion_core.generate.python import Call, Code, chain, expr
from medallion_core.model import Design, RefreshPolicy
from medallion_core.tables import names
from medallion_core.tables.reads import Join, Rows
from medallion_core.tables.schema import GoldColumn, clustering, ddl_lines, names_target

FUNCTIONS = "from pyspark.sql import functions as F"
WINDOW = "from pyspark.sql.window import Window"

_TOGETHER = 50
"""Unions of one chain."""


@dataclass(frozen=True, slots=True)
class Newest:
    """The window whose first row is kept."""

    variable: str
    keys: tuple[str, ...]
    order: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A table that is read into a variable."""

    variable: str
    read: Code
    calls: tuple[Call, ...] = ()
    newest: Newest | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A materialized view, and the function that defines it. ``schema`` is DDL, line by line, as
    text of an f-string; ``target_key`` is where the configuration holds what the text names the
    target by, empty where it names nothing there."""

    name: str
    function: str
    comment: str
    schema: list[str]
    target_key: str
    cluster_by: list[str]
    refresh_policy: str


def imports(
    joins: Sequence[Join], *, functions: bool = False, windows: bool = False
) -> tuple[str, ...]:
    """What the joins need, besides what the file needs anyway."""
    windows = windows or any(join.rows.one_per for join in joins)
    return (FUNCTIONS,) * bool(joins or functions or windows) + (WINDOW,) * windows


def view(
    name: str,
    comment: str,
    columns: Sequence[GoldColumn],
    *,
    primary_key: Sequence[str] = (),
    cluster_by: Sequence[str] = (),
    refresh_policy: RefreshPolicy = RefreshPolicy.AUTO,
    proved: bool = True,
) -> View:
    return View(
        name=name,
        function=names.function_name(name),
        comment=comment,
        schema=ddl_lines(name, columns, primary_key, proved=proved),
        target_key=names.TARGET_KEY if names_target(name, columns) else "",
        cluster_by=clustering(columns, cluster_by),
        refresh_policy="" if refresh_policy is RefreshPolicy.AUTO else refresh_policy.value,
    )


def read_table(table: str) -> Code:
    """``table`` as code of the pipeline names it."""
    return Code(f"spark.read.table({table!r})")


def read_own(design: Design, table: str) -> Code:
    """A dataset of the same pipeline."""
    return read_table(names.own_table(design, table))


def reading(rows: Rows, *calls: Call, note: str = "") -> Reading:
    """``rows`` under their alias, after ``calls``; ``note`` says why they are read."""
    return Reading(
        variable=rows.alias,
        read=read_table(rows.table),
        calls=(*_kept(rows), *calls, Call("alias", (rows.alias,))),
        newest=_newest(rows),
        note=note,
    )


def left_join(join: Join) -> Call:
    return Call("join", (Code(join.rows.alias), expr(join.condition), "left"))


def union(others: Iterable[Code]) -> tuple[Call, ...]:
    """Many of them in groups: a chain of calls is nested as deep as it is long, and hundreds deep
    neither Python compiles it nor Spark plans it."""
    rest = list(others)
    size = max(_TOGETHER, math.isqrt(len(rest)) + 1)
    groups = [rest[start : start + size] for start in range(0, len(rest), size)]
    if len(groups) > 1:
        rest = [Code(f"{first}{chain(union(more))}") for first, *more in groups]
    return tuple(Call("union", (each,)) for each in rest)


def union_by_name(*others: str) -> tuple[Call, ...]:
    """Columns that one side does not have are NULL there."""
    missing = Code("allowMissingColumns=True")
    return tuple(Call("unionByName", (Code(other), missing)) for other in others)


def select(read: Code, expressions: Iterable[str]) -> Code:
    return Code(f"{read!r}.selectExpr({', '.join(map(repr, expressions))})")


def _kept(rows: Rows) -> tuple[Call, ...]:
    current = (Call("where", (rows.current,)),) if rows.current else ()
    if not rows.one_per:
        return current
    rank = Code(f"F.row_number().over({_window(rows)})")
    return (*current, Call("withColumn", ("_rank", rank)), Call("where", ("_rank = 1",)))


def _newest(rows: Rows) -> Newest | None:
    if not rows.one_per:
        return None
    note = f"More than one row may have the same {', '.join(rows.one_per)}: the newest counts."
    return Newest(_window(rows), rows.one_per, rows.newest_first, note)


def _window(rows: Rows) -> str:
    return names.window_name(rows.alias)
