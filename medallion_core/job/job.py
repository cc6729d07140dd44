"""An order carried out, to the verdict; and a run stopped."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from medallion_core.check import design_refusals, require_accepted
from medallion_core.deploy import Plan, StepResult, find_deployment, grant_readers
from medallion_core.deploy.manifest import read_manifest
from medallion_core.deploy.permit import audited, folder_of, note, permit, require_own_tables
from medallion_core.errors import MedallionError
from medallion_core.job.attempts import Attempts
from medallion_core.job.order import Order, Outcome, Tell, agreed, in_a_word
from medallion_core.model import Design
from medallion_core.repair import Consent, Diagnosis, needs_of, nobody, repair_loop, silent
from medallion_core.run import make_proofs, stop_run, verdict, wait_until_idle
from medallion_core.tables.inventory import job_tables
from medallion_core.trust import Asker, require_owner
from medallion_core.workspace.errors import patiently


def do_job(
    asker: Asker,
    design: Design,
    order: Order,
    *,
    plan: Plan | None = None,
    consent: Consent = nobody,
    tell: Tell = silent,
    keep: Callable[[Design], None] = silent,
) -> Outcome:
    """Carries out the order, to the verdict where it is to be run.

    ``plan`` is the one that a person saw: exactly that is applied, or nothing. ``consent`` is
    asked before anything is mended that is not safe. ``keep`` is given each design that was
    mended, before it is deployed.

    Raises MedallionError DESIGN_REFUSED, DEPLOYED_DIFFERS, CODE_CHANGED, as ``permit`` does, what
    deploying raises, and UPDATE_ACTIVE where the pipeline runs already.
    """
    require_accepted(design_refusals(design))
    action = in_a_word(order)
    permit(asker, design, action, writes=order.deploy)
    with audited(asker, design.settings.pipeline_name, action, agreed(order)):
        return _done(asker, design, order, plan, consent, tell, keep)


def _done(
    asker: Asker,
    design: Design,
    order: Order,
    plan: Plan | None,
    consent: Consent,
    tell: Tell,
    keep: Callable[[Design], None],
) -> Outcome:
    consent = partial(_noted, asker, design.settings.pipeline_name, consent)
    ws, job = asker.app, Attempts(asker, order, plan, consent, tell)
    if order.run is None:
        deployment = job.deploy(design, needs_of(order.after))
        return Outcome(design=design, deployment=deployment, steps=tuple(job.steps))
    done = repair_loop(
        ws,
        design,
        job.attempt,
        rounds=order.rounds,
        after=order.after,
        consent=consent,
        report=tell,
        keep=keep,
    )
    pipeline_id = done.status.pipeline_id
    wait_until_idle(ws, pipeline_id)
    if done.status.state == "COMPLETED" and not done.status.validate_only:
        _prove(asker, done.design, tell)
    judged = verdict(ws, done.design, pipeline_id, done.status.update_id)
    readers = _let_readers_in(asker, done.design, pipeline_id, tell) if judged.met else ()
    return Outcome(
        design=done.design,
        deployment=job.deployment,
        steps=tuple(job.steps),
        rounds=done.rounds,
        status=done.status,
        verdict=judged,
        readers=readers,
    )


def _prove(asker: Asker, design: Design, tell: Tell) -> None:
    """Makes the proofs that the pipeline does not, over no table of somebody else. Why that fails
    is told, and the verdict says what was not proved."""
    made = job_tables(design)
    if not made:
        return
    tell(f"{', '.join(made)}: made by SQL.")
    try:
        manifest = read_manifest(folder_of(asker, design.settings.pipeline_name))
        require_own_tables(asker, design, manifest, made)
        make_proofs(asker.app, design)
    except MedallionError as error:
        tell(f"They were not made: {error.message}")


def _noted(asker: Asker, pipeline_name: str, consent: Consent, diagnosis: Diagnosis) -> str:
    """Asks, and notes what was agreed to before it is done."""
    agreed = consent(diagnosis)
    if agreed and diagnosis.fix:
        note(asker, pipeline_name, "agree", f"{diagnosis.code}: {diagnosis.fix.change}")
    return agreed


def stop_job(asker: Asker, pipeline_name: str) -> None:
    """Stops the update that runs. Raises MedallionError NOT_OWNER or NOT_DEPLOYED."""
    require_owner(asker, folder_of(asker, pipeline_name), f"stop {pipeline_name}")
    deployment = find_deployment(asker.app, pipeline_name)
    if deployment is None:
        raise MedallionError("NOT_DEPLOYED", f"{pipeline_name!r} was not deployed yet.")
    with audited(asker, pipeline_name, "stop"):
        stop_run(asker.app, deployment.pipeline_id)


def _let_readers_in(
    asker: Asker, design: Design, pipeline_id: str, tell: Tell
) -> tuple[StepResult, ...]:
    """Only tables that exist can be granted on, so readers come last."""
    return tuple(patiently(lambda: grant_readers(asker, design, pipeline_id, tell)))
