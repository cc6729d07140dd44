"""Carries out a plan, step by step. Killed anywhere, the next deployment finishes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from medallion_core.check import require_accepted
from medallion_core.deploy.files import versions_written
from medallion_core.deploy.job import settle_job
from medallion_core.deploy.lock import Lock, deploy_lock
from medallion_core.deploy.manifest import (
    DeployedFile,
    Manifest,
    PastDeployment,
    history_path,
    require_current,
    write_manifest,
)
from medallion_core.deploy.owners import let_owners_see
from medallion_core.deploy.pipeline import create_pipeline, edit_pipeline
from medallion_core.deploy.refresh import pending_refresh
from medallion_core.deploy.statements import run_statement
from medallion_core.deploy.steps import (
    PIPELINE_FILE,
    Action,
    Deployment,
    FileStep,
    FunctionStep,
    GrantStep,
    JobStep,
    PipelineStep,
    Plan,
    Report,
    StatementStep,
    StepResult,
    TableStep,
)
from medallion_core.errors import MedallionError
from medallion_core.model.file import dump_design
from medallion_core.tables.inventory import pipeline_tables
from medallion_core.trust.owners import read_owners, write_owners
from medallion_core.workspace import Workspace
from medallion_core.workspace.errors import error_class
from medallion_core.workspace.folder import WorkspaceFolder, sha256_of

_ABSENT = {"TABLE_OR_VIEW_NOT_FOUND", "SCHEMA_NOT_FOUND", "CATALOG_NOT_FOUND"}


def apply_plan(ws: Workspace, plan: Plan, report: Report) -> Deployment:
    """Does what the plan says and reports each step that changed something.

    Raises MedallionError DESIGN_REFUSED for a plan that is refused, DEPLOYED_BY_BUNDLE where a
    bundle deploys the pipeline since, DEPLOY_LOCKED where somebody else is deploying it,
    PLAN_OUTDATED where something was deployed or edited since the plan was made,
    KIND_HAS_CHANGED where a table is there as another kind, FULL_REFRESH_NEEDED where tables
    would have to be read again in full and nobody agreed, TABLES_LEFT_BEHIND where some would be
    made no longer and nobody agreed, SOURCE_NOT_FOUND, MISSING_PRIVILEGES with the grants to ask
    for, and what else may go wrong.
    """
    require_accepted(plan.refused)
    _require_kinds(plan)
    _require_consent(plan)
    _require_no_bundle(plan)
    folder = WorkspaceFolder(ws, plan.root_path)
    if not plan.changes and not plan.manifest.under_way:
        require_current(folder, plan.manifest)
        return deployment_of(ws, plan.root_path, plan.manifest)
    with deploy_lock(folder, plan.by) as lock:
        require_current(folder, plan.manifest)
        _run_statements(ws, plan, report)
        if not _changes_the_bundle(plan):
            return deployment_of(ws, plan.root_path, plan.manifest)
        return _Deploying(ws, folder, plan, report, lock).run()


def _require_kinds(plan: Plan) -> None:
    """The platform drops no table that a pipeline defines, and changes none into the other kind:
    https://docs.databricks.com/error-messages/materialized-view-operation-not-allowed-error-class
    """
    if plan.other_kinds:
        raise MedallionError(
            "KIND_HAS_CHANGED",
            "; ".join(f"{step.subject} {step.detail}" for step in plan.other_kinds) + ".",
            "Give its entity another name: the tables are made anew under it, from what the "
            "sources still hold. Or deploy and run without the entity first; where its tables are "
            "still there then, they are inactive, and their owner may drop them.",
        )


def _require_consent(plan: Plan) -> None:
    if plan.unconfirmed:
        raise MedallionError(
            "FULL_REFRESH_NEEDED",
            f"{', '.join(plan.unconfirmed)} would need a full refresh.",
            "Agree to it, if the sources still hold all rows (run --repair N --accept"
            " FULL_REFRESH_NEEDED does); or undo the change.",
        )
    if plan.left_behind:
        raise MedallionError(
            "TABLES_LEFT_BEHIND",
            f"{', '.join(plan.left_behind)} would be made no longer: nothing fills them any more.",
            "Agree to it, if nobody needs their rows (deploy --delete TABLE does, and run --repair "
            "N --accept TABLES_LEFT_BEHIND); or undo the change.",
        )


def _require_no_bundle(plan: Plan) -> None:
    for step in plan.steps:
        if isinstance(step, PipelineStep) and step.by_bundle:
            raise MedallionError(
                "DEPLOYED_BY_BUNDLE",
                f"{step.subject} was bound to a bundle, which deploys it since.",
                f"Deploy it with that bundle; or agree to replace {PIPELINE_FILE}, which takes the "
                "pipeline back. Unbind it there, too.",
            )


def _changes_the_bundle(plan: Plan) -> bool:
    """Also where nothing is left to be written of a deployment that was killed."""
    return plan.manifest.under_way or not all(
        isinstance(step, StatementStep) for step in plan.changes
    )


def deployment_of(ws: Workspace, root_path: str, manifest: Manifest) -> Deployment:
    last = manifest.history[-1] if manifest.history else None
    return Deployment(
        pipeline_id=manifest.pipeline_id,
        root_path=root_path,
        number=manifest.number,
        deployed_by=last.by if last else "",
        deployed_at=last.at if last else "",
        full_refresh=tuple(pending_refresh(ws, manifest)),
    )


def _run_statements(ws: Workspace, plan: Plan, report: Report) -> None:
    """Catalog, schema and grants. All are tried, so that one list says what is missing; nothing is
    made after a refusal."""
    refused: dict[GrantStep, str] = {}
    for step in plan.changes:
        if refused and not isinstance(step, GrantStep):
            break
        if isinstance(step, StatementStep):
            result = run_statement(ws, step)
            report(result)
            if result.outcome != "done" and isinstance(step, GrantStep) and step.required:
                refused[step] = error_class(result.message)
    if refused:
        absent = set(refused.values()) <= _ABSENT
        raise (_absent if absent else _missing)(ws, list(refused))


def _absent(ws: Workspace, refused: list[GrantStep]) -> MedallionError:
    """Of grants that were refused for want of their objects, and of nothing else."""
    objects = dict.fromkeys(step.privilege.subject for step in refused)
    return MedallionError(
        "SOURCE_NOT_FOUND",
        f"{' and '.join(objects)} is not there, or {ws.user_name} may not see it.",
        f"Check the names in the design, or have the owners run: {_script(refused)}",
    )


def _missing(ws: Workspace, refused: list[GrantStep]) -> MedallionError:
    return MedallionError(
        "MISSING_PRIVILEGES",
        f"{ws.user_name} lacks {'; '.join(step.subject for step in refused)}.",
        f"Have an admin run: {_script(refused)}",
    )


def _script(refused: list[GrantStep]) -> str:
    return " ".join(f"{step.statement};" for step in refused)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


class _Deploying:
    """One deployment of files and pipeline, written down before, during and after."""

    def __init__(
        self, ws: Workspace, folder: WorkspaceFolder, plan: Plan, report: Report, lock: Lock
    ) -> None:
        self._ws = ws
        self._folder = folder
        self._plan = plan
        self._report = report
        self._lock = lock
        self._number = plan.manifest.number + 1

    def run(self) -> Deployment:
        plan = self._plan
        if not plan.manifest.number and not read_owners(self._folder):
            write_owners(self._folder, (plan.by,))
        self._folder.write(history_path(self._number), dump_design(plan.design))
        manifest = self._under_way()
        write_manifest(self._folder, manifest)
        for step in plan.changes:
            match step:
                case FunctionStep():
                    run_statement(self._ws, step)
                case FileStep():
                    self._write(step)
                case PipelineStep():
                    manifest = self._settle(step, manifest)
                case JobStep():
                    manifest = self._settle_job(step, manifest)
                case _:
                    continue
            self._report(StepResult(step))
        let_owners_see(self._ws, read_owners(self._folder), manifest)
        done = self._done(manifest)
        write_manifest(self._folder, done)
        return deployment_of(self._ws, plan.root_path, done)

    def _under_way(self) -> Manifest:
        """Every text and function that this deployment may leave behind is noted first, the schema
        that it made, and the tables that are to be read again: once the files are replaced, nobody
        knows any more what they said before."""
        manifest = self._plan.manifest
        pending = {path: list(hashes) for path, hashes in manifest.pending.items()}
        for step in self._plan.changes:
            if isinstance(step, FileStep) and step.text is not None:
                pending.setdefault(step.subject, []).append(sha256_of(step.text))
        made = (step.subject for step in self._plan.steps if isinstance(step, FunctionStep))
        return replace(
            manifest,
            pipeline_id=self._plan.pipeline_id,
            pending=pending,
            under_way=True,
            full_refresh=self._full_refresh(manifest, _now()),
            functions=tuple(sorted({*manifest.functions, *made})),
            schemas=tuple(sorted({*manifest.schemas, *self._plan.new_schemas})),
        )

    def _write(self, step: FileStep) -> None:
        self._lock.require()
        there = self._folder.read_file(step.subject)
        if (there.sha256 if there else "") != step.before:
            raise MedallionError(
                "PLAN_OUTDATED",
                f"{step.subject} was changed since this plan was made.",
                "Look at the new plan, then deploy again.",
            )
        if step.text is None:
            self._folder.delete(step.subject)
        else:
            self._folder.write(step.subject, step.text)

    def _settle(self, step: PipelineStep, manifest: Manifest) -> Manifest:
        """The pipeline as designed, its id noted at once."""
        self._lock.require()
        if step.action is Action.CREATE:
            made = create_pipeline(self._ws, step.spec, manifest)
            manifest = replace(manifest, pipeline_id=made)
            write_manifest(self._folder, manifest)
        else:
            edit_pipeline(self._ws, manifest.pipeline_id, step.spec)
        return manifest

    def _settle_job(self, step: JobStep, manifest: Manifest) -> Manifest:
        self._lock.require()
        job_id = settle_job(self._ws, step, manifest.pipeline_id)
        manifest = replace(manifest, job_id=job_id)
        write_manifest(self._folder, manifest)
        return manifest

    def _done(self, manifest: Manifest) -> Manifest:
        now = _now()
        return replace(
            manifest,
            number=self._number,
            files=self._files(manifest),
            pending={},
            under_way=False,
            full_refresh=self._full_refresh(manifest, now),
            history=(*manifest.history, PastDeployment(self._number, self._plan.by, now)),
        )

    def _full_refresh(self, manifest: Manifest, now: str) -> dict[str, str]:
        """The tables that the next run reads again: of old and of this deployment."""
        made = pipeline_tables(self._plan.design)
        old = pending_refresh(self._ws, manifest)
        tables = [step for step in self._plan.changes if isinstance(step, TableStep)]
        new = {t.subject: now for t in tables if t.action is Action.REFRESH}
        return {table: at for table, at in (old | new).items() if table in made}

    def _files(self, manifest: Manifest) -> dict[str, DeployedFile]:
        """What was written now, and what was written before and is still there or designed."""
        versions = versions_written(self._folder, self._plan.changes)
        stay = {step.subject for step in self._plan.steps if isinstance(step, FileStep)}
        files = {path: file for path, file in manifest.files.items() if path in stay}
        for step in self._plan.steps:
            match step:
                case FileStep(action=Action.DELETE):
                    files.pop(step.subject, None)
                case FileStep(text=str() as text) if not step.by_hand:
                    written, known = sha256_of(text), files.get(step.subject)
                    is_known = known and known.sha256 == written and step.action is Action.KEEP
                    number = known.number if known and is_known else self._number
                    version = versions.get(step.subject, step.version)
                    files[step.subject] = DeployedFile(written, number, version)
        return files
