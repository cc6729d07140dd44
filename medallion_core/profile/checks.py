"""Answers a proposal's questions by SQL: which keys are unique, which values have a parent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import chain, count
from typing import TypeVar

from medallion_core.errors import MedallionError
from medallion_core.model import Source
from medallion_core.profile.inclusions import inclusion_statement
from medallion_core.profile.uniqueness import (
    MANY,
    counts_statement,
    repeats_statement,
    unique_statement,
)
from medallion_core.propose.checks import InclusionCheck, KeyCheck
from medallion_core.workspace import NOT_ASKED, Workspace

PAIRS_PER_STATEMENT = 40
TABLES_PER_STATEMENT = 10
STATEMENTS_AT_ONCE = 4
NAMED = 5
"""Tables whose names are told."""

Question = TypeVar("Question")
Answer = TypeVar("Answer")


def _silent(_: str) -> None:
    """Tells nobody."""


class WarehouseChecks:
    """``propose.checks.Checks`` over a SQL warehouse. What cannot be asked is answered False for
    keys and None for inclusions. ``statements`` tells how many were sent so far,
    ``inclusion_statements`` how many of these for how many ``pairs`` of columns. ``tell`` hears,
    in the caller's thread, what is asked next."""

    def __init__(self, ws: Workspace, tell: Callable[[str], object] = _silent) -> None:
        self._ws, self._tell = ws, tell
        self.statements = self.inclusion_statements = self.pairs = 0

    def unique_keys(self, checks: Sequence[KeyCheck]) -> list[tuple[bool, ...]]:
        """Exact for every candidate that does not repeat in a part of its values already."""
        if checks:
            self._tell(f"Looking for keys: {_tables(check.source for check in checks)}")
        many = {n: check for n, check in enumerate(checks) if len(check.candidates) >= MANY}
        left = self._in_batches(self._not_repeating, [*many.values()], TABLES_PER_STATEMENT)
        asked = dict(enumerate(checks)) | dict(zip(many, left, strict=True))
        asked = {n: check for n, check in asked.items() if check.candidates}
        answers = self._in_batches(self._unique, [*asked.values()], TABLES_PER_STATEMENT)
        unique = {
            n: {c for c, holds in zip(check.candidates, held, strict=True) if holds}
            for (n, check), held in zip(asked.items(), answers, strict=True)
        }
        return [
            tuple(columns in unique.get(n, ()) for columns in check.candidates)
            for n, check in enumerate(checks)
        ]

    def distinct_counts(self, checks: Sequence[KeyCheck]) -> list[tuple[int, ...] | None]:
        """Exact, of all rows."""
        if checks:
            self._tell(f"Counting what repeats: {_tables(check.source for check in checks)}")
        return self._in_batches(self._counts, checks, TABLES_PER_STATEMENT)

    def inclusion_ratios(self, checks: Sequence[InclusionCheck]) -> list[float | None]:
        """Share of the child's rows (those without NULL in the columns) that have a parent."""
        self.pairs += len(checks)
        if checks:
            tables = _tables(check.child for check in checks)
            self._tell(f"Comparing the values of {len(checks)} pairs of columns: {tables}")
        return self._in_batches(self._ratios, checks, PAIRS_PER_STATEMENT)

    def _in_batches(
        self,
        ask: Callable[[Sequence[Question]], list[Answer]],
        questions: Sequence[Question],
        size: int,
    ) -> list[Answer]:
        batches = [questions[at : at + size] for at in range(0, len(questions), size)]
        with ThreadPoolExecutor(STATEMENTS_AT_ONCE) as pool:
            return list(chain.from_iterable(pool.map(ask, batches)))

    def _not_repeating(self, checks: Sequence[KeyCheck]) -> list[KeyCheck]:
        """The checks without the candidates that repeat."""
        self.statements += 1
        try:
            rows = self._ws.query(repeats_statement(checks)).to_pylist()
        except MedallionError as error:
            return _halved(error, self._not_repeating, checks, checks[0])
        repeating, places = {row["place"] for row in rows}, count()
        return [
            replace(c, candidates=tuple(e for e in c.candidates if next(places) not in repeating))
            for c in checks
        ]

    def _unique(self, checks: Sequence[KeyCheck]) -> list[tuple[bool, ...]]:
        self.statements += 1
        try:
            rows = self._ws.query(unique_statement(checks)).to_pylist()
        except MedallionError as error:
            return _halved(error, self._unique, checks, (False,) * len(checks[0].candidates))
        found = {row["number"]: tuple(row["holds"]) for row in rows}
        return [found[number] for number in range(len(checks))]

    def _counts(self, checks: Sequence[KeyCheck]) -> list[tuple[int, ...] | None]:
        self.statements += 1
        try:
            rows = self._ws.query(counts_statement(checks)).to_pylist()
        except MedallionError as error:
            return _halved(error, self._counts, checks, None)
        found = {row["number"]: tuple(row["counts"]) for row in rows}
        return [found[number] for number in range(len(checks))]

    def _ratios(self, checks: Sequence[InclusionCheck]) -> list[float | None]:
        self.statements += 1
        self.inclusion_statements += 1
        try:
            [row] = self._ws.query(inclusion_statement(checks)).to_pylist()
        except MedallionError as error:
            return _halved(error, self._ratios, checks, None)
        shares = zip(row["found"], row["total"], strict=True)
        return [found / total if total else None for found, total in shares]


def _tables(sources: Iterable[Source]) -> str:
    """Their names; of many the first ones."""
    names = list(dict.fromkeys(source.name for source in sources))
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _halved(
    why: MedallionError,
    ask: Callable[[Sequence[Question]], list[Answer]],
    questions: Sequence[Question],
    otherwise: Answer,
) -> list[Answer]:
    """A statement that fails is asked again in halves, so that one bad question costs itself. One
    that was stopped, or whose sign-in has expired, says nothing of what was asked: raised again."""
    if why.code in NOT_ASKED:
        raise why
    if len(questions) == 1:
        return [otherwise]
    middle = len(questions) // 2
    return ask(questions[:middle]) + ask(questions[middle:])
