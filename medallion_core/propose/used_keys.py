"""What the references of other tables say of the keys that they find."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from medallion_core.propose.candidates import Candidate
from medallion_core.propose.keys import Key, Support


def used_keys(keys: Sequence[Key], references: Sequence[Candidate]) -> list[Key]:
    """``keys`` of the tables, in order, by the accepted ``references`` to them."""
    return _confirmed(_known_keys(keys, references), references)


def _known_keys(keys: Sequence[Key], references: Sequence[Candidate]) -> list[Key]:
    """Of several columns that never repeat, the one that other tables refer to is the key: a
    number of the row that nobody knows is none."""
    used: dict[int, set[tuple[str, ...]]] = {}
    for reference in references:
        if reference.child != reference.parent:
            used.setdefault(reference.parent, set()).add(reference.parent_columns)
    return [_known_by(key, used.get(number, set())) for number, key in enumerate(keys)]


def _known_by(key: Key, used: Set[tuple[str, ...]]) -> Key:
    if key.declared or len(key.columns) != 1 or len(used) != 1 or key.columns in used:
        return key
    [columns] = used
    if not set(columns) <= set(key.unique):
        return key
    return replace(
        key, columns=columns, evidence=f"{columns[0]} has a value of its own in each row."
    )


def _confirmed(keys: Sequence[Key], references: Sequence[Candidate]) -> list[Key]:
    """A key that others refer to is a key, however it is called."""
    used = {(reference.parent, reference.parent_columns) for reference in references}
    return [
        replace(
            key,
            confidence=max(key.confidence, 0.9),
            evidence=f"{key.evidence} Others refer to it.",
            support=Support.USED if key.support is Support.CHANCE else key.support,
        )
        if (number, key.columns) in used and not key.declared
        else key
        for number, key in enumerate(keys)
    ]
