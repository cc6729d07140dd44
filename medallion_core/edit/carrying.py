"""What a person changed in a part of a design, in what that part has become meanwhile."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TypeVar

from medallion_core.edit.refusals import entity_of, invalid
from medallion_core.edit.tables import edit_entities
from medallion_core.model import Bridge, Design, Dimension, Entity, Fact, Settings

Part = TypeVar("Part", Bridge, Dimension, Entity, Fact, Settings)


def carried(before: Part, wanted: Part, now: Part) -> Part:
    """``now`` with each field that ``wanted`` has otherwise than ``before``, of which it was made.

    Raises MedallionError INVALID_EDIT where ``now`` has such a field otherwise as well.
    """
    names = [each.name for each in fields(now)]
    values = {n: getattr(wanted, n) for n in names if getattr(wanted, n) != getattr(before, n)}
    for name, value in values.items():
        if getattr(now, name) not in (getattr(before, name), value):
            raise invalid(
                f"The {name.replace('_', ' ')} has become another meanwhile.",
                "Look at what it is now, and do it again where it is still meant.",
            )
    return replace(now, **values)


def edit_entity(design: Design, before: Entity, wanted: Entity) -> Design:
    """``design`` with what ``wanted`` changes of ``before``, in the table of that name. Raises
    MedallionError INVALID_EDIT as ``carried`` does, and as ``edit_entities`` does."""
    entity = carried(before, wanted, entity_of(design, before.name))
    return edit_entities(design, [entity])
