"""The quality of the proposals, on the real path: through the local workspace, SDK and SQL.

``MEDALLION_DATASETS`` names the folder of the data sets (``bench.datasets``), by default
``../shared/datasets`` beside the checkout.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.datasets import Truth, write_variant
from bench.quality import Quality, mean, measure
from medallion_core import browse, profile
from medallion_core.edit import open_questions
from medallion_core.model import Profile, Settings, Source
from medallion_core.propose import proposal_json, propose_design
from medallion_core.workspace import Workspace, connect

ROOT = Path(__file__).parents[1]
CATALOG = "main"
LOADED = ("plain", "noise", "orphans", "text")
VARIANTS = {
    "plain": "as they are",
    "noise": "column names replaced by noise",
    "orphans": "5 percent of the foreign keys orphaned",
    "text": "every column as text",
    "profiles": "profiles only, no statement beyond them",
}


@dataclass(frozen=True)
class Run:
    """One proposal: its quality, the statements sent for it, the seconds it took, and how many
    questions it leaves."""

    dataset: str
    variant: str
    quality: Quality
    profile_statements: int
    check_statements: int
    inclusion_statements: int
    pairs: int
    profile_seconds: float
    propose_seconds: float
    questions: int


def data_sets() -> list[Path]:
    """The folders of the data sets; says so where there are none."""
    folder = Path(os.environ.get("MEDALLION_DATASETS", ROOT.parent / "shared" / "datasets"))
    found = sorted(path.parent for path in folder.glob("*/truth.json"))
    if not found:
        say(f"Skipped: there are no data sets in {folder} (set MEDALLION_DATASETS).")
    return found


def main() -> None:
    datasets = data_sets()
    if not datasets:
        return
    with tempfile.TemporaryDirectory() as place:
        truths = {
            schema_name(path.name, variant): write_variant(
                path, Path(place, schema_name(path.name, variant)), variant
            )
            for path in datasets
            for variant in LOADED
        }
        runs = _in_workspace(Path(place), truths, [path.name for path in datasets])
    for variant, title in VARIANTS.items():
        report(title, [run for run in runs if run.variant == variant])
    report_curve()


def schema_name(dataset: str, variant: str) -> str:
    return f"{dataset}_{variant}".lower()


def _in_workspace(place: Path, truths: dict[str, Truth], datasets: Sequence[str]) -> list[Run]:
    """Runs ``measure_all`` in a process that has the workspace's environment."""
    loads = [word for s in truths for word in ("--load", f"{CATALOG}.{s}={place / s}")]
    result = place / "proposals.json"
    command = [sys.executable, "-m", "bench.propose", str(result), *datasets]
    subprocess.run(
        [sys.executable, "-m", "local_workspace", *loads, "--", *command], cwd=ROOT, check=True
    )
    measured: list[dict[str, Any]] = json.loads(result.read_text())
    return [
        Run(
            quality=measure(truths[schema], proposal, place / schema),
            **m,
        )
        for m in measured
        for proposal in [m.pop("proposal")]
        for schema in [schema_name(m["dataset"], _loaded(m["variant"]))]
    ]


def _loaded(variant: str) -> str:
    return variant if variant in LOADED else "plain"


# ── Inside the workspace ─────────────────────────────────────────────────────────────────────


def measure_all(result: Path, datasets: Sequence[str]) -> None:
    ws = connect()
    found = [measured for name in datasets for measured in _measure_dataset(ws, name)]
    result.write_text(json.dumps(found))


def _measure_dataset(ws: Workspace, dataset: str) -> list[dict[str, Any]]:
    rows = []
    for variant in LOADED:
        sources, profiles, seconds = _profiled(ws, schema_name(dataset, variant))
        sys.stderr.write(f"profiled {dataset}, {VARIANTS[variant]}, in {seconds:.0f} s\n")
        checks = profile.WarehouseChecks(ws)
        kinds = [(variant, checks)] + ([("profiles", None)] if variant == "plain" else [])
        for name, asked in kinds:
            started = time.perf_counter()
            design = propose_design(sources, profiles, Settings("bench", "c", "s"), asked)
            rows.append(
                {
                    "dataset": dataset,
                    "variant": name,
                    "profile_statements": len(sources),
                    "check_statements": asked.statements if asked else 0,
                    "inclusion_statements": asked.inclusion_statements if asked else 0,
                    "pairs": asked.pairs if asked else 0,
                    "profile_seconds": seconds,
                    "propose_seconds": time.perf_counter() - started,
                    "questions": len(open_questions(design)),
                    "proposal": proposal_json(design),
                }
            )
    return rows


def _profiled(ws: Workspace, schema: str) -> tuple[list[Source], list[Profile | None], float]:
    names = [summary.name for summary in browse.list_tables(ws, CATALOG, schema)]
    sources = browse.read_sources(ws, names)
    started = time.perf_counter()
    found = profile.profile_sources(ws, sources)
    profiles = [item if isinstance(item, Profile) else None for item in found]
    return sources, profiles, time.perf_counter() - started


# ── Reports ──────────────────────────────────────────────────────────────────────────────────


def report(title: str, runs: Sequence[Run]) -> None:
    say(f"\nProposals, {title}")
    say(
        "data set          precision recall  F1     keys         roles   "
        "statements  inclusions/pairs  seconds  questions"
    )
    for run in runs:
        say(_row(run))
    for run in runs:
        for fault in run.quality.faults:
            say(f"    {run.dataset}: {fault}")
    _report_means([run.quality for run in runs])


def _row(run: Run) -> str:
    q = run.quality
    keys = f"{q.keys}/{q.tables} ({q.keys_or_grain})"
    statements = f"{run.profile_statements:>4} +{run.check_statements:<3}"
    inclusions = f"{run.inclusion_statements}/{run.pairs}"
    return (
        f"{run.dataset:18}{q.precision:9.3f} {q.recall:6.3f} {q.f1:6.3f}  {keys:12} "
        f"{q.roles:>2}/{q.roles_known:<3} {statements} {inclusions:>16} "
        f"{run.profile_seconds:6.1f} +{run.propose_seconds:<5.1f} {run.questions:>4}"
    )


def _report_means(qualities: Sequence[Quality]) -> None:
    f1 = mean([q.f1 for q in qualities])
    keys = mean([q.keys / q.tables for q in qualities])
    grains = mean([q.keys_or_grain / q.tables for q in qualities])
    roles = mean([q.roles / q.roles_known for q in qualities])
    lowest = min(q.f1 for q in qualities)
    say(
        f"macro: F1 {f1:.3f} (lowest {lowest:.3f}), keys {keys:.3f}, "
        f"or a verified grain where none is declared {grains:.3f}, roles {roles:.3f}"
    )


def report_curve() -> None:
    """CPU seconds over the number of tables of 20 columns each, from ready profiles."""
    from tests.propose.test_speed import seconds

    say("\nProposals, time from ready profiles, 20 columns a table")
    for count in (125, 250, 500, 1000, 2000):
        say(f"{count:>6} tables {seconds(count):6.2f} s")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    measure_all(Path(sys.argv[1]), sys.argv[2:])
