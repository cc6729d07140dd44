"""The job that runs the pipeline on the design's schedule, as the bundle has it."""

from __future__ import annotations

from typing import Any

from medallion_core.deploy.manifest import Manifest
from medallion_core.deploy.steps import Action, JobStep
from medallion_core.model import Design
from medallion_core.tables.job import PIPELINE_TAG, job_name, job_spec, with_pipeline
from medallion_core.text.schedules import TIMEZONE
from medallion_core.workspace import Workspace, sdk
from medallion_core.workspace.errors import remote_errors

JOBS = "/api/2.2/jobs"

Spec = dict[str, Any]


def job_steps(
    ws: Workspace,
    design: Design,
    folder: str,
    manifest: Manifest,
    pipeline_id: str,
    *,
    unscheduled: str = "",
) -> list[JobStep]:
    """How the job gets to what the design says: there is one where there is a schedule, unless
    ``unscheduled`` says why not. ``pipeline_id`` is empty where the pipeline is to be made."""
    settings = design.settings
    if not (settings.schedule or manifest.job_id):
        return []
    name = job_name(settings)
    found = _get(ws, manifest.job_id) if manifest.job_id else _not_noted(ws, name, pipeline_id)
    if unscheduled or not settings.schedule:
        why = unscheduled or "there is no schedule any more"
        return [_gone(name, str(found["job_id"]), why)] if found else []
    wanted = job_spec(design, pipeline_id, ws.warehouse_id, folder)
    detail = f"runs at {settings.schedule} ({TIMEZONE})"
    if found is None:
        action = Action.CREATE
    else:
        action = Action.KEEP if _covers(found["settings"], wanted) else Action.UPDATE
    job_id = str(found["job_id"]) if found else ""
    return [JobStep(subject=name, action=action, detail=detail, spec=wanted, job_id=job_id)]


def _gone(name: str, job_id: str, why: str) -> JobStep:
    return JobStep(subject=name, action=Action.DELETE, detail=why, job_id=job_id)


def settle_job(ws: Workspace, step: JobStep, pipeline_id: str) -> str:
    """The job as ``step`` wants it: its id, empty for one that is gone. The pipeline may have been
    made by a step before."""
    if step.action is Action.DELETE:
        _post(ws, "delete", {"job_id": int(step.job_id)})
        return ""
    spec = with_pipeline(step.spec, pipeline_id)
    if step.job_id:
        _post(ws, "reset", {"job_id": int(step.job_id), "new_settings": spec})
        return step.job_id
    return str(_post(ws, "create", spec)["job_id"])


def _get(ws: Workspace, job_id: str) -> Spec | None:
    with remote_errors("Reading the job"):
        try:
            answer = ws.client.api_client.do("GET", f"{JOBS}/get", query={"job_id": job_id})
        except (sdk.NotFound, sdk.InvalidParameterValue):
            return None
    return answer if isinstance(answer, dict) else None


def _not_noted(ws: Workspace, name: str, pipeline_id: str) -> Spec | None:
    """One that a deployment made and was killed before it noted the id."""
    if not pipeline_id:
        return None
    with remote_errors("Looking for the job"):
        for listed in ws.client.jobs.list(name=name):
            found = _get(ws, str(listed.job_id))
            if found and _is_own(ws, found, pipeline_id):
                return found
    return None


def _is_own(ws: Workspace, found: Spec, pipeline_id: str) -> bool:
    """What anybody can give a job, a name, tasks or a tag, is no proof of who made it."""
    identities = {found.get("creator_user_name"), found.get("run_as_user_name")}
    tags = found["settings"].get("tags") or {}
    return identities == {ws.user_name} and tags.get(PIPELINE_TAG) == pipeline_id


def _post(ws: Workspace, verb: str, body: Spec) -> Spec:
    with remote_errors("Changing the job"):
        answer = ws.client.api_client.do("POST", f"{JOBS}/{verb}", body=body)
    return answer if isinstance(answer, dict) else {}


def _covers(found: object, wanted: object) -> bool:
    """Whether ``found`` says all that ``wanted`` does. The service adds what it defaults to, and
    may leave out what is empty."""
    if not wanted:
        return not found
    if isinstance(wanted, dict):
        known = found if isinstance(found, dict) else {}
        return all(_covers(known.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        parts = found if isinstance(found, list) else []
        return len(parts) == len(wanted) and all(map(_covers, parts, wanted))
    return found == wanted
