"""The names of gold's tables, and new ones in every place that refers to them."""

from __future__ import annotations

from collections.abc import Mapping

from medallion_core.edit.renames import Renames
from medallion_core.model import Dimension, Star, StarTable

MadeOf = tuple[type, str]
"""The type of a table, and its entity."""


def table_names(star: Star) -> dict[MadeOf, str]:
    """What the tables are called that entities are proposed as, by what they are and are made of.

    Junk dimensions are left out: they are nobody's proposal.
    """
    return {made_of: table.name for table in star.tables for made_of in _made_of(table)}


def _made_of(table: StarTable) -> list[MadeOf]:
    is_junk = isinstance(table, Dimension) and table.junk
    entity = getattr(table, "entity", "")
    return [(type(table), entity)] if entity and not is_junk else []


def rename_tables(star: Star, names: Mapping[str, str]) -> Star:
    """``star`` with its tables called what ``names`` says, others as they are."""
    return star.renamed(Renames(gold=names)) if names else star
