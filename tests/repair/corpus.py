"""All failures, by the update in which they show for real, or by the check that tells before."""

from __future__ import annotations

from medallion_core.repair import Risk
from tests.repair.changed import CHANGED
from tests.repair.faults import Fault
from tests.repair.files import MENDABLE_FILES, UNREADABLE
from tests.repair.rows import ROWS
from tests.repair.stale import STALE

ALL = (*STALE, *MENDABLE_FILES, *UNREADABLE, *ROWS, *CHANGED)

_REFUSED = {
    "key_by_source_name",
    "names_twice",
    "attributes_twice",
    "sequence_by_source_name",
    "rule_function",
    "measure_divides",
    "measure_syntax",
    "measure_function",
    "measure_remains",
}


def _of(faults: tuple[Fault, ...], *, handed_over: bool = False) -> tuple[Fault, ...]:
    run = (fault for fault in faults if fault.name not in _REFUSED)
    return tuple(f for f in run if (f.risk is Risk.HAND_OVER) is handed_over)


REFUSED = tuple(fault for fault in ALL if fault.name in _REFUSED)
"""What the check finds in the design, so that it is never deployed."""

MENDED = {
    "faults_stale": _of((*STALE, *MENDABLE_FILES)),
    "faults_rows": _of(ROWS),
    "faults_changed": _of(CHANGED),
}
"""Pipeline to its faults; each pipeline comes to its verdict once they are mended."""

HANDED_OVER = {"faults_outside": (*_of(STALE, handed_over=True), *UNREADABLE)}
"""What no change of the design can mend."""
