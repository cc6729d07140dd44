"""The questions that a proposal asks of the data, beyond what the profiles tell.

Whoever can answer them (a SQL warehouse, a table in memory) implements ``Checks``; the proposal
itself never touches data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from enum import Enum, auto
from typing import Protocol

from medallion_core.model import Source


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """Which of ``candidates`` (source names) tell every row of ``source`` apart? The columns of
    ``padded`` without the blanks around them, as silver will have them."""

    source: Source
    candidates: tuple[tuple[str, ...], ...]
    padded: frozenset[str] = frozenset()


SAMPLE_ROWS = 1_000_000
"""Rows that a sample has of a child whose size nobody knows, such as a view or files."""


class Form(Enum):
    """How the values of both sides are brought into one form before they are compared."""

    PLAIN = auto()
    TRIMMED = auto()
    """Text without outer blanks; what is left empty counts as NULL."""
    NUMBER = auto()
    """Numbers, some of which are written as text: ``7``, ``7.0`` and ``' 7'`` are the same."""
    TIME = auto()
    """Days and times, some of which are written as text."""
    SPELLED = auto()
    """Text without what people write differently: case, outer blanks, zeros in front, ``.0``."""


@dataclass(frozen=True, slots=True)
class InclusionCheck:
    """Of the child's rows where no column is NULL: how many have values that the parent holds?
    ``forms`` says how each pair of columns is compared; empty: all as they are. ``whole``: of all
    of the child's rows, where otherwise a sample of a big table does."""

    child: Source
    columns: tuple[str, ...]
    parent: Source
    parent_columns: tuple[str, ...]
    _: KW_ONLY
    forms: tuple[Form, ...] = ()
    whole: bool = False


class EveryKey:
    """Answers before anything was asked: that every candidate is a key. Nothing is known of
    inclusions."""

    def unique_keys(self, checks: Sequence[KeyCheck]) -> list[tuple[bool, ...]]:
        return [(True,) * len(check.candidates) for check in checks]

    def distinct_counts(self, checks: Sequence[KeyCheck]) -> list[tuple[int, ...] | None]:
        return [None] * len(checks)

    def inclusion_ratios(self, checks: Sequence[InclusionCheck]) -> list[float | None]:
        return [None] * len(checks)


class Checks(Protocol):
    """Answers come in the order of the questions."""

    def unique_keys(self, checks: Sequence[KeyCheck]) -> list[tuple[bool, ...]]:
        """For each candidate: no two rows share its values and none is NULL."""

    def distinct_counts(self, checks: Sequence[KeyCheck]) -> list[tuple[int, ...] | None]:
        """For each candidate: how many different values its columns have together, NULL counted
        as one; None where the question could not be asked."""

    def inclusion_ratios(self, checks: Sequence[InclusionCheck]) -> list[float | None]:
        """Ratio 0 to 1; None where the child has no such row or the question could not be asked."""
