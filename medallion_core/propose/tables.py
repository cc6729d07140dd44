"""The sources as the proposal looks at them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import cached_property

from medallion_core.model import (
    Column,
    ColumnProfile,
    Profile,
    Source,
)
from medallion_core.propose.fields import Field
from medallion_core.propose.kinds import reading_of, stays_text
from medallion_core.propose.lexicon import Lexicon
from medallion_core.propose.names import known_stems, split_marker, stem, stem_vocabulary, stems
from medallion_core.propose.text_values import has_twins
from medallion_core.propose.vocabulary import (
    FIRST_MARKERS,
    KEY_MARKERS,
    LAYER_WORDS,
    vocabulary,
)
from medallion_core.propose.written_numbers import fraction_mark
from medallion_core.tables.sources import kind_of
from medallion_core.text.identifiers import snake_case, unique_names

PEOPLE = stem_vocabulary(
    "employee staff user person worker member contact customer client personnel emp cust patient "
    "student teacher"
)
"""Stems of the names of tables that hold people."""

_PERSONAL = vocabulary(
    "hire hired birth birthdate birthday dob surname forename firstname lastname fname lname"
)
"""Words of columns that only people have."""

LONGEST_PREFIX = 4
"""Letters; a longer beginning that all columns share says something."""

_WRITTEN_BY_PROGRAMS = vocabulary(
    "latitude longitude lat lon lng coordinate coordinates coord easting northing version ver "
    "release firmware chapter section paragraph time hour hours hr clock month quarter period"
)
"""Words of columns whose point says nothing of how their table writes numbers: places come from
devices, and versions, chapters and times are no numbers."""

FEWEST_PREFIXED = 3
"""Columns that must begin with the same letters where no sign sets these apart."""


@dataclass(frozen=True, eq=False)
class Table:
    """A source with its entity name, its words and its fields by source name."""

    name: str
    source: Source
    _: KW_ONLY
    words: tuple[str, ...]
    fields: dict[str, Field]
    row_count: int
    """Rows that were profiled."""
    all_rows: int
    """Rows of the whole table, where only a sample was profiled."""
    rows_in_words: str
    profiled: bool

    @cached_property
    def stems(self) -> tuple[str, ...]:
        return stems(self.words)

    @cached_property
    def joined(self) -> str:
        return stem("".join(self.words))

    @cached_property
    def _places(self) -> dict[str, int]:
        telling = (f.name for f in self.fields.values() if not f.is_constant)
        return {name: place for place, name in enumerate(telling)}

    def place_of(self, field: Field) -> int:
        """The column's place among those that are not the same in all rows."""
        return self._places.get(field.name, field.position)

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
    names = _entity_names(sources)
    reader = _Reader(names, sources)
    return [
        _view(name, source, profile, reader)
        for name, source, profile in zip(names, sources, profiles, strict=True)
    ]


def _entity_names(sources: Sequence[Source]) -> list[str]:
    """The sources' own names; those of the same name with their schema or folder behind, where
    that tells them apart."""
    names = [snake_case(source.name) for source in sources]
    places = [place_of(source) for source in sources]
    often = Counter(names)
    apart = Counter(name for name, _ in {*zip(names, places, strict=True)})
    return unique_names(
        f"{source.name}_{place}"
        if place and often[name] > 1 and apart[name] == often[name]
        else source.name
        for source, name, place in zip(sources, names, places, strict=True)
    )


def place_of(source: Source) -> str:
    """The schema of a table, the folder that files lie in."""
    return kind_of(source.location).above


class _Reader:
    """Reads the names of the schema: into words, without what says nothing."""

    def __init__(self, names: Sequence[str], sources: Sequence[Source]) -> None:
        columns = [column.name for source in sources for column in source.columns]
        self._lexicon = Lexicon([*names, *columns])
        self._times = Counter(column.lower() for column in columns)
        own = self._table_words([snake_case(source.name) for source in sources])
        self.tables = dict(zip(names, own, strict=True))
        self._known = known_stems(self.tables.values())

    def _table_words(self, names: Sequence[str]) -> list[tuple[str, ...]]:
        parts = [_without_layers(self._lexicon.words(name)) for name in names]
        first = Counter(part[0] for part in parts)
        shared, count = first.most_common(1)[0] if first else ("", 0)
        if count < 3 or count < 0.8 * len(parts):
            return parts
        return [part[1:] if part[0] == shared and len(part) > 1 else part for part in parts]

    def columns(self, table: str, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The words of each column, without a prefix that all of them share."""
        prefix = self._prefix(table, columns)
        return {column: self._column_words(column, prefix) for column in columns}

    def _column_words(self, column: str, prefix: str) -> tuple[str, ...]:
        rest = column[len(prefix) :].lstrip("_")
        parts = self._lexicon.words(rest or column)
        return (*parts[:-1], *split_marker(parts[-1], self._known))

    def _prefix(self, table: str, columns: Sequence[str]) -> str:
        """The letters that all columns begin with, as in ``l_orderkey, l_partkey``. The table's
        own name is no such prefix, since ``region_id`` is how others refer to it; nor is what
        another table's column has in full."""
        if len(columns) < 2 or any(self._times[column.lower()] > 1 for column in columns):
            return ""
        word = snake_case(columns[0]).split("_")[0]
        own = stems(self.tables[table])
        if all(snake_case(column).split("_")[0] == word for column in columns):
            is_short = len(word) <= LONGEST_PREFIX and stem(word) not in own
            return columns[0][: len(word)] if is_short else ""
        shared = _shared_letters(columns) if len(columns) >= FEWEST_PREFIXED else ""
        is_name = any(name.startswith(shared.lower()) for name in own)
        return shared if 1 < len(shared) <= LONGEST_PREFIX and not is_name else ""


def _view(name: str, source: Source, profile: Profile | None, reader: _Reader) -> Table:
    rows = profile.row_count if profile else 0
    words = profile.rows_in_words if profile else "0 rows"
    profiles = {column.name: column for column in profile.columns} if profile else {}
    parts = reader.columns(name, [column.name for column in source.columns])
    alike = {name for name, own in parts.items() if _is_written_as_its_table(own)}
    fraction = fraction_mark(
        found
        for column, found in profiles.items()
        if column in alike and not has_twins(parts[column], found)
    )
    whole = _Whole(profile, words, fraction, alike)
    fields = {
        column.name: _field(column, n, parts[column.name], profiles.get(column.name), whole)
        for n, column in enumerate(source.columns)
    }
    return Table(
        name,
        source,
        words=reader.tables[name],
        fields=fields,
        row_count=rows,
        all_rows=profile.all_rows if profile else 0,
        rows_in_words=words,
        profiled=profile is not None,
    )


@dataclass(frozen=True, slots=True)
class _Whole:
    """What a field knows of its table. ``fraction`` is the mark before fractions in its columns
    ``alike``."""

    profile: Profile | None
    rows_in_words: str
    fraction: str
    alike: Collection[str]


def _field(
    column: Column,
    position: int,
    parts: tuple[str, ...],
    profile: ColumnProfile | None,
    whole: _Whole,
) -> Field:
    fraction = whole.fraction if column.name in whole.alike else ""
    parts, marker = _marker_last(parts), _marker(parts)
    return Field(
        column.name,
        position,
        column.type,
        words=parts,
        word_stems=stems(parts),
        marker=marker,
        profile=profile,
        reading=reading_of(column.type, parts, marker, profile, fraction),
        distinct=profile.distinct_count if profile else 0,
        row_count=whole.profile.row_count if whole.profile else 0,
        rows_in_words=whole.rows_in_words,
        all_rows=whole.profile.all_rows if whole.profile else 0,
        fraction=fraction,
    )


def _is_written_as_its_table(parts: tuple[str, ...]) -> bool:
    return _WRITTEN_BY_PROGRAMS.isdisjoint(parts) and not stays_text(parts, _marker(parts))


def _marker(parts: tuple[str, ...]) -> str:
    last = _marker_last(parts)[-1]
    return last if last in KEY_MARKERS else ""


def _marker_last(parts: tuple[str, ...]) -> tuple[str, ...]:
    """``id_customer`` says what ``customer_id`` says."""
    if len(parts) == 1 or parts[0] not in FIRST_MARKERS:
        return parts
    return parts[1:] if parts[-1] in KEY_MARKERS else (*parts[1:], parts[0])


def _shared_letters(names: Sequence[str]) -> str:
    """What all names begin with."""
    first, last = min(names), max(names)
    length = next(
        (n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first)
    )
    return first[:length]


def _without_layers(parts: tuple[str, ...]) -> tuple[str, ...]:
    kept = tuple(part for part in parts if part not in LAYER_WORDS and not part.isdigit())
    return kept or parts
