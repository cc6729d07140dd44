"""The sources as the proposal looks at them: words instead of names, kinds instead of types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache

from medallion_core.model import Column, ColumnProfile, Profile, Scalar, Source
from medallion_core.propose.names import (
    KEY_MARKERS,
    LAYER_WORDS,
    STRONG_MARKERS,
    known_stems,
    split_marker,
    stem,
    stem_vocabulary,
    stems,
    vocabulary,
    words,
)
from medallion_core.text.identifiers import unique_names

APPROXIMATE_UNIQUE = 0.9
"""An approximate distinct count of this share of the rows may still be all of them."""

SMALL_CODE_LENGTH = 24
"""Characters; identifying strings are rarely longer (except UUIDs, which say so by length)."""


PEOPLE = stem_vocabulary(
    "employee staff user person worker member contact customer client personnel emp cust patient "
    "student teacher"
)
"""Stems of the names of tables that hold people."""

_PERSONAL = vocabulary(
    "hire hired birth birthdate birthday dob surname forename firstname lastname fname lname"
)
"""Words of columns that only people have."""


class Kind(StrEnum):
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLOAT = "float"
    STRING = "string"
    DATE = "date"
    TIMESTAMP = "timestamp"
    BOOLEAN = "boolean"
    OTHER = "other"

    @property
    def is_number(self) -> bool:
        return self in (Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT)

    @property
    def is_time(self) -> bool:
        return self in (Kind.DATE, Kind.TIMESTAMP)


_KINDS = {
    "tinyint": Kind.INTEGER, "smallint": Kind.INTEGER, "int": Kind.INTEGER,
    "integer": Kind.INTEGER, "bigint": Kind.INTEGER, "long": Kind.INTEGER,
    "float": Kind.FLOAT, "double": Kind.FLOAT, "string": Kind.STRING,
    "date": Kind.DATE, "timestamp": Kind.TIMESTAMP, "timestamp_ntz": Kind.TIMESTAMP,
    "boolean": Kind.BOOLEAN,
}  # fmt: skip


@lru_cache(maxsize=4096)
def kind_of(type_name: str) -> Kind:
    """The kind of a Unity Catalog type; ``decimal(p,0)`` counts as an integer.

    >>> kind_of("decimal(10,0)"), kind_of("varchar(10)"), kind_of("array<int>")
    (<Kind.INTEGER: 'integer'>, <Kind.STRING: 'string'>, <Kind.OTHER: 'other'>)
    """
    base, _, rest = type_name.lower().partition("(")
    if base in ("decimal", "numeric"):
        whole = not rest or rest.rstrip(")").replace(" ", "").endswith(",0") or "," not in rest
        return Kind.INTEGER if whole else Kind.DECIMAL
    if base in ("varchar", "char"):
        return Kind.STRING
    return _KINDS.get(base, Kind.OTHER)


@dataclass(frozen=True, eq=False)
class Field:
    """A column with its words. ``marker`` is the identifying last word (``id``), ``subject`` the
    words before it; a prefix that the whole table shares is left out of both. ``distinct``
    counts the values, 0 where there is no profile."""

    name: str
    position: int
    kind: Kind
    words: tuple[str, ...]
    word_stems: tuple[str, ...]
    marker: str
    profile: ColumnProfile | None
    distinct: int
    row_count: int

    @cached_property
    def subject(self) -> tuple[str, ...]:
        return self.words[:-1] if self.marker else self.words

    @cached_property
    def subject_stems(self) -> tuple[str, ...]:
        return self.word_stems[:-1] if self.marker else self.word_stems

    @property
    def has_strong_marker(self) -> bool:
        return self.marker in STRONG_MARKERS

    @cached_property
    def has_values(self) -> bool:
        return self.profile is not None and self.profile.null_count < self.row_count

    @cached_property
    def has_gaps(self) -> bool:
        return self.profile is not None and self.profile.null_count > 0

    @cached_property
    def is_complete(self) -> bool:
        """No NULL and no blank."""
        return self.profile is not None and not self.profile.null_count + self.profile.blank_count

    @cached_property
    def is_whole(self) -> bool:
        """Integers, and floating columns that look like integers with NULLs among them."""
        if self.kind is not Kind.FLOAT:
            return self.kind is Kind.INTEGER
        bounds = self.bounds
        return bounds is not None and all(float(bound).is_integer() for bound in bounds)  # type: ignore[arg-type]

    @cached_property
    def may_be_unique(self) -> bool:
        """As far as the profile tells: every row has a value, and no value comes twice."""
        if self.profile is None or not self.is_complete or not self.row_count:
            return False
        if self.profile.distinct_is_exact:
            return self.distinct == self.row_count
        return self.distinct >= APPROXIMATE_UNIQUE * self.row_count

    @cached_property
    def bounds(self) -> tuple[Scalar, Scalar] | None:
        """Least and greatest value, dates as timestamps so that both compare."""
        if self.profile is None or self.profile.minimum is None or self.profile.maximum is None:
            return None
        return _comparable(self.profile.minimum), _comparable(self.profile.maximum)

    @cached_property
    def span(self) -> tuple[float, float] | None:
        """Least and greatest value as numbers, times as seconds; None for text."""
        if self.bounds is None or isinstance(self.bounds[0], str):
            return None
        return _number(self.bounds[0]), _number(self.bounds[1])

    @cached_property
    def family(self) -> str:
        """Values of one family can be equal: whole numbers, strings, days and times."""
        if self.is_whole:
            return "whole"
        if self.kind.is_time:
            return "time"
        return "string" if self.kind is Kind.STRING else ""


def _number(value: Scalar) -> float:
    return value.timestamp() if isinstance(value, datetime) else float(value)  # type: ignore[arg-type]


def _comparable(value: Scalar) -> Scalar:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    return float(value) if isinstance(value, Decimal | int) else value


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
    return Field(
        column.name,
        position,
        kind_of(column.type),
        parts,
        stems(parts),
        parts[-1] if parts[-1] in KEY_MARKERS else "",
        profile,
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
