"""Columns that tell of the row's own history in its system, and nothing of what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from medallion_core.propose.vocabulary import vocabulary

_CHANGED = vocabulary("updated update modified changed edited upd mod loaded ingested etl dwh")
_WHEN_OR_WHO = vocabulary("at on date time timestamp ts dt dts datetime last when by")
_LOADED = frozenset(("load", "dts"))
_ENTERED = vocabulary("created entered recorded registered added inserted")
_WHOLE = vocabulary("updatedat lastupdate lastupdated lastmodified modifiedat modifiedby updatedby")

_LOADS = vocabulary("load ldts")
_VAULT = tuple(map(vocabulary, ("record source", "rec src", "rsrc", "hash diff", "hashdiff")))
"""Words of the columns that a data vault's tables have: where a row came from, and what tells its
changes."""


_OF_COPY = frozenset(
    [
        *("_airbyte_raw_id", "_airbyte_ab_id", "_ab_cdc_lsn", "_sdc_sequence"),
        *("metadata$row_id", "__$start_lsn", "__$seqval"),
    ]
)
"""Columns in which Airbyte, Stitch, Snowflake and SQL Server number the copies of a row."""


def numbers_copies(name: str) -> bool:
    """Whether a source column tells the copies of one row apart, which no key of rows does."""
    return name.lower() in _OF_COPY


def is_audit(parts: Sequence[str]) -> bool:
    """Whether the words say when or by whom a row was last changed.

    >>> is_audit(("last", "edited", "by")), is_audit(("changed", "price"))
    (True, False)
    """
    found = frozenset(parts)
    return (
        found >= _LOADED or bool(found & _WHOLE) or bool(found & _CHANGED and found & _WHEN_OR_WHO)
    )


def is_load_time(parts: Sequence[str], columns: Iterable[Sequence[str]]) -> bool:
    """Whether the words of a time say when a row was loaded. Lorries and ships are loaded, too, so
    that a plain load date says so only in a data vault: ``columns`` are the words of its table's.

    >>> is_load_time(("load", "date"), [("truck", "id"), ("load", "date")])
    False
    >>> is_load_time(("load", "date"), [("load", "date"), ("record", "source")])
    True
    """
    return not _LOADS.isdisjoint(parts) and any(
        sign <= frozenset(column) for column in columns for sign in _VAULT
    )


def is_of_load(parts: Sequence[str]) -> bool:
    """Whether the words say of a load or a change what no reader asks for.

    >>> is_of_load(("hash", "diff")), is_of_load(("rec", "src")), is_of_load(("city",))
    (True, True, False)
    """
    return is_audit(parts) or any(sign <= frozenset(parts) for sign in _VAULT)


def is_entered(parts: Sequence[str]) -> bool:
    """Whether the words say by whom a row was entered.

    >>> is_entered(("created", "by")), is_entered(("created", "at"))
    (True, False)
    """
    return not _ENTERED.isdisjoint(parts) and "by" in parts
