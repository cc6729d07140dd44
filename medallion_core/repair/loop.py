"""Deploy, run, diagnose, mend, and again: until it has succeeded or nobody can say more.

Every round mends all that its run complained of. The same fix is never tried twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from medallion_core.deploy import Plan, apply_plan, plan_deploy
from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.repair.apply import apply_fix
from medallion_core.repair.catalogue import diagnose
from medallion_core.repair.diagnosis import Diagnosis, Fix, Risk
from medallion_core.repair.evidence import gather_evidence
from medallion_core.run import (
    RunStatus,
    Verdict,
    run_all,
    validate_run,
    verdict,
    wait_until_idle,
    watch_run,
)
from medallion_core.text.identifiers import quote_name
from medallion_core.workspace import Workspace

SAFE_CONSENT = "nobody's: it is safe"

Report = Callable[[str], None]
Consent = Callable[[Diagnosis], str]
"""Who agrees to a fix that asks; empty: nobody does."""


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
class RepairOutcome:
    """The design as it was mended, and the verdict of its last run."""

    design: Design
    verdict: Verdict
    rounds: tuple[Round, ...]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a deploy and its run have to do besides, and who deploys."""

    full_refresh: tuple[str, ...]
    drop: tuple[str, ...]
    overwrite: tuple[str, ...]
    by: str


def _wanted(fixes: Sequence[Fix], by: str) -> _Wanted:
    return _Wanted(
        full_refresh=_once(table for fix in fixes for table in fix.full_refresh),
        drop=_once(table for fix in fixes for table in fix.drop),
        overwrite=_once(path for fix in fixes for path in fix.overwrite),
        by=by,
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
    *,
    rounds: int = 5,
    full_refresh: bool = False,
    after: Sequence[Fix] = (),
    seen: RunStatus | None = None,
    by: str = "",
    consent: Consent = nobody,
    report: Report = silent,
    keep: Callable[[Design], None] = silent,
) -> RepairOutcome:
    """Runs the pipeline, and mends it up to ``rounds`` times.

    ``after`` are fixes that ``design`` holds already: the first round does what else they need.
    ``seen`` is a run of it that has ended, to begin with in place of the first.
    ``by`` is the person who deploys; ``keep`` is given each design that was mended.

    Raises MedallionError where a deploy fails for a reason that no run could tell of.
    """
    history: list[Round] = []
    tried = set(after)
    wanted = _wanted(after, by)
    while True:
        status = seen or _attempt(ws, design, wanted, full_refresh, consent, report)
        seen = None
        found = _diagnoses(ws, design, status)
        may_mend = status.state == "FAILED" and len(history) < rounds
        mended, applied = _mend(design, found if may_mend else [], tried, consent, report)
        tried |= set(applied)
        history.append(Round(status.update_id, status.state, tuple(found), tuple(applied)))
        for diagnosis in history[-1].open:
            report(f"Open: {diagnosis.sentence} {diagnosis.instructions}".rstrip())
        if not applied:
            wait_until_idle(ws, status.pipeline_id)
            judged = verdict(ws, design, status.pipeline_id, status.update_id)
            return RepairOutcome(design, judged, tuple(history))
        design, wanted = mended, _wanted(applied, by)
        keep(design)


def _attempt(
    ws: Workspace,
    design: Design,
    wanted: _Wanted,
    full_refresh: bool,
    consent: Consent,
    report: Report,
) -> RunStatus:
    """Deploys, validates and runs once, to the end; what does not validate is not run."""
    plan = _plan(ws, design, wanted, consent)
    deployment = apply_plan(ws, plan, silent)
    for table in wanted.drop:
        ws.execute(f"DROP TABLE IF EXISTS {own_table_name(design, table)}")
    report("The service checks every dataset.")
    status = validate_run(ws, design, deployment.pipeline_id)
    if status.state == "COMPLETED":
        again = _once((*deployment.full_refresh, *wanted.full_refresh))
        update_id = run_all(
            ws, design, deployment.pipeline_id, full_refresh=full_refresh, again=again
        )
        report(f"Update {update_id} runs.")
        *_, status = watch_run(ws, design, deployment.pipeline_id, update_id)
    kind = "Validation" if status.validate_only else "Update"
    report(f"{kind} {status.update_id} is {status.state}.")
    return status


def _plan(ws: Workspace, design: Design, wanted: _Wanted, consent: Consent) -> Plan:
    """What deploying does. Tables that it would have to read again in full need consent."""
    agreed = (*wanted.full_refresh, *wanted.drop)
    plan = plan_deploy(ws, design, full_refresh=agreed, overwrite=wanted.overwrite, by=wanted.by)
    if not plan.unconfirmed or not consent(_refresh_needed(plan)):
        return plan
    agreed += plan.unconfirmed
    return plan_deploy(ws, design, full_refresh=agreed, overwrite=wanted.overwrite, by=wanted.by)


def _refresh_needed(plan: Plan) -> Diagnosis:
    tables = ", ".join(plan.unconfirmed)
    sentence = f"The design's changes need {tables} to be read again in full."
    change = f"Reads {tables} again in full."
    code = "FULL_REFRESH_NEEDED"
    fix = Fix(code, tables, change, sentence, full_refresh=plan.unconfirmed)
    return Diagnosis(code, tables, sentence, Risk.ASKS, fix)


def own_table_name(design: Design, table: str) -> str:
    """The three-level name of one of the pipeline's tables, as SQL."""
    return quote_name(design.settings.catalog, design.settings.schema, table)


def _diagnoses(ws: Workspace, design: Design, status: RunStatus) -> list[Diagnosis]:
    if not status.errors:
        return []
    return diagnose(design, status.errors, gather_evidence(ws, design, status.errors))


def _mend(
    design: Design, found: list[Diagnosis], tried: set[Fix], consent: Consent, report: Report
) -> tuple[Design, list[Fix]]:
    """The design with every fix applied that may be, and those fixes."""
    applied = []
    for fix, agreed in _agreed(found, tried, consent):
        try:
            design = apply_fix(design, fix, agreed)
        except (KeyError, MedallionError) as error:
            report(f"Could not be applied: {fix.change} {error}")
            continue
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
