"""Where a run says itself that rows or amounts were lost: what the verdict and the tests ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from medallion_core.model import Design
from medallion_core.tables import names
from medallion_core.tables.balance import LOST, SURPLUS
from medallion_core.tables.inventory import job_tables
from medallion_core.text import sql

_AGREES = "metric NOT LIKE 'rows on %'"
"""Rows on members and headers that are not known, or not yet, are no loss: a warning tells them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """Rows of the table that say of a loss. ``rows`` gives, for the table as SQL, what stands
    behind FROM; ``condition`` is true for the rows that say of one. ``place`` is SQL for where it
    is, ``missing`` for how much is missing and, below 0, too much; NULL where nobody knows."""

    table: str
    says: str
    rows: Callable[[str], str]
    condition: str
    place: str
    missing: tuple[str, ...]


def losses(design: Design) -> Iterator[Losses]:
    """Every table that counts. What could not be counted, and an entity without a row, is a loss,
    too: NULL is not 0."""
    if design.entities:
        yield _of_rows(design)
    if names.KEY_CHECK in job_tables(design):
        yield Losses(
            table=names.KEY_CHECK,
            says="no two rows share a key",
            rows=str,
            condition=_is_not("row_count", 1),
            place="concat(dimension, ', rows with the key ', shared_key)",
            missing=("1 - row_count",),
        )
    if design.star.facts:
        yield Losses(
            table=names.RECONCILIATION,
            says="no fact lost a row or an amount",
            rows=str,
            condition=f"{_AGREES} AND {_is_not('difference', 0)}",
            place="concat(fact, ', ', metric)",
            missing=("-difference",),
        )


def _of_rows(design: Design) -> Losses:
    entities = ", ".join(f"({sql.string(entity.name)})" for entity in design.entities)
    return Losses(
        table=names.ROW_BALANCE,
        says="every row of each entity is accounted for",
        rows=lambda table: (
            f"VALUES {entities} AS expected(entity) LEFT JOIN {table} USING (entity)"
        ),
        condition=f"{_is_not(LOST, 0)} OR {_is_not(SURPLUS, 0)}",
        place=f"concat({sql.string(names.silver_of(''))}, entity, ', rows')",
        missing=(LOST, f"-{SURPLUS}"),
    )


def _is_not(column: str, number: int) -> str:
    return f"{column} IS DISTINCT FROM {number}"
