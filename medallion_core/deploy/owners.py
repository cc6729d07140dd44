"""Owners in the workspace: who may see pipeline and job there follows who owns them here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from medallion_core.deploy.lock import deploy_lock
from medallion_core.deploy.manifest import Manifest, read_manifest
from medallion_core.deploy.permit import audited, folder_of
from medallion_core.trust import Asker, add_owner, remove_owner, require_new_owner, require_owner
from medallion_core.workspace import Workspace
from medallion_core.workspace.access import let_view, take_away


def let_owners_see(ws: Workspace, owners: Sequence[str], manifest: Manifest) -> None:
    """Gives the owners CAN VIEW on what was deployed."""
    for kind, object_id in _objects(manifest):
        let_view(ws, kind, object_id, owners)


def let_in(asker: Asker, pipeline_name: str, name: str) -> None:
    """Makes ``name`` an owner of a deployed pipeline.

    Raises MedallionError NOT_OWNER, INVALID_NAME for what is no e-mail and no application id, and
    as the workspace refuses who is nobody there: they are no owner then. DEPLOY_LOCKED as
    ``take_out``.
    """
    folder = folder_of(asker, pipeline_name)
    owner = require_new_owner(asker, folder, name)
    with _changing(asker, pipeline_name, "add owner", owner):
        for kind, object_id in _objects(read_manifest(folder)):
            let_view(asker.app, kind, object_id, [owner])
        add_owner(asker, folder, owner)


def take_out(asker: Asker, pipeline_name: str, name: str) -> None:
    """``name`` owns the pipeline no longer, and what they were given on it by name is gone.

    Raises MedallionError NOT_OWNER, LAST_OWNER where nobody would be left, or DEPLOY_LOCKED while
    the pipeline is being deployed or its owners are changed: one who adds an owner would otherwise
    write back one whom another has just taken out.
    """
    folder = folder_of(asker, pipeline_name)
    require_owner(asker, folder, "remove an owner")
    with _changing(asker, pipeline_name, "remove owner", name):
        remove_owner(asker, folder, name)
        for kind, object_id in _objects(read_manifest(folder)):
            take_away(asker.app, kind, object_id, name)


@contextmanager
def _changing(asker: Asker, pipeline_name: str, action: str, name: str) -> Iterator[None]:
    """One change of the owners at a time, noted."""
    with (
        deploy_lock(folder_of(asker, pipeline_name), asker.name),
        audited(asker, pipeline_name, action, name),
    ):
        yield


def _objects(manifest: Manifest | None) -> Iterator[tuple[str, str]]:
    if manifest and manifest.pipeline_id:
        yield "pipelines", manifest.pipeline_id
    if manifest and manifest.job_id:
        yield "jobs", manifest.job_id
