"""A sample table on disk, and what the catalog says of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


@dataclass(frozen=True, slots=True)
class SampleTable:
    """``folder`` holds parquet files; ``column_comments`` has those columns that have one."""

    name: str
    folder: Path
    comment: str
    column_comments: dict[str, str] = field(default_factory=dict)


def write_table(folder: Path, name: str, comment: str, rows: pa.Table) -> SampleTable:
    """Writes ``rows`` as the one file of ``folder/name``. Timestamps keep microseconds, which is
    what Spark reads."""
    target = folder / name
    target.mkdir(parents=True, exist_ok=True)
    pq.write_table(rows, target / "part-0.parquet", coerce_timestamps="us")
    return SampleTable(name, target, comment)
