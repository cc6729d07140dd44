"""How well failures are understood and mended: the corpus of ``tests/repair``, as a table."""

from __future__ import annotations

import time
from collections.abc import Iterator

from medallion_core.repair import Diagnosis, RepairOutcome, repair_loop
from medallion_core.workspace import Workspace, connect
from tests.repair.corpus import HANDED_OVER, MENDED
from tests.repair.scene import Scene


def main() -> None:
    """Prints a line for each failure, then the share of those that were mended by themselves.
    Needs a workspace: ``python -m local_workspace -- python -m bench``."""
    ws = connect()
    stamp = int(time.time())
    print(f"{'failure':26} {'diagnosis':22} {'risk':10} {'right':6} mended")
    lines = [
        line
        for name, faults in (MENDED | HANDED_OVER).items()
        for line in measure(ws, Scene(ws, f"{name}_{stamp}", faults))
    ]
    right = sum(line[0] for line in lines)
    safe = sum(line[1] for line in lines)
    mendable = sum(len(faults) for faults in MENDED.values())
    print(f"understood {right} of {len(lines)}; mended without a person {safe} of {mendable}")


def measure(ws: Workspace, scene: Scene) -> Iterator[tuple[bool, bool]]:
    """For each fault: whether the diagnosis is right, and whether it was mended by itself."""
    scene.make_sources()
    if any(fault.later for fault in scene.faults):
        repair_loop(ws, scene.design())
        scene.change_sources()
    outcome = repair_loop(ws, scene.design(), consent=lambda diagnosis: "bench")
    found = scene.found(outcome)
    for fault in scene.faults:
        diagnosis = found.get(fault.name)
        right = diagnosis is not None and diagnosis.code == fault.code
        by_itself, how = _mended(outcome, diagnosis)
        code, risk = (diagnosis.code, diagnosis.risk) if diagnosis else ("-", "-")
        print(f"{fault.name:26} {code:22} {risk:10} {'yes' if right else 'NO':6} {how}")
        yield right, by_itself


def _mended(outcome: RepairOutcome, diagnosis: Diagnosis | None) -> tuple[bool, str]:
    fixes = [fix for round_ in outcome.rounds for fix in round_.applied]
    if diagnosis is None or diagnosis.fix not in fixes:
        return False, "handed over"
    safe = diagnosis.risk == "safe"
    return safe, "by itself" if safe else "on consent"
