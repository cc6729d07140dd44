"""Known failures: how each is recognised, and who explains it."""

from __future__ import annotations

from collections.abc import Sequence

from medallion_core.model import Design
from medallion_core.repair.case import Case, make_case
from medallion_core.repair.diagnosis import UNKNOWN, Diagnosis, Evidence
from medallion_core.run_events import RunError


def diagnose(
    design: Design, errors: Sequence[RunError], evidence: Evidence | None = None
) -> list[Diagnosis]:
    """One diagnosis for each error, in their order; equal ones once. Pure."""
    found = (_explain(make_case(design, error, evidence or Evidence())) for error in errors)
    return list(dict.fromkeys(found))


def _explain(case: Case) -> Diagnosis:
    return Diagnosis(
        UNKNOWN,
        case.subject,
        f"{case.subject} failed for a reason that is not known here.",
        error_class=case.error.error_class,
        text=case.text,
    )
