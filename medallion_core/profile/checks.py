"""Answers a proposal's questions by SQL: which keys are unique, which values have a parent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TypeVar

from medallion_core.errors import MedallionError
from medallion_core.propose.checks import Form, InclusionCheck, KeyCheck
from medallion_core.tables.sources import kind_of
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
            rows = self._ws.query(f"SELECT {tests} FROM {kind_of(check.source.location).relation}")
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
    forms = check.forms or (Form.PLAIN,) * len(keys)
    child = _selected(check.columns, forms, keys)
    parent = _selected(check.parent_columns, forms, keys)
    listed = ", ".join(keys)
    filled = " AND ".join(f"{key} IS NOT NULL" for key in keys)
    matches = " AND ".join(f"child.{key} = parent.{key}" for key in keys)
    return (
        f"SELECT {number} AS pair, sum(child.n) AS total,"
        " sum(IF(parent.known, child.n, 0)) AS found\n"
        f"FROM (SELECT {listed}, count(*) AS n FROM (SELECT * FROM (SELECT {child}"
        f" FROM {kind_of(check.child.location).relation}) WHERE {filled} LIMIT {SAMPLE_ROWS})"
        f" GROUP BY {listed}) AS child\n"
        f"LEFT JOIN (SELECT DISTINCT {parent}, true AS known"
        f" FROM {kind_of(check.parent.location).relation}) AS parent ON {matches}"
    )


def _selected(columns: Sequence[str], forms: Sequence[Form], keys: Sequence[str]) -> str:
    return ", ".join(
        f"{_FORMS[form].format(quote_identifier(column))} AS {key}"
        for column, form, key in zip(columns, forms, keys, strict=True)
    )


_FORMS = {
    Form.PLAIN: "{0}",
    Form.TRIMMED: "nullif(trim({0}), '')",
    Form.NUMBER: "try_cast(trim(CAST({0} AS STRING)) AS DECIMAL(38, 6))",
    Form.TIME: "try_cast({0} AS TIMESTAMP)",
    Form.SPELLED: "nullif(regexp_replace(lower(trim(CAST({0} AS STRING))),"
    " '^0+(?=.)|[.]0+$', ''), '')",
}
"""SQL that brings a column into a form. Braces of a name stay: they are put in, not read."""


def _at_once(ask: Callable[[Question], Answer], questions: Sequence[Question]) -> list[Answer]:
    with ThreadPoolExecutor(STATEMENTS_AT_ONCE) as pool:
        return list(pool.map(ask, questions))
