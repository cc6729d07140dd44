"""A column as the proposal looks at it: words instead of a name, a kind instead of a type."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from medallion_core.model import ColumnProfile, Scalar
from medallion_core.propose.kinds import (
    Kind,
    Reading,
    all_whole,
    kind_of,
    reads_whole,
)
from medallion_core.propose.numbered_times import DAY_NUMBER
from medallion_core.propose.vocabulary import EMPTY_SUBJECTS, STRONG_MARKERS

APPROXIMATE_UNIQUE = 0.9
"""An approximate distinct count of this share of the rows may still be all of them."""

SMALL_CODE_LENGTH = 24
"""Characters; identifying strings are rarely longer (except UUIDs, which say so by length)."""

CODE_LENGTH = 3
"""Digits from which whole numbers in text that all have as many are codes."""


@dataclass(frozen=True, eq=False)
class Field:
    """A column with its words. ``marker`` is the identifying last word (``id``), ``subject`` the
    words before it; a prefix that the whole table shares is left out of both. ``reading`` is what
    its values read as, if not as what they are; ``fraction`` is the mark before fractions in the
    rest of its table, where that is known. ``distinct`` counts the values of the ``row_count``
    rows that were profiled, 0 where there is no profile; ``all_rows`` are those of the table."""

    name: str
    position: int
    type: str
    _: KW_ONLY
    words: tuple[str, ...]
    word_stems: tuple[str, ...]
    marker: str
    profile: ColumnProfile | None
    reading: Reading | None
    distinct: int
    row_count: int
    rows_in_words: str = ""
    all_rows: int = 0
    fraction: str = ""

    @property
    def is_sampled(self) -> bool:
        """Whether only some of the table's rows were profiled."""
        return self.all_rows > self.row_count

    @property
    def all_distinct(self) -> int:
        """The values of all rows, as far as the profile tells: a sample of a column that never
        repeats tells of as many as there are rows, of any other one no fewer than it has."""
        return self.all_rows if self.is_sampled and self.may_be_unique else self.distinct

    @cached_property
    def source_kind(self) -> Kind:
        """The kind of its type in the source."""
        return kind_of(self.type)

    @cached_property
    def kind(self) -> Kind:
        """The kind of its type as silver has it."""
        return kind_of(self.reading.type) if self.reading else self.source_kind

    @cached_property
    def subject(self) -> tuple[str, ...]:
        if not self.marker:
            return self.words
        return () if EMPTY_SUBJECTS.issuperset(self.words[:-1]) else self.words[:-1]

    @cached_property
    def subject_stems(self) -> tuple[str, ...]:
        return self.word_stems[: len(self.subject)]

    @property
    def has_strong_marker(self) -> bool:
        return self.marker in STRONG_MARKERS

    @cached_property
    def has_values(self) -> bool:
        """Some value that is neither NULL nor blank."""
        if self.profile is None:
            return False
        return self.profile.null_count + self.profile.blank_count < self.row_count

    @cached_property
    def has_gaps(self) -> bool:
        return self.profile is not None and self.profile.null_count > 0

    @cached_property
    def is_complete(self) -> bool:
        """No NULL and no blank."""
        return self.profile is not None and not self.profile.null_count + self.profile.blank_count

    @property
    def may_be_infinite(self) -> bool:
        """Some value is NaN or infinite, or may be so where a sample has none."""
        if self.profile is None or self.source_kind is not Kind.FLOAT:
            return False
        return self.is_sampled or self.profile.not_finite_count > 0

    @cached_property
    def is_constant(self) -> bool:
        """No more than one value in several rows; they say nothing of a row."""
        return self.profile is not None and self.row_count > 1 and self.distinct <= 1

    @cached_property
    def is_text(self) -> bool:
        return self.source_kind is Kind.STRING

    @cached_property
    def is_whole(self) -> bool:
        """Integers, and what looks like integers with NULLs among them, be it text or floating."""
        if self.source_kind is Kind.FLOAT:
            profile, span = self.profile, self.span
            return profile is not None and span is not None and all_whole(profile, *span)
        if self.is_text:
            return self.profile is not None and reads_whole(self.profile)
        return self.source_kind is Kind.INTEGER

    @cached_property
    def is_code(self) -> bool:
        """Whole numbers in text, all of one length: how many or how much there is of something
        has one digit here and three there."""
        if not self.is_text or not self.is_whole or self.profile is None:
            return False
        forms = {str(form.value).strip() for form in self.profile.forms} - {""}
        return len(forms) == 1 and len(form := forms.pop()) >= CODE_LENGTH and {*form} == {"9"}

    @cached_property
    def may_be_unique(self) -> bool:
        """As far as the profile tells: every row has a value, and no value comes twice. Whether
        it is unique in all rows of a table that ``is_sampled`` has to be asked."""
        if self.profile is None or not self.is_complete or not self.row_count:
            return False
        if self.profile.distinct_is_exact:
            return self.distinct == self.row_count
        return self.distinct >= APPROXIMATE_UNIQUE * self.row_count

    @property
    def is_padded(self) -> bool:
        """Whether silver takes off blanks around it, or may where a sample has none."""
        if self.profile is None or not self.is_text:
            return False
        return self.is_sampled or self.profile.untrimmed_count > 0

    @property
    def is_unique_for_sure(self) -> bool:
        """Whether the profile knows all rows and each of their values, as silver has them."""
        exact = self.profile is not None and self.profile.distinct_is_exact
        whole = exact and not self.is_sampled and not self.is_padded
        return whole and self.may_be_unique

    @cached_property
    def bounds(self) -> tuple[Scalar, Scalar] | None:
        """Least and greatest value, dates as timestamps so that both compare; numbers and times
        in text as such, other text as text."""
        profile = self.profile
        if profile is None or profile.minimum is None or profile.maximum is None:
            return None
        if self.is_text and self.kind.is_time and not self.is_whole:
            return self.times
        if self.is_text and (self.is_whole or self.kind.is_number):
            least, greatest = profile.least, profile.greatest
            return None if least is None or greatest is None else (least, greatest)
        return _comparable(profile.minimum), _comparable(profile.maximum)

    @cached_property
    def times(self) -> tuple[datetime, datetime] | None:
        """First and last day or time, however it is written; None where its order does not show
        in the text, and for what is no time."""
        if self.profile is None or not self.kind.is_time:
            return None
        pattern = self.reading.pattern if self.reading else ""
        if pattern not in ("", DAY_NUMBER.pattern):
            return None
        first, last = (_time(value) for value in (self.profile.minimum, self.profile.maximum))
        return None if first is None or last is None else (first, last)

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
        if self.source_kind.is_time or (self.is_text and self.kind.is_time):
            return "time"
        return "string" if self.is_text and not self.kind.is_number else ""

    def compares_with(self, other: Field) -> bool:
        """Whether values of both can be equal: those of one family, and any two texts."""
        return bool(self.family) and (
            self.family == other.family or (self.is_text and other.is_text)
        )


def _number(value: Scalar) -> float:
    """A time as seconds; ``timestamp`` fails at the ends of the calendar."""
    if isinstance(value, datetime):
        return (value.replace(tzinfo=None) - datetime(1970, 1, 1)).total_seconds()
    return float(value)  # type: ignore[arg-type]


def _time(value: Scalar | None) -> datetime | None:
    if isinstance(value, date):
        return _comparable(value)  # type: ignore[return-value]
    text = str(value).strip()
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def _comparable(value: Scalar) -> Scalar:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    return float(value) if isinstance(value, Decimal | int) else value
