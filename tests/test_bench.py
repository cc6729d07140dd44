"""What the bench counts as right."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.datasets import Truth
from bench.processor import processor_seconds
from bench.quality import measure


@pytest.mark.parametrize(
    ("key", "counted"),
    [(["Day", "Line"], 2), (["day"], 1), (["day", "note"], 1), (["note", "line"], 1), ([], 2)],
)
def test_a_key_that_nobody_declared_has_to_tell_the_rows_apart(
    tmp_path: Path, key: list[str], counted: int
) -> None:
    rows = {"Day": [1, 1, 2], "line": [1, 2, 1], "note": ["a", "a", None]}
    pq.write_table(pa.table(rows), tmp_path / "visits.parquet")
    truth = Truth(
        {"visits": frozenset(), "people": frozenset(["person_id"])},
        {"visits": "fact"},
        frozenset([("visits", ("person_id",), "people", ("person_id",))]),
    )
    proposal = {
        "references": [],
        "tables": {
            "visits": {"key": key, "role": "fact"},
            "people": {"key": ["person_id"], "role": "dimension"},
        },
    }
    assert measure(truth, proposal, tmp_path).keys_or_grain == counted


def test_processor_time_is_that_of_what_was_started_too() -> None:
    def work() -> None:
        subprocess.run([sys.executable, "-c", "sum(range(5_000_000))"], check=True)

    assert processor_seconds(work) > processor_seconds(lambda: None) + 0.02
