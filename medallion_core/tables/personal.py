"""Personal data on its way to gold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from medallion_core.model import Design, Privacy, PrivacyDecision
from medallion_core.tables import names
from medallion_core.tables.columns import silver_columns
from medallion_core.tables.lineage import column_edges, reach

_STRICTNESS = (
    PrivacyDecision.KEEP,
    PrivacyDecision.UNDECIDED,
    PrivacyDecision.MASK,
    PrivacyDecision.HASH,
    PrivacyDecision.DROP,
)
"""From what shows most to what shows nothing."""


def strictest(found: Iterable[Privacy | None]) -> Privacy | None:
    """What shows least."""
    return max(found, key=lambda each: _STRICTNESS.index(each.decision) if each else -1)


def undecided_columns(design: Design) -> dict[str, tuple[str, ...]]:
    """Each table with the columns that hold what looks like personal data and on which nobody
    has decided; tables without any are left out."""
    edges = column_edges(design)
    silver = _undecided_in_silver(design)
    above = {part for column in silver for part in reach(edges, column)}
    found: dict[str, list[str]] = {}
    for column in edges if silver else ():
        if column in silver | above or silver.intersection(reach(edges, column)):
            table, _, name = column.partition(".")
            found.setdefault(table, []).append(name)
    found |= _in_quarantine(design, found)
    return {table: tuple(columns) for table, columns in found.items()}


def _in_quarantine(design: Design, found: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Rows that were set aside have the columns of silver."""
    return {
        names.quarantine_table(entity): found[names.silver_table(entity)]
        for entity in design.entities
        if names.silver_table(entity) in found
    }


def _undecided_in_silver(design: Design) -> frozenset[str]:
    return frozenset(
        f"{names.silver_table(entity)}.{column.name}"
        for entity in design.entities
        for column in silver_columns(entity)
        if column.privacy and column.privacy.decision is PrivacyDecision.UNDECIDED
    )
