"""What one scan tells."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from datetime import date, datetime
from decimal import Decimal

from medallion_core.model.named import Whole

Scalar = str | int | float | Decimal | bool | date | datetime


@dataclass(frozen=True, slots=True)
class ValueCount:
    value: Scalar
    count: int


@dataclass(frozen=True, slots=True)
class CastShare:
    """How many of the non-blank strings of a column read as ``type``: ratio 0 to 1."""

    type: str
    share: float


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What one scan tells of a column. Counts are rows, lengths are characters.

    ``distinct_count`` counts non-null values and is approximate unless ``distinct_is_exact``.
    ``blank_count`` counts strings that are empty after trimming, ``untrimmed_count`` those with
    outer blanks. ``minimum`` and ``maximum`` are None for empty columns and for nested types;
    ``least`` and ``greatest`` are those of the strings that read as numbers, and
    ``leading_zero_count`` tells how many strings begin with a zero and another digit,
    ``not_finite_count`` how many floating numbers are NaN or infinite, ``far_count`` how many times
    are of the year 9999 or later, which are among none of the values. ``forms``
    are the most frequent texts with 9 in the place of each digit, ``examples`` further values
    behind the frequent ones.
    """

    name: str
    null_count: int
    distinct_count: int
    _: KW_ONLY
    distinct_is_exact: bool = False
    minimum: Scalar | None = None
    maximum: Scalar | None = None
    blank_count: int = 0
    untrimmed_count: int = 0
    min_length: int | None = None
    max_length: int | None = None
    least: float | None = None
    greatest: float | None = None
    leading_zero_count: int = 0
    not_finite_count: int = 0
    far_count: int = 0
    frequent: tuple[ValueCount, ...] = ()
    forms: tuple[ValueCount, ...] = ()
    examples: tuple[str, ...] = ()
    casts: tuple[CastShare, ...] = ()
    patterns: dict[str, float] = field(default_factory=dict)
    """Share of the non-blank strings that match a named pattern: ``{"email": 0.98}``."""


@dataclass(frozen=True, slots=True)
class Profile(Whole):
    """What one scan tells of a source; ``row_count`` rows were read. ``table_rows`` are all that
    the table has, where only a sample of them was read."""

    row_count: int
    columns: tuple[ColumnProfile, ...]
    table_rows: int | None = None

    @property
    def all_rows(self) -> int:
        """The rows of the whole table."""
        return self.row_count if self.table_rows is None else self.table_rows

    @property
    def rows_in_words(self) -> str:
        """What was read, as evidence says it.

        >>> Profile(60_175, ()).rows_in_words
        '60,175 rows'
        >>> Profile(81_000, (), table_rows=50_000_000).rows_in_words
        '81,000 rows of a sample (50,000,000 in the table)'
        """
        if self.table_rows is None:
            return f"{self.row_count:,} rows"
        return f"{self.row_count:,} rows of a sample ({self.table_rows:,} in the table)"

    def column(self, name: str) -> ColumnProfile:
        """Raises KeyError for a name that was not profiled."""
        return self._find(self.columns, name)
