"""The star: from roles, keys and references, however they came about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from medallion_core.model import Bridge, Design, Dimension, Fact, Star
from medallion_core.propose.dimensions import propose_dimensions
from medallion_core.propose.facts import propose_facts
from medallion_core.propose.links import Joins

Proposed = tuple[Mapping[str, Dimension], tuple[Fact, ...], tuple[Bridge, ...]]
"""Dimensions by entity, facts and bridges."""


def propose_star(design: Design, kept: Iterable[str] = ()) -> Star:
    """The star of ``design``'s entities and accepted references. ``kept`` are entities whose
    dimensions stay though nothing leads to them.

    Cheap, and the same for the same design. The present star is not looked at: ``edits`` keeps
    what was decided about it.
    """
    dimensions, facts, bridges = _proposed(design)
    return Star(_used(dimensions, [*facts, *bridges], kept), facts, bridges)


def with_star(design: Design, star: Star) -> Design:
    """``design`` with another star than its own. What would be proposed for it does not depend on
    that, and stays known."""
    result = replace(design, star=star)
    result.find_out_once("proposed", lambda: _proposed(design))
    return result


def _proposed(design: Design) -> Proposed:
    return design.find_out_once("proposed", lambda: _propose(design))


def _propose(design: Design) -> Proposed:
    joins = Joins(design)
    dimensions = propose_dimensions(joins)
    return dimensions, *propose_facts(joins, dimensions)


def _used(
    dimensions: Mapping[str, Dimension], events: Iterable[Fact | Bridge], kept: Iterable[str]
) -> tuple[Dimension, ...]:
    """The dimensions that facts and bridges lead to, be it by others. One that nothing leads to
    describes nothing: it stays in silver, as a calendar does that no table refers to. Where
    nothing happens all of them stay."""
    by_name = {dimension.name: dimension for dimension in dimensions.values()}
    waiting = [link.dimension for event in events for link in event.links]
    if not waiting:
        return tuple(by_name.values())
    waiting += [dimensions[name].name for name in kept if name in dimensions]
    found = set[str]()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [link.dimension for link in by_name[name].outriggers]
    return tuple(dimension for name, dimension in by_name.items() if name in found)
