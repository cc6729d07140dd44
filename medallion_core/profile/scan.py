"""Sources to profiles: one statement and one scan per source (of wide ones several), at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Any

from medallion_core.errors import MedallionError
from medallion_core.model import (
    CastShare,
    Column,
    ColumnProfile,
    Finding,
    Level,
    Profile,
    Scalar,
    Source,
    ValueCount,
)
from medallion_core.profile.relations import rows_of
from medallion_core.profile.sampling import sampled_percent
from medallion_core.profile.statement import (
    CASTS,
    DECIMAL_SCALES,
    FREQUENT,
    LONGEST_VALUE,
    profile_statement,
)
from medallion_core.tables.sources import kind_of
from medallion_core.text.patterns import PATTERNS
from medallion_core.text.types import decimal
from medallion_core.workspace import NOT_ASKED, Workspace

AT_ONCE = 4
"""Sources that are scanned at the same time."""

COLUMNS_PER_SCAN = 100
"""Of a wider table several scans take less time than to plan one."""

SCANS_AT_ONCE = 2
"""Scans of one wide table at the same time: planning them is what takes long."""

SAFE_PRECISION, MOST_PRECISION = 18, 38
"""Digits of the decimal that text is read as: room for more than there is today."""

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Profiled:
    """That one more source was looked at, ``done`` of ``total`` so far: its profile, or why there
    is none."""

    name: str
    done: int
    total: int
    found: Profile | Finding

    def __str__(self) -> str:
        """In a line, without names of columns and values.

        >>> str(Profiled("orders", 2, 8, Profile(1_500_000, ())))
        'Profiled orders: 1,500,000 rows (2 of 8)'
        """
        if isinstance(self.found, Profile):
            return f"Profiled {self.name}: {self.found.rows_in_words} ({self.done} of {self.total})"
        return f"{self.name}: {self.found.detail} ({self.done} of {self.total})"

    @property
    def without_values(self) -> Profiled:
        """Says the same in a line, and holds nothing else of the rows."""
        if isinstance(self.found, Finding):
            return self
        return replace(self, found=replace(self.found, columns=()))


def profile_sources(
    ws: Workspace,
    sources: Sequence[Source],
    progress: Callable[[Profiled], object] | None = None,
) -> list[Profile | Finding]:
    """A profile for each source, in their order; where one fails, a finding says why.

    ``progress`` is called in this thread, with each as it is done.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = {pool.submit(_profile_or_finding, ws, source): source for source in sources}
        for done, future in enumerate(as_completed(futures), 1):
            if progress:
                progress(Profiled(futures[future].name, done, len(sources), future.result()))
        return [future.result() for future in futures]


def profile_source(ws: Workspace, source: Source) -> Profile:
    """Raises MedallionError where the source cannot be read."""
    if not source.columns:
        raise MedallionError("NO_COLUMNS", "It has no columns.", "Check that you may read it.")
    parts = [
        source.columns[start : start + COLUMNS_PER_SCAN]
        for start in range(0, len(source.columns), COLUMNS_PER_SCAN)
    ]
    with ThreadPoolExecutor(SCANS_AT_ONCE) as pool:
        scans = [*pool.map(partial(_scanned, ws, source), parts)]
    columns = chain.from_iterable(scan.columns for scan in scans)
    return replace(scans[0], columns=tuple(columns))


def _scanned(ws: Workspace, source: Source, columns: tuple[Column, ...]) -> Profile:
    """What one statement tells of these columns."""
    percent = sampled_percent(source)
    statement = profile_statement(rows_of(source), columns, percent)
    [row] = ws.query(statement).to_pylist()
    count = row["row_count"]
    profiles = (
        _column_profile(column, row[f"c{number}"], count) for number, column in enumerate(columns)
    )
    return Profile(count, tuple(profiles), table_rows=row["table_rows"])


def _profile_or_finding(ws: Workspace, source: Source) -> Profile | Finding:
    why_unread = kind_of(source.location).why_unread
    if why_unread:
        return Finding(Level.INFO, source.name, f"It is not profiled. {why_unread}")
    try:
        return profile_source(ws, source)
    except MedallionError as error:
        if error.code in NOT_ASKED:
            raise
        detail = f"It could not be profiled. {error.message}"
        return Finding(Level.WARNING, source.name, detail, error.hint)


def _column_profile(column: Column, facts: Facts, row_count: int) -> ColumnProfile:
    present, blank = facts["present"], facts.get("blank", 0)
    distinct, exact = _distinct(facts)
    return ColumnProfile(
        column.name,
        null_count=row_count - present,
        distinct_count=distinct,
        distinct_is_exact=exact,
        minimum=_scalar(facts.get("minimum")),
        maximum=_scalar(facts.get("maximum")),
        blank_count=blank,
        untrimmed_count=facts.get("untrimmed", 0),
        min_length=facts.get("min_length"),
        max_length=facts.get("max_length"),
        least=_finite(facts.get("least")),
        greatest=_finite(facts.get("greatest")),
        leading_zero_count=facts.get("leading_zero", 0),
        not_finite_count=facts.get("not_finite", 0),
        far_count=facts.get("far", 0),
        frequent=_counted(facts, "frequent")[:FREQUENT],
        forms=_counted(facts, "forms"),
        examples=_examples(facts),
        casts=_casts(facts, present - blank),
        patterns=_patterns(facts, present - blank),
    )


def _distinct(facts: Facts) -> tuple[int, bool]:
    """The number of distinct values, and whether it is exact: that is where the value of every
    row was tracked, and none was cut."""
    present = facts["present"]
    if "distinct_count" not in facts or present == 0:
        return 0, present == 0
    whole = (facts.get("max_length") or 0) <= LONGEST_VALUE
    if whole and facts["tracked_rows"] == present:
        return facts["tracked_values"], True
    return min(facts["distinct_count"], present), False


def _counted(facts: Facts, fact: str) -> tuple[ValueCount, ...]:
    found = ((_scalar(entry["item"]), -entry["missing"]) for entry in facts.get(fact) or ())
    return tuple(ValueCount(value, count) for value, count in found if value is not None)


def _examples(facts: Facts) -> tuple[str, ...]:
    further = _counted(facts, "frequent")[FREQUENT:]
    return tuple(found.value for found in further if isinstance(found.value, str))


def _casts(facts: Facts, filled: int) -> tuple[CastShare, ...]:
    """The types that some of the values read as; a decimal with as many digits as there are."""
    if f"scale_{DECIMAL_SCALES[0]}" in facts:
        return _decimal_casts(facts, filled)
    if "scale" not in facts or not filled:
        return ()
    scale, whole = facts["scale"] or 0, facts["whole"] or 0
    precision = min(MOST_PRECISION, max(SAFE_PRECISION, whole + scale))
    names = {"decimal": decimal(precision, scale)}
    shares = ((kind, facts[f"cast_{kind}"] / filled) for kind in CASTS)
    return tuple(CastShare(names.get(kind, kind), share) for kind, share in shares if share)


def _decimal_casts(facts: Facts, filled: int) -> tuple[CastShare, ...]:
    """The decimals that hold some of the floating numbers to the last digit."""
    shares = ((scale, facts[f"scale_{scale}"]) for scale in DECIMAL_SCALES)
    return tuple(
        CastShare(decimal(SAFE_PRECISION, scale), exact / filled)
        for scale, exact in shares
        if exact
    )


def _patterns(facts: Facts, filled: int) -> dict[str, float]:
    if "scale" not in facts or not filled:
        return {}
    shares = ((kind, facts[f"pattern_{kind}"] / filled) for kind in PATTERNS)
    return {kind: share for kind, share in shares if share}


def _scalar(value: Any) -> Scalar | None:
    """None for what is no number (NaN, infinity): nothing follows from it."""
    scalar: Scalar | None = _finite(value) if isinstance(value, float) else value
    return scalar


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
