"""What is wanted against what is there: a plan, made without changing anything."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from medallion_core.check import checked_bundle
from medallion_core.deploy.changes import Deployed, TableChange, table_changes
from medallion_core.deploy.files import file_steps
from medallion_core.deploy.functions import function_steps
from medallion_core.deploy.history import History
from medallion_core.deploy.job import job_steps
from medallion_core.deploy.manifest import Manifest, read_manifest
from medallion_core.deploy.pipeline import Found, find_pipeline, pipeline_step
from medallion_core.deploy.readers import later_grants
from medallion_core.deploy.refresh import pending_refresh
from medallion_core.deploy.statements import target_steps
from medallion_core.deploy.steps import (
    PIPELINE_FILE,
    Action,
    FileStep,
    PipelineStep,
    Plan,
    Step,
    TableStep,
)
from medallion_core.model import Bundle, Design, Settings
from medallion_core.tables.pipeline import pipeline_spec
from medallion_core.trust import is_code
from medallion_core.workspace import Workspace, sdk
from medallion_core.workspace.errors import remote_errors
from medallion_core.workspace.folder import File, WorkspaceFolder, sha256_of
from medallion_core.workspace.folders import pipeline_folder, workspace_root

_BY_NEXT_RUN = "the next run from here does it, an update by a schedule does not"


def plan_deploy(
    ws: Workspace,
    design: Design,
    *,
    overwrite: Sequence[str] = (),
    full_refresh: Sequence[str] = (),
    deleted: Sequence[str] = (),
    by: str = "",
    unscheduled: str = "",
) -> Plan:
    """Compares the design with what is deployed. Reads only.

    ``overwrite`` names files that a person edited and that may be replaced, ``full_refresh``
    tables that may be read again in full, ``deleted`` those that may be made no longer, ``by`` the
    person who deploys (default: the identity).
    ``unscheduled`` says why the schedule is left out; empty where it is not.
    A design or a bundle with an ERROR makes a plan that is refused, and nothing is read for it.
    Raises MedallionError PIPELINE_NOT_OURS where another pipeline has the name, PUBLISHING_LOCKED
    where the pipeline was made with the other way of publishing, and as ``function_steps`` does.
    """
    path = pipeline_folder(ws, design.settings.pipeline_name)
    bundle, refused = checked_bundle(design, workspace_root(ws))
    if refused:
        nothing = Manifest(design.settings.pipeline_name)
        return Plan(
            design=design, root_path=path, steps=(), manifest=nothing, by=by, refused=refused
        )
    folder = WorkspaceFolder(ws, path)
    manifest = read_manifest(folder) or Manifest(design.settings.pipeline_name)
    found = find_pipeline(ws, design.settings.pipeline_name, path, manifest)
    history = History(folder, manifest, planned=design)
    present = _present(folder, bundle, manifest)
    files = file_steps(bundle, manifest, present, history.deployed_text, overwrite)
    code = _running(files, present)
    changes = table_changes(_deployed(ws, history, design, bundle, code), design, bundle)
    agreed = (*full_refresh, *(each.table for each in changes if each.lossless))
    tables = [_table_step(each, agreed) for each in changes]
    tables += _waiting(ws, manifest, {each.table for each in changes})
    made: list[Step] = [
        *function_steps(ws, design, manifest),
        *files,
        _pipeline_step(ws, design, found, manifest, take_back=PIPELINE_FILE in overwrite),
        *job_steps(
            ws, design, path, manifest, found.pipeline_id if found else "", unscheduled=unscheduled
        ),
    ]
    return Plan(
        design=design,
        root_path=path,
        steps=(*target_steps(ws, design), *made, *tables),
        manifest=manifest,
        by=by or ws.user_name,
        pipeline_id=found.pipeline_id if found else "",
        full_refresh=agreed,
        deleted=tuple(deleted),
        readers=later_grants(design, ws.user_name),
        bundle=bundle,
        unscheduled=unscheduled,
    )


def _present(folder: WorkspaceFolder, bundle: Bundle, manifest: Manifest) -> dict[str, File]:
    """What lies there of the files that the bundle or the last deployment knows, and whatever may
    run. What is as the last deployment left it, and is wanted as it is, is not read again.

    The listing comes first: a file that is changed before it is read has another version later.
    """
    known = bundle.keys() | manifest.files.keys() | manifest.pending.keys()
    versions = {path: v for path, v in folder.versions().items() if path in known or is_code(path)}
    kept = {
        path: File(text, sha256, version)
        for path, version in versions.items()
        if (sha256 := manifest.holds(path, version))
        and (text := bundle.get(path)) is not None
        and sha256_of(text) == sha256
    }
    read = folder.read_all(path for path in versions if path not in kept)
    return kept | {path: replace(file, version=versions[path]) for path, file in read.items()}


def _running(steps: Collection[FileStep], present: Mapping[str, File]) -> dict[str, str]:
    """The code that runs now and is to be replaced, by its path."""
    gone = (step for step in steps if step.action in (Action.UPDATE, Action.DELETE))
    return {step.subject: present[step.subject].text for step in gone if is_code(step.subject)}


def _pipeline_step(
    ws: Workspace, design: Design, found: Found | None, manifest: Manifest, *, take_back: bool
) -> PipelineStep:
    spec = pipeline_spec(design.settings, workspace_root(ws))
    return pipeline_step(spec, found, was_deployed=bool(manifest.pipeline_id), take_back=take_back)


def _table_step(change: TableChange, consent: Collection[str]) -> TableStep:
    """A job's task names no tables to read again: only who starts an update can."""
    what = ""
    if change.action is Action.REFRESH:
        what = f"; {_BY_NEXT_RUN if change.table in consent else 'waits for consent'}"
    return TableStep(
        subject=change.table,
        action=change.action,
        detail=f"{change.detail}{what}",
        other_kind=change.other_kind,
    )


def _waiting(ws: Workspace, manifest: Manifest, told: Collection[str]) -> Iterator[TableStep]:
    """The tables that an earlier deployment left to be read again, and no run has since."""
    for table, since in pending_refresh(ws, manifest).items():
        if table not in told:
            detail = f"waits since {since} to be read again in full; {_BY_NEXT_RUN}"
            yield TableStep(subject=table, action=Action.KEEP, detail=detail)


def _deployed(
    ws: Workspace, history: History, planned: Design, bundle: Bundle, code: Mapping[str, str]
) -> Deployed | None:
    """None where nothing was. A design that cannot be read any more may have been that of any
    table in the schema."""
    number = history.manifest.number
    if not number:
        return None
    design, before = history.design(number), history.bundle(number)
    unchanged = before == bundle and not code
    tables = frozenset() if unchanged else existing_tables(ws, (design or planned).settings)
    return Deployed(design, before, tables, code)


def existing_tables(ws: Workspace, settings: Settings) -> frozenset[str] | None:
    """None where the schema may not be listed."""
    with remote_errors(f"Listing the tables of {settings.catalog}.{settings.schema}"):
        try:
            found = list(ws.client.tables.list(settings.catalog, settings.schema))
        except sdk.NotFound:
            return frozenset()
        except sdk.PermissionDenied:
            return None
    return frozenset(table.name for table in found if table.name)
