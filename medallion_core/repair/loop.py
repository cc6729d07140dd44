"""Run, diagnose, mend, and again: until it has succeeded or nobody can say more.

Every round mends all that its run complained of. The same fix is never tried twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from medallion_core.check import design_refusals, require_accepted
from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.repair.apply import apply_fix
from medallion_core.repair.catalogue import diagnose
from medallion_core.repair.diagnosis import Diagnosis, Fix, Risk
from medallion_core.repair.evidence import gather_evidence
from medallion_core.run import RunStatus
from medallion_core.tables.inventory import given_up
from medallion_core.workspace import Workspace

SAFE_CONSENT = "nobody's: it is safe"

Report = Callable[[str], None]
Consent = Callable[[Diagnosis], str]
"""Who agrees to a fix that asks; empty: nobody does."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What an attempt has to do besides bringing the workspace up to the design."""

    full_refresh: tuple[str, ...] = ()
    overwrite: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    """Tables that the fixes have the pipeline make no longer."""


Attempt = Callable[[Design, Needs], RunStatus]
"""Brings the workspace up to a design and runs it once, to the end."""


@dataclass(frozen=True, slots=True)
class Round:
    """One run and what followed from it: what was ``found``, and the fixes that were applied."""

    update_id: str
    state: str
    found: tuple[Diagnosis, ...] = ()
    applied: tuple[Fix, ...] = ()

    @property
    def open(self) -> tuple[Diagnosis, ...]:
        """What nobody mended."""
        return tuple(diagnosis for diagnosis in self.found if diagnosis.fix not in self.applied)


@dataclass(frozen=True, slots=True)
class Repaired:
    """The design as it was mended, and how its last run ended."""

    design: Design
    status: RunStatus
    rounds: tuple[Round, ...]


def needs_of(fixes: Sequence[Fix]) -> Needs:
    return Needs(
        full_refresh=_once(table for fix in fixes for table in fix.full_refresh),
        overwrite=_once(path for fix in fixes for path in fix.overwrite),
    )


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def silent(line: object) -> None:
    """Reports to nobody."""


def nobody(diagnosis: Diagnosis) -> str:  # noqa: ARG001
    """Consents to nothing: only what is safe is mended."""
    return ""


def repair_loop(
    ws: Workspace,
    design: Design,
    attempt: Attempt,
    *,
    rounds: int,
    after: Sequence[Fix] = (),
    consent: Consent = nobody,
    report: Report = silent,
    keep: Callable[[Design], None] = silent,
) -> Repaired:
    """Attempts the design, and mends it up to ``rounds`` times.

    ``after`` are fixes that it holds already: the first attempt does what else they need. ``keep``
    is given each design that was mended. Raises MedallionError as ``attempt`` does.
    """
    history: list[Round] = []
    tried = set(after)
    needs = needs_of(after)
    while True:
        status = attempt(design, needs)
        found = _diagnoses(ws, design, status)
        may_mend = status.state == "FAILED" and len(history) < rounds
        mended, applied = _mend(design, found if may_mend else [], tried, consent, report)
        tried |= set(applied)
        history.append(Round(status.update_id, status.state, tuple(found), tuple(applied)))
        for diagnosis in history[-1].open:
            report(f"Open: {diagnosis.sentence} {diagnosis.instructions}".rstrip())
        if not applied:
            return Repaired(design, status, tuple(history))
        needs = replace(needs_of(applied), deleted=given_up(design, mended))
        design = mended
        keep(design)


def _diagnoses(ws: Workspace, design: Design, status: RunStatus) -> list[Diagnosis]:
    if not status.errors:
        return []
    return diagnose(design, status.errors, gather_evidence(ws, design, status.errors))


def _require_no_new_error(design: Design, mended: Design) -> None:
    """A mended design has to be one that may be deployed."""
    known = design_refusals(design)
    require_accepted(tuple(each for each in design_refusals(mended) if each not in known))


def _mend(
    design: Design, found: list[Diagnosis], tried: set[Fix], consent: Consent, report: Report
) -> tuple[Design, list[Fix]]:
    """The design with every fix applied that may be, and those fixes."""
    applied = []
    for fix, agreed in _agreed(found, tried, consent):
        try:
            mended = apply_fix(design, fix, agreed)
            _require_no_new_error(design, mended)
        except (KeyError, MedallionError) as error:
            report(f"Could not be applied: {fix.change} {error}")
            continue
        design = mended
        report(f"Mended {fix.subject}: {fix.change}")
        applied.append(fix)
    return design, applied


def _agreed(found: list[Diagnosis], tried: set[Fix], consent: Consent) -> Iterator[tuple[Fix, str]]:
    """Each fix that was not tried yet and may be applied, and by whose consent."""
    seen = set(tried)
    for diagnosis in found:
        fix = diagnosis.fix
        if fix is None or fix in seen:
            continue
        seen.add(fix)
        agreed = SAFE_CONSENT if diagnosis.risk is Risk.SAFE else consent(diagnosis)
        if agreed:
            yield fix, agreed
