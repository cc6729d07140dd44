"""The questions that a proposal asks of the data, beyond what the profiles tell.

Whoever can answer them (a SQL warehouse, a table in memory) implements ``Checks``; the proposal
itself never touches data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from medallion_core.model import Source


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """Which of ``candidates`` (source names) tell every row of ``source`` apart?"""

    source: Source
    candidates: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class InclusionCheck:
    """Of the child's rows where no column is NULL: how many have values that the parent holds?"""

    child: Source
    columns: tuple[str, ...]
    parent: Source
    parent_columns: tuple[str, ...]


class EveryKey:
    """Answers before anything was asked: that every candidate is a key. Nothing is known of
    inclusions."""

    def unique_keys(self, checks: Sequence[KeyCheck]) -> list[tuple[bool, ...]]:
        return [(True,) * len(check.candidates) for check in checks]

    def inclusion_ratios(self, checks: Sequence[InclusionCheck]) -> list[float | None]:
        return [None] * len(checks)


class Checks(Protocol):
    """Answers come in the order of the questions."""

    def unique_keys(self, checks: Sequence[KeyCheck]) -> list[tuple[bool, ...]]:
        """For each candidate: no two rows share its values and none is NULL."""

    def inclusion_ratios(self, checks: Sequence[InclusionCheck]) -> list[float | None]:
        """Ratio 0 to 1; None where the child has no such row or the question could not be asked."""
