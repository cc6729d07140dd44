"""How the tables, functions and files of a bundle are named, and how code reads its own tables."""

from __future__ import annotations

from medallion_core.model import Design, Entity, Publishing
from medallion_core.text.identifiers import snake_case
from medallion_core.text.sql import name as sql_name

RECONCILIATION = "reconciliation"
KEY_CHECK = "key_check"


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


def file_path(layer: str, name: str) -> str:
    """Where in the bundle the code of an entity's layer or of a gold table lies."""
    return f"src/{layer}/{function_name(name)}.py"


def function_name(table: str) -> str:
    """A Python function's name for a dataset; also the stem of its file."""
    return snake_case(table)


def own_table(design: Design, table: str) -> str:
    """How code of the pipeline reads one of its own datasets.

    ``LIVE.`` is needed in the legacy publishing mode, which ``target`` may select.
    """
    prefix = "LIVE." if design.settings.publishing is Publishing.TARGET else ""
    return prefix + sql_name(table)


def published_table(design: Design, table: str) -> str:
    """The three-level name, as SQL."""
    return ".".join(map(sql_name, (design.settings.catalog, design.settings.schema, table)))
