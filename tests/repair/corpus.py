"""All failures that are made for real, by the update in which they show."""

from __future__ import annotations

from medallion_core.repair import Risk
from tests.repair.changed import CHANGED
from tests.repair.faults import Fault
from tests.repair.files import MENDABLE_FILES, UNREADABLE
from tests.repair.rows import ROWS
from tests.repair.stale import STALE


def _of(faults: tuple[Fault, ...], *, handed_over: bool) -> tuple[Fault, ...]:
    return tuple(f for f in faults if (f.risk is Risk.HAND_OVER) is handed_over)


MENDED = {
    "faults_stale": _of((*STALE, *MENDABLE_FILES), handed_over=False),
    "faults_rows": ROWS,
    "faults_changed": CHANGED,
}
"""Pipeline to its faults; each pipeline comes to its verdict once they are mended."""

HANDED_OVER = {"faults_outside": (*_of(STALE, handed_over=True), *UNREADABLE)}
"""What no change of the design can mend."""
