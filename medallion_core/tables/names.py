"""How the tables, functions and files of a bundle are named, and how code reads its own tables."""

from __future__ import annotations

import keyword
from collections.abc import Collection, Iterable
from functools import lru_cache

from medallion_core.model import Design, Dimension, Entity, Publishing
from medallion_core.text import sql
from medallion_core.text.identifiers import shorten, snake_case

RECONCILIATION = "reconciliation"
KEY_CHECK = "key_check"
ROW_BALANCE = "row_balance"
UNKNOWN_ROW = "unknown_row"
YEAR_DAYS = "year_days"

PIPELINE_PROPERTY = "medallion.pipeline"
"""The property of a table that the job makes: the name of the pipeline that it is for."""

PROOFS_FILE = "sql/proofs.sql"

_USED_IN_CODE = frozenset(
    (
        *("balance", "before", "breaks", "broken", "bronze", "by_metric", "compare"),
        *("counted", "days", "dbutils", "dp", "dropped", "ends", "exact", "found", "gold"),
        *("headers", "held", "inferred", "keys", "known", "lengths", "lines", "marked", "members"),
        *("merged", "metric", "missing", "orphans", "rows", "seen", "silver", "so_far"),
        *("spark", "total", "totals", "unknown", "unmatched", "whole", "years"),
    )
)
"""Variables and functions of the templates, and what every file finds there."""

_WINDOW = "newest_"

TARGET = "TARGET"
"""The variable of the code that holds catalog and schema, with a dot between them."""

TARGET_KEY = "medallion.target"
"""Where the pipeline's configuration holds them, so that a deployment to another schema names no
table of the first."""


def bronze_table(entity: Entity) -> str:
    return f"bronze_{entity.name}"


def silver_table(entity: Entity) -> str:
    return silver_of(entity.name)


def silver_of(entity: str) -> str:
    """The silver table of the entity of that name, whether there is one or not."""
    return f"silver_{entity}"


def quarantine_table(entity: Entity) -> str:
    return f"quarantine_{entity.name}"


def checked_view(entity: Entity) -> str:
    """The view of typed rows with the names of the rules that they break."""
    return f"checked_{entity.name}"


def valid_view(entity: Entity) -> str:
    """The view of typed rows that break no rule, before versions of a key are told apart."""
    return f"valid_{entity.name}"


def snapshot_view(entity: Entity) -> str:
    """The view of the newest row of each key, whose changes are history."""
    return f"snapshot_{entity.name}"


def bronze_flow(entity: Entity, number: int) -> str:
    """The flow of one of several reads into bronze, counted from 1."""
    return f"{function_name(bronze_table(entity))}_from_read_{number}"


def date_table(design: Design) -> str:
    """``dim_date``, or ``dim_calendar`` where a source called ``date`` became that dimension."""
    taken = {dimension.name for dimension in design.star.dimensions}
    return "dim_calendar" if "dim_date" in taken else "dim_date"


def years_table(design: Design) -> str:
    """The table of the years that the calendar covers."""
    return f"{date_table(design).removeprefix('dim_')}_years"


def seen_table(dimension: Dimension) -> str:
    """The table of members that are known by the rows that refer to them."""
    return f"seen_{snake_case(dimension.name).removeprefix('dim_')}"


def newest_table(entity: Entity, unique: tuple[str, ...]) -> str:
    """The table of one row per value of ``unique``, where silver may have more."""
    name = snake_case(entity.name)
    if set(unique) == set(entity.key):
        return f"newest_{name}"
    return shorten(f"newest_{name}_by_{'_'.join(map(snake_case, unique))}")


def file_path(layer: str, name: str) -> str:
    """Where in the bundle the code of an entity's layer or of a gold table lies."""
    return f"src/{layer}/{snake_case(name)}.py"


def function_name(table: str) -> str:
    """A Python function's name for a dataset.

    >>> function_name("Sales 2024"), function_name("class")
    ('sales_2024', 'class_table')
    """
    name = snake_case(table)
    return name if _is_free(name) else f"{name}_table"


def window_name(row: str) -> str:
    """What the window is called by which the newest of rows are found."""
    return f"{_WINDOW}{row}"


def code_names(wanted: Iterable[str]) -> list[str]:
    """A name for each of ``wanted``, all different, that code may give to a row in Python and in
    SQL: no word of either, and nothing that the code has another use for.

    >>> code_names(["orders", "Orders", "class", "order", "spark"])
    ['orders', 'orders_row', 'class_row', 'order_row', 'spark_row']
    """
    taken: dict[str, None] = {}
    for each in wanted:
        taken[_free_name(snake_case(each), taken)] = None
    return list(taken)


def _free_name(name: str, taken: Collection[str]) -> str:
    name = f"row_{name}" if name.startswith(_WINDOW) else name
    candidate, number = name, 1
    while candidate in taken or not _is_free(candidate):
        candidate = f"{name}_row" if number == 1 else f"{name}_row_{number}"
        number += 1
    return candidate


@lru_cache(maxsize=65536)
def _is_free(name: str) -> bool:
    """Whether no word of Python or SQL and no name of the templates is the same."""
    used = name in _USED_IN_CODE or keyword.iskeyword(name)
    return not used and sql.name(name) == name


def own_table(design: Design, table: str) -> str:
    """How code of the pipeline reads one of its own datasets.

    ``LIVE.`` is needed in the legacy publishing mode, which ``target`` may select.
    """
    prefix = "LIVE." if design.settings.publishing is Publishing.TARGET else ""
    return prefix + sql.name(table)


def in_target(name: str) -> str:
    """A table or function of the target, for DDL in an f-string of the code: which catalog and
    schema that is, the pipeline's configuration says."""
    return f"{{{TARGET}}}." + sql.name(name).replace("{", "{{").replace("}", "}}")
