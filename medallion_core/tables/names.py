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
    return f"silver_{entity.name}"


def quarantine_table(entity: Entity) -> str:
    return f"quarantine_{entity.name}"


def date_table(design: Design) -> str:
    """``dim_date``, or ``dim_calendar`` where a source called ``date`` became that dimension."""
    taken = {dimension.name for dimension in design.star.dimensions}
    return "dim_calendar" if "dim_date" in taken else "dim_date"


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
