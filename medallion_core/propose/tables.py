"""The sources as the proposal looks at them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from medallion_core.model import Column, ColumnProfile, Profile, Source
from medallion_core.propose.fields import Field
from medallion_core.propose.kinds import reading_of
from medallion_core.propose.names import (
    KEY_MARKERS,
    LAYER_WORDS,
    known_stems,
    split_marker,
    stem,
    stem_vocabulary,
    stems,
    vocabulary,
    words,
)
from medallion_core.text.identifiers import unique_names

PEOPLE = stem_vocabulary(
    "employee staff user person worker member contact customer client personnel emp cust patient "
    "student teacher"
)
"""Stems of the names of tables that hold people."""

_PERSONAL = vocabulary(
    "hire hired birth birthdate birthday dob surname forename firstname lastname fname lname"
)
"""Words of columns that only people have."""


@dataclass(frozen=True, eq=False)
class Table:
    """A source with its entity name, its words and its fields by source name."""

    name: str
    source: Source
    words: tuple[str, ...]
    fields: dict[str, Field]
    row_count: int
    profiled: bool

    @cached_property
    def stems(self) -> tuple[str, ...]:
        return stems(self.words)

    @cached_property
    def joined(self) -> str:
        return stem("".join(self.words))

    @cached_property
    def is_people(self) -> bool:
        """By its own name, or because its rows have first names, birthdays or days of hire."""
        if self.stems[-1] in PEOPLE:
            return True
        return any(not _PERSONAL.isdisjoint(field.words) for field in self.fields.values()) and any(
            field.words[-1] == "name" or field.words[-1] in _PERSONAL
            for field in self.fields.values()
        )


def view_tables(sources: Sequence[Source], profiles: Sequence[Profile | None]) -> list[Table]:
    """One view per source, in order; entity names are unique."""
    names = unique_names(source.name for source in sources)
    table_words = _table_words(names)
    known = known_stems(table_words)
    return [
        _view(name, source, parts, profile, known)
        for name, source, parts, profile in zip(names, sources, table_words, profiles, strict=True)
    ]


def _view(
    name: str,
    source: Source,
    parts: tuple[str, ...],
    profile: Profile | None,
    known: frozenset[str],
) -> Table:
    rows = profile.row_count if profile else 0
    by_name = {column.name: column for column in profile.columns} if profile else {}
    prefix = _shared_prefix(source.columns, parts)
    fields = {
        column.name: _field(
            column,
            position,
            _column_words(column.name, prefix, known),
            by_name.get(column.name),
            rows,
        )
        for position, column in enumerate(source.columns)
    }
    return Table(name, source, parts, fields, rows, profile is not None)


def _field(
    column: Column, position: int, parts: tuple[str, ...], profile: ColumnProfile | None, rows: int
) -> Field:
    marker = parts[-1] if parts[-1] in KEY_MARKERS else ""
    return Field(
        column.name,
        position,
        column.type,
        parts,
        stems(parts),
        marker,
        profile,
        reading_of(column.type, parts, marker, profile),
        profile.distinct_count if profile else 0,
        rows,
    )


def _column_words(name: str, prefix: str, known: frozenset[str]) -> tuple[str, ...]:
    parts = words(name)
    if prefix and len(parts) > 1 and parts[0] == prefix:
        parts = parts[1:]
    return (*parts[:-1], *split_marker(parts[-1], known))


def _shared_prefix(columns: Sequence[Column], table_words: tuple[str, ...]) -> str:
    """The first word that all columns share, as in ``l_orderkey, l_partkey``; the table's own
    name is no such prefix, since ``region_id`` is how others refer to it."""
    first = Counter(words(column.name)[0] for column in columns)
    word, count = first.most_common(1)[0] if first else ("", 0)
    own = stem(word) in stems(table_words)
    return word if count == len(columns) > 1 and len(word) <= 4 and not own else ""


def _table_words(names: Sequence[str]) -> list[tuple[str, ...]]:
    parts = [_without_layers(words(name)) for name in names]
    first = Counter(part[0] for part in parts)
    shared, count = first.most_common(1)[0] if first else ("", 0)
    if count < 3 or count < 0.8 * len(parts):
        return parts
    return [part[1:] if part[0] == shared and len(part) > 1 else part for part in parts]


def _without_layers(parts: tuple[str, ...]) -> tuple[str, ...]:
    kept = tuple(part for part in parts if part not in LAYER_WORDS and not part.isdigit())
    return kept or parts
