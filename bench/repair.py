"""How well failures are understood and mended: the corpus of ``tests/repair``, as a table."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from medallion_core.job import Outcome
from medallion_core.repair import Diagnosis, Risk
from medallion_core.repair.changes import RenameEntity
from medallion_core.workspace import Workspace, connect
from tests.repair.corpus import HANDED_OVER, MENDED, REFUSED
from tests.repair.scene import Scene, everything

ROOT = Path(__file__).parents[1]
LINE = "{:26} {:22} {:10} {:10} {}\n"


def main() -> None:
    """Makes every failure on a local workspace of its own and prints what became of it."""
    command = ["local_workspace", "--", sys.executable, "-m", "bench.repair"]
    subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=True)


def measure_all(ws: Workspace) -> None:
    """A line for each failure, then how many were understood, and mended without a person."""
    sys.stdout.write(LINE.format("failure", "diagnosis", "risk", "understood", "mended"))
    for fault in REFUSED:
        sys.stdout.write(LINE.format(fault.name, "refused", "", "yes", "before it is deployed"))
    results = [
        result
        for name, faults in (MENDED | HANDED_OVER).items()
        for result in measure(Scene(ws, name, faults))
    ]
    understood, by_design, by_itself = (sum(column) for column in zip(*results, strict=True))
    sys.stdout.write(
        f"{len(REFUSED)} are told before anything is deployed. Of those that a run shows, "
        f"{understood} of {len(results)} were understood; of the {by_design} that a change of the "
        f"design alone can mend, {by_itself} were mended without a person.\n"
    )


def measure(scene: Scene) -> Iterator[tuple[bool, bool, bool]]:
    """For each fault: whether it was understood, whether a change of the design alone mends it
    (tables begin again, or are read again in full, on consent only), and whether that was done
    without a person."""
    scene.make_sources()
    if any(fault.later for fault in scene.faults):
        scene.do()
        scene.change_sources()
    outcome = scene.do(everything)
    found = scene.found(outcome)
    for fault in scene.faults:
        diagnosis = found.get(fault.name)
        code, risk = (diagnosis.code, diagnosis.risk) if diagnosis else ("none", "")
        mended = _mended(outcome, diagnosis)
        understood = (code, risk) == (fault.code, fault.risk)
        shown = "yes" if understood else "NO"
        sys.stdout.write(LINE.format(fault.name, code, risk, shown, "yes" if mended else "no"))
        yield understood, _by_design(diagnosis), mended and risk == Risk.SAFE


def _by_design(diagnosis: Diagnosis | None) -> bool:
    fix = diagnosis.fix if diagnosis else None
    renames = fix and any(isinstance(change, RenameEntity) for change in fix.changes)
    return fix is not None and not (renames or fix.full_refresh)


def _mended(outcome: Outcome, diagnosis: Diagnosis | None) -> bool:
    """Whether its fix was applied, and the pipeline came to its verdict."""
    applied = [fix for round_ in outcome.rounds for fix in round_.applied]
    return outcome.met and diagnosis is not None and diagnosis.fix in applied


if __name__ == "__main__":
    measure_all(connect())
