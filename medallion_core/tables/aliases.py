"""What the rows that a table of gold is joined from are called, in Python and in SQL alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from medallion_core.model import Bridge, Dimension, DimensionLink, Entity, Fact
from medallion_core.tables.names import code_names


@dataclass(frozen=True, slots=True)
class Aliases:
    """``own`` is the row of the entity itself, ``header`` that of its header, the same where there
    is none. ``members`` are those of the dimensions, by the links' keys; ``parents`` those that a
    dimension folds in, by the names that the design has for them, and ``own`` among them."""

    own: str
    header: str
    members: Mapping[str, str]
    parents: Mapping[str, str]

    def row(self, *, from_header: bool) -> str:
        """The row that a column is of: the header's or the own one."""
        return self.header if from_header else self.own


def fact_aliases(fact: Fact) -> Aliases:
    """Entities by their names, members by their keys: ``orders``, ``ship_to_address``."""
    headers = [fact.header.entity] if fact.header else []
    found = code_names([fact.entity, *headers, *map(_member, fact.links)])
    return Aliases(found[0], found[len(headers)], _by_key(fact.links, found), {})


def own_alias(entity: Entity) -> str:
    """What the rows of one entity are called where no others are."""
    return code_names([entity.name])[0]


def bridge_aliases(bridge: Bridge) -> Aliases:
    found = code_names([bridge.entity, *map(_member, bridge.links)])
    return Aliases(found[0], found[0], _by_key(bridge.links, found), {})


def dimension_aliases(dimension: Dimension) -> Aliases:
    rows = [dimension.entity, *(parent.alias for parent in dimension.folded)]
    found = code_names([*rows, *map(_member, dimension.outriggers)])
    parents = dict(zip(rows, found, strict=False))
    return Aliases(found[0], found[0], _by_key(dimension.outriggers, found), parents)


def _member(link: DimensionLink) -> str:
    return link.key.removesuffix("_key")


def _by_key(links: Sequence[DimensionLink], found: Sequence[str]) -> dict[str, str]:
    """The members' names are the last ones."""
    return {link.key: name for link, name in zip(reversed(links), reversed(found), strict=False)}
