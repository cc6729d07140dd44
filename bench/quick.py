"""The quality of the proposals without a workspace: the same data sets, answered from memory."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench.datasets import Truth, write_variant
from bench.propose import LOADED, VARIANTS, Run, data_sets, report
from bench.quality import measure
from medallion_core.edit import open_questions
from medallion_core.model import Settings
from medallion_core.propose import proposal_json, propose_design
from tests.propose.in_memory import Tables


def main() -> None:
    runs = [run for folder in data_sets() for run in _runs(folder)]
    for variant, title in VARIANTS.items() if runs else ():
        report(f"{title}, answered from memory", [run for run in runs if run.variant == variant])


def _runs(folder: Path) -> list[Run]:
    with tempfile.TemporaryDirectory() as place:
        loaded = {}
        for variant in LOADED:
            data = Path(place, variant)
            loaded[variant] = write_variant(folder, data, variant), Tables.read(data), data
        variants = [(variant, *loaded[variant], True) for variant in LOADED]
        variants.append(("profiles", *loaded["plain"], False))
        return [_run(folder.name, *variant) for variant in variants]


def _run(dataset: str, variant: str, truth: Truth, tables: Tables, data: Path, asked: bool) -> Run:
    started = time.perf_counter()
    profiles = tables.profiles
    profiled = time.perf_counter()
    before = tables.statements, tables.inclusion_statements, tables.pairs
    checks = tables if asked else None
    design = propose_design(tables.sources, profiles, Settings("bench", "c", "s"), checks)
    return Run(
        dataset,
        variant,
        measure(truth, proposal_json(design), data),
        len(profiles),
        tables.statements - before[0],
        tables.inclusion_statements - before[1],
        tables.pairs - before[2],
        profiled - started,
        time.perf_counter() - profiled,
        len(open_questions(design)),
    )
