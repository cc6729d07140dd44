"""Answers a proposal's questions by SQL: which keys are unique, which values have a parent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TypeVar

from medallion_core.errors import MedallionError
from medallion_core.model import Source
from medallion_core.profile.statement import Shape, shape_of
from medallion_core.propose.checks import InclusionCheck, KeyCheck
from medallion_core.tables.relation import relation
from medallion_core.text.identifiers import quote_identifier
from medallion_core.workspace import Workspace

PAIRS_PER_STATEMENT = 20
STATEMENTS_AT_ONCE = 4
SAMPLE_ROWS = 1_000_000
"""Rows of the child that an inclusion looks at; what a bigger table has beyond is left out."""

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class WarehouseChecks:
    """``propose.checks.Checks`` over a SQL warehouse. What cannot be asked is answered False for
    keys and None for inclusions. ``statements`` tells how many were sent so far,
    ``inclusion_statements`` how many of these for how many ``pairs`` of columns."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self.statements = self.inclusion_statements = self.pairs = 0

    def unique_keys(self, checks: Sequence[KeyCheck]) -> list[tuple[bool, ...]]:
        """Exact: one statement per table, for all of its candidates."""
        return _at_once(self._unique, checks)

    def inclusion_ratios(self, checks: Sequence[InclusionCheck]) -> list[float | None]:
        """Share of the child's rows (those without NULL in the columns) that have a parent."""
        self.pairs += len(checks)
        batches = [
            checks[start : start + PAIRS_PER_STATEMENT]
            for start in range(0, len(checks), PAIRS_PER_STATEMENT)
        ]
        return list(chain.from_iterable(_at_once(self._ratios, batches)))

    def _unique(self, check: KeyCheck) -> tuple[bool, ...]:
        tests = ", ".join(
            f"count(DISTINCT {', '.join(map(quote_identifier, columns))}) = count(*) AS k{number}"
            for number, columns in enumerate(check.candidates)
        )
        self.statements += 1
        try:
            rows = self._ws.query(f"SELECT {tests} FROM {relation(check.source.location)}")
        except MedallionError:
            return (False,) * len(check.candidates)
        return tuple(rows.to_pylist()[0].values())

    def _ratios(self, checks: Sequence[InclusionCheck]) -> list[float | None]:
        """A statement that fails is asked again in halves, so that one bad pair costs itself."""
        self.statements += 1
        self.inclusion_statements += 1
        try:
            parts = [_inclusion(number, check) for number, check in enumerate(checks)]
            rows = self._ws.query("\nUNION ALL\n".join(parts)).to_pylist()
        except MedallionError:
            if len(checks) == 1:
                return [None]
            middle = len(checks) // 2
            return self._ratios(checks[:middle]) + self._ratios(checks[middle:])
        found = {row["pair"]: row["found"] / row["total"] for row in rows if row["total"]}
        return [found.get(number) for number in range(len(checks))]


def _inclusion(number: int, check: InclusionCheck) -> str:
    """One row: ``pair``, the child's rows, and how many of them have a parent."""
    keys = [f"k{position}" for position in range(len(check.columns))]
    listed = ", ".join(keys)
    child = ", ".join(
        f"{quote_identifier(column)} AS {key}"
        for column, key in zip(check.columns, keys, strict=True)
    )
    parent = ", ".join(
        f"{quote_identifier(column)} AS {key}"
        for column, key in zip(check.parent_columns, keys, strict=True)
    )
    filled = " AND ".join(f"{quote_identifier(column)} IS NOT NULL" for column in check.columns)
    matches = " AND ".join(_match(check, position) for position in range(len(keys)))
    return (
        f"SELECT {number} AS pair, sum(child.n) AS total,"
        " sum(IF(parent.known, child.n, 0)) AS found\n"
        f"FROM (SELECT {listed}, count(*) AS n FROM (SELECT {child}"
        f" FROM {relation(check.child.location)} WHERE {filled} LIMIT {SAMPLE_ROWS})"
        f" GROUP BY {listed}) AS child\n"
        f"LEFT JOIN (SELECT DISTINCT {parent}, true AS known"
        f" FROM {relation(check.parent.location)}) AS parent ON {matches}"
    )


def _match(check: InclusionCheck, position: int) -> str:
    """Values of unlike types are compared as text: a cast to a number would fail on text."""
    key = f"k{position}"
    shapes = {
        _shape(check.child, check.columns[position]),
        _shape(check.parent, check.parent_columns[position]),
    }
    if len(shapes) == 1:
        return f"child.{key} = parent.{key}"
    return f"CAST(child.{key} AS STRING) = CAST(parent.{key} AS STRING)"


def _shape(source: Source, name: str) -> Shape:
    types = {column.name: column.type for column in source.columns}
    return shape_of(types.get(name, ""))


def _at_once(ask: Callable[[Question], Answer], questions: Sequence[Question]) -> list[Answer]:
    with ThreadPoolExecutor(STATEMENTS_AT_ONCE) as pool:
        return list(pool.map(ask, questions))
