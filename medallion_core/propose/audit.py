"""Columns that tell of the row's own history in its system, and nothing of what it is about."""

from __future__ import annotations

from collections.abc import Sequence

from medallion_core.propose.vocabulary import vocabulary

_CHANGED = vocabulary("updated update modified changed edited upd mod loaded load ingested etl dwh")
_WHEN_OR_WHO = vocabulary("at on date time timestamp ts dt dts datetime last when by")
_ENTERED = vocabulary("created entered recorded registered added inserted")
_WHOLE = vocabulary("updatedat lastupdate lastupdated lastmodified modifiedat modifiedby updatedby")


def is_audit(parts: Sequence[str]) -> bool:
    """Whether the words say when or by whom a row was last changed.

    >>> is_audit(("last", "edited", "by")), is_audit(("changed", "price"))
    (True, False)
    """
    found = frozenset(parts)
    return bool(found & _WHOLE) or bool(found & _CHANGED and found & _WHEN_OR_WHO)


def is_entered(parts: Sequence[str]) -> bool:
    """Whether the words say by whom a row was entered.

    >>> is_entered(("created", "by")), is_entered(("created", "at"))
    (True, False)
    """
    return not _ENTERED.isdisjoint(parts) and "by" in parts
