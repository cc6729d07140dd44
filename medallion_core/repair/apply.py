"""A fix, applied to the design and written down in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from medallion_core.model import AppliedFix, Design
from medallion_core.repair.diagnosis import Fix


def apply_fix(design: Design, fix: Fix, consent: str, now: datetime | None = None) -> Design:
    """``design`` after the fix. A fix that only runs again leaves it as it is.

    ``consent`` says by whose it is applied. Raises KeyError or MedallionError INVALID_EDIT where
    the design has changed so that the fix no longer applies.
    """
    if fix.is_retry:
        return design
    for change in fix.changes:
        design = change.apply(design)
    moment = (now or datetime.now(UTC)).replace(microsecond=0)
    applied = AppliedFix(
        failure=fix.failure,
        subject=fix.subject,
        change=fix.change,
        reason=fix.reason,
        applied_at=moment.isoformat(),
        consent=consent,
    )
    return replace(design, fixes=(*design.fixes, applied))
