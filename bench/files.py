"""``python -m bench files``: CSV files in many dialects, and how many of their cells come back.

Each file is read with the options that its sample speaks for, by the core's own model of Spark's
CSV reader, which ``tests/browse/test_spark_csv.py`` holds against Spark.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass

from bench.csv_dialects import MadeFile, corpus
from medallion_core.browse.dialects import Reading, Sample, read_dialect
from medallion_core.browse.dialects.reading import decoded
from medallion_core.browse.dialects.records import records

FILES = 450
ENOUGH = 0.97
"""Share of the cells that must come back as they were written."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Cells of one file: all, and those that came back; ``asked`` where there was a doubt."""

    file: MadeFile
    cells: int
    equal: int
    asked: bool


def measure(file: MadeFile) -> Outcome:
    sample = Sample(file.name, (file.content,))
    reading = read_dialect(sample)
    names, rows = read_back(sample, reading)
    cells = sum(map(len, file.rows)) + len(file.names)
    equal = _equal(names, file.names) if len(names) == len(file.names) else 0
    if len(rows) == len(file.rows):
        equal += sum(map(_equal, rows, file.rows))
    asked = bool(reading.doubts) or not reading.encoding.sure
    return Outcome(file, cells, equal, asked)


def read_back(sample: Sample, reading: Reading) -> tuple[list[str], list[list[str]]]:
    """Names and rows, as wide as the first of them: that is the schema that Spark takes."""
    rows = records(decoded(sample.parts, reading.encoding)[0], reading.dialect)
    names = rows.pop(0) if reading.dialect.header and rows else []
    width = len(names) or (len(rows[0]) if rows else 0)
    return names, [(row + [""] * width)[:width] for row in rows]


def _equal(found: list[str], meant: list[str]) -> int:
    return sum(one == other for one, other in zip(found, meant, strict=False))


def report(outcomes: list[Outcome]) -> str:
    cells = sum(outcome.cells for outcome in outcomes)
    equal = sum(outcome.equal for outcome in outcomes)
    broken = [outcome for outcome in outcomes if outcome.equal < outcome.cells]
    silent = [outcome for outcome in broken if not outcome.asked]
    lines = [
        f"files       {len(outcomes)}, {len(outcomes) - len(broken)} equal cell by cell",
        f"cells       {equal / cells:.2%} of {cells} equal (at least {ENOUGH:.0%})",
        f"asked       {sum(outcome.asked for outcome in outcomes)} files",
        f"in silence  {len(silent)} files differ and nothing was asked",
    ]
    lines += [f"  {o.file.name}: {o.equal} of {o.cells}; {o.file.description}" for o in broken]
    return "\n".join(lines)


def main() -> None:
    started = time.monotonic()
    outcomes = [measure(file) for file in corpus(FILES)]
    seconds = time.monotonic() - started
    sys.stdout.write(f"{report(outcomes)}\nread in {seconds:.1f} s\n")
