"""Which sources are profiled by a sample, and how much of them is read.

A profile looks at every value of every column, which of a big table costs minutes and tells
little more. The sample is the same each time, so that a design is.
https://docs.databricks.com/sql/language-manual/sql-ref-syntax-qry-select-sampling.html
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping

from medallion_core.errors import MedallionError
from medallion_core.model import Source, TableLocation

SAMPLE_ABOVE = "MEDALLION_SAMPLE_ABOVE_MB"
"""Tables whose files are bigger are sampled; an admin sets it in ``app.yaml``."""

DEFAULT_MEGABYTES = 100
SHARE_OF_LIMIT = 0.25
"""What is read of a table, as a share of the size from which on it is sampled."""

MEGABYTE = 1_000_000
_SEED = 1
_LEAST_PERCENT = 0.01


def sampled_percent(source: Source, environment: Mapping[str, str] = os.environ) -> float | None:
    """The share of the rows to be read, in percent with two decimals; None for all of them.

    >>> from medallion_core.model import TableName
    >>> big = Source(TableLocation(TableName("a", "b", "c")), (), size_bytes=1_000 * MEGABYTE)
    >>> sampled_percent(big, {})
    2.5

    Raises MedallionError SETTING_INVALID where the setting is no number.
    """
    limit = _limit(environment)
    size = source.size_bytes
    if not isinstance(source.location, TableLocation) or size is None or size <= limit:
        return None
    return max(_LEAST_PERCENT, round(100 * SHARE_OF_LIMIT * limit / size, 2))


def sampled(relation: str, percent: float) -> str:
    """SQL after FROM for so many percent of the rows of ``relation``."""
    return f"{relation} TABLESAMPLE ({percent} PERCENT) REPEATABLE ({_SEED})"


def price(sources: Iterable[Source]) -> str:
    """What profiling reads, as far as sizes are known; empty where none is.

    >>> from medallion_core.model import TableName
    >>> table = TableLocation(TableName("a", "b", "c"))
    >>> price([Source(table, (), size_bytes=size * MEGABYTE) for size in (30, 1_000)])
    '1,030 MB, 1 table by a sample'
    """
    known = [source for source in sources if source.size_bytes is not None]
    if not known:
        return ""
    size = sum(source.size_bytes or 0 for source in known)
    samples = sum(sampled_percent(source) is not None for source in known)
    told = f"{max(1, round(size / MEGABYTE)):,} MB"
    return f"{told}, {samples} table{'s' * (samples > 1)} by a sample" if samples else told


def _limit(environment: Mapping[str, str]) -> float:
    """Bytes."""
    text = environment.get(SAMPLE_ABOVE, "").strip() or str(DEFAULT_MEGABYTES)
    try:
        megabytes = float(text)
    except ValueError:
        megabytes = math.nan
    if not (math.isfinite(megabytes) and megabytes > 0):
        raise MedallionError(
            "SETTING_INVALID",
            f"{SAMPLE_ABOVE} is {text!r}, which is not a number of megabytes.",
            "Write a number above 0, such as 100.",
        )
    return megabytes * MEGABYTE
