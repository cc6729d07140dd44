"""What the references of other tables say of the keys that they find."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from medallion_core.propose.candidates import Candidate
from medallion_core.propose.keys import Key, Support
from medallion_core.propose.tables import Table


def used_keys(
    tables: Sequence[Table], keys: Sequence[Key], references: Sequence[Candidate]
) -> list[Key]:
    """``keys`` of ``tables``, in order, by the accepted ``references`` to them."""
    return _confirmed(_known_keys(tables, keys, references), references)


def _known_keys(
    tables: Sequence[Table], keys: Sequence[Key], references: Sequence[Candidate]
) -> list[Key]:
    """A plain number of the row that no other table knows is no key beside the identifier that
    they refer to."""
    used: dict[int, set[tuple[str, ...]]] = {}
    for reference in references:
        if reference.child != reference.parent:
            used.setdefault(reference.parent, set()).add(reference.parent_columns)
    return [
        _known_by(key, table, used.get(number, set()))
        for number, (table, key) in enumerate(zip(tables, keys, strict=True))
    ]


def _known_by(key: Key, table: Table, used: Set[tuple[str, ...]]) -> Key:
    if key.declared or len(key.columns) != 1 or len(used) != 1 or key.columns in used:
        return key
    [columns] = used
    number, known = table.fields[key.columns[0]], table.fields[columns[0]]
    if number.subject or not known.has_strong_marker or not set(columns) <= set(key.unique):
        return key
    evidence = f"{known.name} has a value of its own in each of {table.rows_in_words}."
    return replace(key, columns=columns, evidence=evidence)


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
