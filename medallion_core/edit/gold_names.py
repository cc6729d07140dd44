"""The names of gold's tables, and new ones in every place that refers to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from medallion_core.model import Bridge, Dimension, DimensionLink, Fact, Star


def table_names(star: Star) -> dict[tuple[str, str], str]:
    """What dimensions, facts and bridges are called, by what they are and are made of.

    Junk dimensions are left out: they are nobody's proposal.
    """
    tables = {("dimension", each.entity): each.name for each in star.dimensions if not each.junk}
    tables |= {("fact", each.entity): each.name for each in star.facts}
    return tables | {("bridge", each.entity): each.name for each in star.bridges}


def rename_tables(star: Star, names: Mapping[str, str]) -> Star:
    """``star`` with its tables called what ``names`` says, others as they are."""
    if not names:
        return star
    return Star(
        dimensions=tuple(_dimension(each, names) for each in star.dimensions),
        facts=tuple(_fact(each, names) for each in star.facts),
        bridges=tuple(_bridge(each, names) for each in star.bridges),
        aggregates=tuple(
            replace(
                each,
                name=names.get(each.name, each.name),
                fact=names.get(each.fact, each.fact),
            )
            for each in star.aggregates
        ),
    )


def _dimension(dimension: Dimension, names: Mapping[str, str]) -> Dimension:
    return replace(
        dimension,
        name=names.get(dimension.name, dimension.name),
        outriggers=_links(dimension.outriggers, names),
    )


def _fact(fact: Fact, names: Mapping[str, str]) -> Fact:
    return replace(fact, name=names.get(fact.name, fact.name), links=_links(fact.links, names))


def _bridge(bridge: Bridge, names: Mapping[str, str]) -> Bridge:
    return replace(
        bridge, name=names.get(bridge.name, bridge.name), links=_links(bridge.links, names)
    )


def _links(links: tuple[DimensionLink, ...], names: Mapping[str, str]) -> tuple[DimensionLink, ...]:
    return tuple(
        replace(each, dimension=names.get(each.dimension, each.dimension)) for each in links
    )
