"""The star: from roles, keys and references, however they came about."""

from __future__ import annotations

from medallion_core.model import Design, Star
from medallion_core.propose.dimensions import propose_dimensions
from medallion_core.propose.facts import propose_facts
from medallion_core.propose.links import Joins


def propose_star(design: Design) -> Star:
    """The star of ``design``'s entities and accepted references.

    Cheap, and the same for the same design. The present star is not looked at: ``edits`` keeps
    what was decided about it.
    """
    joins = Joins(design)
    dimensions = propose_dimensions(joins)
    facts, bridges = propose_facts(joins, dimensions)
    return Star(tuple(dimensions.values()), facts, bridges)
