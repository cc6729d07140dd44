"""What is not deployed, and why: the one place where that is decided."""

from __future__ import annotations

from collections.abc import Sequence

from medallion_core.check.bundle import check_bundle
from medallion_core.check.design import check_design
from medallion_core.errors import MedallionError
from medallion_core.generate import bundle_of
from medallion_core.model import Bundle, Design, Finding, Level

Refused = tuple[Finding, ...]
"""Each ERROR that keeps a design from being deployed or run; none: it may be."""


def design_refusals(design: Design) -> Refused:
    """What the design itself has wrong."""
    return _errors(check_design(design))


def checked_bundle(design: Design, root: str) -> tuple[Bundle, Refused]:
    """The bundle of ``design`` and what it is refused for, the design's own errors first.

    A design that has such errors is not generated from: its bundle is empty.
    """
    refused = design_refusals(design)
    if refused:
        return {}, refused
    try:
        bundle = bundle_of(design, root)
    except MedallionError as error:
        return {}, (Finding(Level.ERROR, "design", error.message, error.hint),)
    return bundle, _errors(check_bundle(bundle))


def require_accepted(refused: Refused) -> None:
    """Raises MedallionError DESIGN_REFUSED, with the first finding, where there is any."""
    if refused:
        first, *others = refused
        more = f" There are {len(others)} more such findings." if others else ""
        raise MedallionError(
            "DESIGN_REFUSED",
            f"The design is not deployed or run: {first.subject}: {first.detail}{more}",
            first.hint or "Correct the design, then plan again.",
        )


def _errors(findings: Sequence[Finding]) -> Refused:
    return tuple(finding for finding in findings if finding.level is Level.ERROR)
