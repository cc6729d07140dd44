"""Which combinations of columns are tried as a key, and what would support each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log10, prod

from medallion_core.propose.fields import Field
from medallion_core.propose.key_parts import (
    begins_version,
    expected_repeats,
    is_ordinal,
    numbers_within,
    part_weight,
)
from medallion_core.propose.keys import Key, Support, is_language
from medallion_core.propose.tables import Table

MAX_COLUMNS = 4
MAX_REFERENCES, MAX_OTHERS = 6, 4
"""Columns that are combined."""

MAX_CANDIDATES = 16
"""Composite candidates of one table; they are checked in one statement."""

EXPECTED_REPEATS = 3.0
"""Pairs of rows that would repeat a combination by chance; where fewer would, not repeating is no
news: with three, it happens once in twenty times."""


@dataclass(frozen=True, slots=True)
class KeyCandidate:
    fields: tuple[Field, ...]
    support: Support
    weight: float

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)


def key_candidates(table: Table, key: Key, references: frozenset[str]) -> list[KeyCandidate]:
    """Combinations that can be unique by their counts, the likeliest first."""
    weights = {
        f.name: part_weight(f, f.name in references, is_own=f.subject_stems == table.stems)
        for f in table.fields.values()
    }
    found = [
        _candidate(table, fields, references, weights)
        for fields in dict.fromkeys(_combinations(table, references, weights))
        if prod(field.distinct for field in fields) * 1.1 >= table.row_count
    ]
    found = [c for c in found if _says_something(c, table, key, references)]
    found.sort(key=lambda candidate: -candidate.weight)
    return found[:MAX_CANDIDATES]


def _combinations(
    table: Table, references: frozenset[str], weights: dict[str, float]
) -> Iterator[tuple[Field, ...]]:
    """Of the columns that serve best, and of the first ones."""
    parts = [f for f in table.fields.values() if weights[f.name] > 0]
    parts.sort(key=lambda f: (-weights[f.name], f.position))
    chosen = [
        *[f for f in parts if f.name in references][:MAX_REFERENCES],
        *[f for f in parts if f.name not in references][:MAX_OTHERS],
    ]
    chosen.sort(key=lambda f: f.position)
    first = sorted((f for f in parts if table.place_of(f) < MAX_COLUMNS), key=table.place_of)
    for size in range(2, MAX_COLUMNS + 1):
        if _leads(table, first[:size]):
            yield tuple(first[:size])
        yield from combinations(chosen, size)


def _leads(table: Table, fields: Sequence[Field]) -> bool:
    """Whether these are the first columns, apart from those that are the same in all rows."""
    return sorted(map(table.place_of, fields)) == [*range(len(fields))]


def _says_something(
    candidate: KeyCandidate, table: Table, key: Key, references: frozenset[str]
) -> bool:
    """Whether not repeating would say anything. What holds a column that never repeats itself
    never does; of what chance may have made, only pairs of telling columns and the first columns
    of a table are taken for its grain."""
    if candidate.support is Support.STRUCTURE:
        return True
    if any(f.name in key.unique and not f.kind.is_time for f in candidate.fields):
        return False
    told = [
        f.name in references or bool(f.marker) or f.kind.is_time or is_ordinal(f)
        for f in candidate.fields
    ]
    if candidate.support is Support.IMPROBABLE:
        return any(told) or _leads(table, candidate.fields)
    pair = len(told) == 2 and all(told)
    own = not set(candidate.columns) <= references
    return pair or (any(told) and own and _leads(table, candidate.fields))


def _candidate(
    table: Table, fields: tuple[Field, ...], references: frozenset[str], weights: dict[str, float]
) -> KeyCandidate:
    repeats = expected_repeats(fields)
    if _is_structure(table, fields, references):
        support, bonus = Support.STRUCTURE, 1.0
    elif repeats >= EXPECTED_REPEATS:
        support, bonus = Support.IMPROBABLE, min(0.8, log10(repeats) / 4)
    else:
        support, bonus = Support.CHANCE, 0.0
    return KeyCandidate(fields, support, bonus + _weight(table, fields, weights))


def _is_structure(table: Table, fields: tuple[Field, ...], references: frozenset[str]) -> bool:
    if is_whole_bridge(table, fields, references):
        return True
    return len(fields) == 2 and any(
        _is_numbered(one, other, references)
        or _is_version(table, one, other, references)
        or _is_text(one, other, references)
        for one, other in (fields, fields[::-1])
    )


def is_whole_bridge(table: Table, fields: tuple[Field, ...], references: frozenset[str]) -> bool:
    """All references, and little else but dates."""
    pair = {field.name for field in fields}
    others = [f for f in table.fields.values() if f.name not in pair and not f.kind.is_time]
    return pair == references and len(others) <= 1


def _is_numbered(document: Field, line: Field, references: frozenset[str]) -> bool:
    """A document and the number of its line, by name or by how the numbers run."""
    named = document.name in references or document.has_strong_marker
    return numbers_within(line, document) or (is_ordinal(line) and named)


def _is_text(thing: Field, language: Field, references: frozenset[str]) -> bool:
    """What is described, and the language that this is in."""
    return is_language(language) and (thing.name in references or thing.has_strong_marker)


def _is_version(table: Table, thing: Field, since: Field, references: frozenset[str]) -> bool:
    """What a row is about, and since when it is so: the versions of a thing."""
    if not since.kind.is_time or not begins_version(since, table):
        return False
    own = thing.has_strong_marker and table.place_of(thing) == 0
    return thing.name in references or own


def _weight(table: Table, fields: tuple[Field, ...], weights: dict[str, float]) -> float:
    weakest = min(weights[f.name] for f in fields)
    mean = sum(weights[f.name] for f in fields) / len(fields)
    places = [table.place_of(field) for field in fields]
    gaps = max(places) - min(places) + 1 - len(fields)
    first = 0.15 if 0 in places else 0.0
    leading = 0.3 if _leads(table, fields) else 0.0
    counted = 0.4 if any(map(is_ordinal, fields)) else 0.0
    size = 0.35 * len(fields) + 0.03 * min(gaps, 8)
    return mean + 0.5 * weakest + first + leading + counted - size
