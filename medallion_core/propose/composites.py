"""References of two and more columns, to composite keys."""

from __future__ import annotations

from collections.abc import Sequence

from medallion_core.propose.candidates import Candidate
from medallion_core.propose.fields import Field
from medallion_core.propose.key_parts import begins_version
from medallion_core.propose.keys import Key
from medallion_core.propose.matching import GENERIC_STEMS, NameMatch
from medallion_core.propose.tables import Table


def propose_composite_references(
    tables: Sequence[Table], keys: Sequence[Key], chosen: Sequence[Candidate]
) -> list[Candidate]:
    """A table that holds all parts of another's composite key, part by part recognised.

    Parts correspond where both refer to the same third table, or where they have the same name.
    ``chosen`` are the references of one column.
    """
    targets = {(c.child, c.columns[0]): (c.parent, c.parent_columns) for c in chosen}
    holders: dict[object, list[tuple[int, Field]]] = {}
    for number, table in enumerate(tables):
        for field in table.fields.values():
            for sign in _signs(number, field, targets):
                holders.setdefault(sign, []).append((number, field))
    return [
        candidate
        for parent, key in enumerate(keys)
        if len(key.columns) > 1
        for candidate in _to_key(parent, key, tables, keys, targets, holders)
    ]


def _signs(
    number: int, field: Field, targets: dict[tuple[int, str], tuple[int, tuple[str, ...]]]
) -> list[object]:
    """What a column can be recognised by in another table."""
    signs: list[object] = [("name", field.word_stems)]
    if (number, field.name) in targets:
        signs.append(("target", targets[number, field.name]))
    return signs


def _to_key(
    parent: int,
    key: Key,
    tables: Sequence[Table],
    keys: Sequence[Key],
    targets: dict[tuple[int, str], tuple[int, tuple[str, ...]]],
    holders: dict[object, list[tuple[int, Field]]],
) -> list[Candidate]:
    parts = [tables[parent].fields[name] for name in key.columns]
    if any(begins_version(part, tables[parent]) for part in parts):
        return []
    matches: list[dict[int, Field]] = []
    for part in parts:
        found: dict[int, Field] = {}
        for sign in _signs(parent, part, targets):
            for number, field in holders.get(sign, ()):
                if number != parent and field.compares_with(part):
                    found.setdefault(number, field)
        matches.append(found)
    children = set.intersection(*map(set, matches)) if matches else set()
    return [
        _candidate(child, [match[child] for match in matches], parent, key)
        for child in sorted(children)
        if _is_plausible(child, [match[child] for match in matches], keys[child], targets, parts)
    ]


def _is_plausible(
    child: int,
    fields: Sequence[Field],
    own: Key,
    targets: dict[tuple[int, str], tuple[int, tuple[str, ...]]],
    parts: Sequence[Field],
) -> bool:
    """Each column once; not the child's own key; and not by words that everybody uses alone."""
    names = {field.name for field in fields}
    if len(names) < len(parts) or (own.columns and set(own.columns) <= names):
        return False
    telling = [
        (field.marker and field.subject) or set(field.word_stems).isdisjoint(GENERIC_STEMS)
        for field in fields
    ]
    return any(telling) or any((child, name) in targets for name in names)


def _candidate(child: int, fields: Sequence[Field], parent: int, key: Key) -> Candidate:
    columns = tuple(field.name for field in fields)
    together = " and ".join(columns)
    return Candidate(
        child,
        columns,
        parent,
        key.columns,
        points=-0.5,
        name=NameMatch(0.9),
        evidence=(f"{together} correspond to all parts of its key",),
    )
