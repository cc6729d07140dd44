"""What must be true of who asks before the service principal does anything for them.

Everything that the app does to a workspace goes through here first: a plan, a deployment, a run, a
repair, a way back, a look at somebody's pipeline.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial

from medallion_core.deploy.functions import function_steps
from medallion_core.deploy.manifest import Manifest, read_manifest, require_current
from medallion_core.deploy.steps import Action, FileStep, Plan
from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.tables.inventory import expected_tables
from medallion_core.trust import (
    Asker,
    CodeChange,
    accept_code,
    changed_code,
    foreign_tables,
    is_owner,
    read_owners,
    refused_sources,
    refused_target,
    require_deployed_code,
    require_none,
    require_owner,
    write_audit,
)
from medallion_core.trust.audit import entry_now
from medallion_core.workspace.folder import WorkspaceFolder, sha256_of
from medallion_core.workspace.folders import pipeline_folder


def folder_of(asker: Asker, pipeline_name: str) -> WorkspaceFolder:
    """The pipeline's folder, as the service principal sees it."""
    return WorkspaceFolder(asker.app, pipeline_folder(asker.app, pipeline_name))


def permit(asker: Asker, design: Design, action: str, *, writes: bool) -> Manifest | None:
    """What is known of the pipeline's deployments, None before the first.

    ``action`` completes "may not …". ``writes``: the design's tables are to be made, or made anew.
    Raises MedallionError NOT_OWNER where the pipeline is somebody else's, NOT_ALLOWED with
    everything that the person lacks on sources and target, TABLE_NOT_OURS where a table that the
    design makes is there and not made by this pipeline, FUNCTION_NOT_OURS likewise.
    """
    name = design.settings.pipeline_name
    folder = folder_of(asker, name)
    manifest = read_manifest(folder)
    if manifest is not None or read_owners(folder):
        require_owner(asker, folder, f"{action} {name}")
    refusals = refused_sources(asker, design)
    if writes:
        refusals += refused_target(asker, design, manifest.schemas if manifest else ())
    require_none(asker.name, f"{action} {name}", refusals)
    if writes:
        require_own_tables(asker, design, manifest, expected_tables(design))
        function_steps(asker.app, design, manifest or Manifest(name))
    return manifest


def permit_look(asker: Asker, pipeline_name: str, design: Design | None = None) -> None:
    """Runs, rules and past designs tell values of the sources: they are for owners, and for who
    may read all that ``design``, the deployed one, reads. Raises MedallionError NOT_OWNER."""
    folder = folder_of(asker, pipeline_name)
    if is_owner(asker, read_owners(folder)):
        return
    if design is None or refused_sources(asker, design):
        require_owner(asker, folder, f"see {pipeline_name}")


def require_own_tables(
    asker: Asker, design: Design, manifest: Manifest | None, tables: Collection[str]
) -> None:
    """Raises MedallionError TABLE_NOT_OURS for those of ``tables`` that are there and that the
    platform does not know as this pipeline's."""
    ours = manifest.pipeline_id if manifest else ""
    foreign = foreign_tables(asker.app, design, tables, ours)
    if foreign:
        listed = ", ".join(f"{each.name} (of {each.whose})" for each in foreign)
        settings = design.settings
        raise MedallionError(
            "TABLE_NOT_OURS",
            f"{settings.catalog}.{settings.schema} has tables of these names that this pipeline "
            f"did not make: {listed}.",
            "Choose another schema, or rename the tables in the design.",
        )


def require_code(asker: Asker, pipeline_name: str, plan: Plan | None = None) -> None:
    """Raises MedallionError CODE_CHANGED where something else would run than what was deployed, or
    than what ``plan`` is about to deploy: a job that it makes may run at once. PLAN_OUTDATED where
    something else was deployed since the plan was made."""
    folder = folder_of(asker, pipeline_name)
    if plan is None:
        require_deployed_code(folder, _hashes(read_manifest(folder)))
    else:
        require_current(folder, plan.manifest)
        _require_planned_code(folder, plan)


def _require_planned_code(folder: WorkspaceFolder, plan: Plan) -> None:
    deployed = _hashes(plan.manifest)
    files = {step.subject: step for step in plan.steps if isinstance(step, FileStep)}
    as_planned = {path: deployed[path] for path in files if path in deployed}
    for path, step in files.items():
        if step.text is not None and not step.by_hand:
            as_planned[path] = sha256_of(step.text)
    replaced = [path for path, step in files.items() if step.action is not Action.KEEP]
    require_deployed_code(folder, as_planned, replaced)


def code_changes(
    asker: Asker, pipeline_name: str, manifest: Manifest | None = None
) -> list[CodeChange]:
    """The files of code that no owner deployed or accepted. For owners. ``manifest`` is what
    was deployed, for who has just read it.

    To be shown: what is about to run is read from end to end, by ``require_code``.
    """
    folder = folder_of(asker, pipeline_name)
    require_owner(asker, folder, f"see the code of {pipeline_name}")
    found = manifest or read_manifest(folder)
    versions = {path: file.version for path, file in found.files.items()} if found else {}
    return changed_code(folder, _hashes(found), versions)


def accept_changes(asker: Asker, pipeline_name: str, changes: Collection[CodeChange]) -> None:
    """Lets these files run exactly as they were seen. Raises MedallionError NOT_OWNER."""
    folder = folder_of(asker, pipeline_name)
    require_owner(asker, folder, f"accept code of {pipeline_name}")
    listed = ", ".join(f"{each.path} {each.sha256[:12] or 'deleted'}" for each in changes)
    with audited(asker, pipeline_name, "accept code", listed):
        accept_code(folder, tuple(changes))


def note(
    asker: Asker, pipeline_name: str, action: str, consent: str, outcome: str = "done"
) -> None:
    """Keeps in the pipeline's audit what is done, or was agreed to, for whom."""
    entry = entry_now(
        who=asker.name,
        action=action,
        subject=pipeline_name,
        mode=asker.mode.value,
        consent=consent,
        outcome=outcome,
    )
    write_audit(folder_of(asker, pipeline_name), entry)


@contextmanager
def audited(asker: Asker, pipeline_name: str, action: str, consent: str = "") -> Iterator[None]:
    """Notes what is done for whom before it is done, and how it ended."""
    ends = partial(note, asker, pipeline_name, action, consent)
    ends("began")
    try:
        yield
    except MedallionError as error:
        ends(error.code)
        raise
    ends("done")


def _hashes(manifest: Manifest | None) -> dict[str, str]:
    files = manifest.files if manifest else {}
    return {path: file.sha256 for path, file in files.items()}
