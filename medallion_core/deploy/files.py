"""Bundle against workspace files: what was deployed, what a person edited, what is wanted now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from medallion_core.deploy.manifest import Manifest
from medallion_core.deploy.steps import (
    PIPELINE_FILE,
    Action,
    Difference,
    FileStep,
    PipelineStep,
    Step,
    differences,
)
from medallion_core.errors import MedallionError
from medallion_core.model import Bundle
from medallion_core.trust import is_code
from medallion_core.workspace.folder import File, WorkspaceFolder, sha256_of

DEPLOYED, BY_HAND, DESIGNED = "deployed", "edited by hand", "designed"

EDITED = "edited by hand; kept unless it is overwritten"
ADDED = "added by hand; waits for an owner to accept it, unless it is overwritten"

Base = Callable[[str], str | None]
"""A path's text as it was deployed last; None where that is not known any more."""


def file_steps(
    bundle: Bundle,
    manifest: Manifest,
    present: Mapping[str, File],
    base: Base,
    overwrite: Collection[str] = (),
) -> list[FileStep]:
    """One step per file of the bundle, of the last deployment, and per file of code that was
    added."""
    added = {path for path in present if is_code(path)}
    steps = []
    for path in sorted(bundle.keys() | manifest.files.keys() | manifest.pending.keys() | added):
        step = _file_step(path, bundle.get(path), manifest, present.get(path), base, overwrite)
        if step is not None:
            steps.append(step)
    return steps


def _file_step(
    path: str,
    wanted: str | None,
    manifest: Manifest,
    actual: File | None,
    base: Base,
    overwrite: Collection[str],
) -> FileStep | None:
    if actual is None:
        return _missing(path, wanted, was_deployed=path in manifest.files)
    if wanted is not None and actual.sha256 == sha256_of(wanted):
        return FileStep(
            subject=path,
            action=Action.KEEP,
            text=wanted,
            before=actual.sha256,
            version=actual.version,
        )
    if manifest.wrote(path, actual.sha256) or path in overwrite:
        return _replaced(path, wanted, actual)
    return _edited(path, wanted, actual, base, known=path in manifest.files)


def _missing(path: str, wanted: str | None, *, was_deployed: bool) -> FileStep | None:
    if wanted is None:
        return None
    detail = "was deleted by hand; is put back" if was_deployed else ""
    return FileStep(subject=path, action=Action.CREATE, detail=detail, text=wanted)


def _replaced(path: str, wanted: str | None, actual: File) -> FileStep:
    if wanted is None:
        gone = "is in no design now"
        return FileStep(
            subject=path, action=Action.DELETE, detail=gone, text=None, before=actual.sha256
        )
    return FileStep(
        subject=path,
        action=Action.UPDATE,
        differences=differences(actual.text, wanted, DEPLOYED, DESIGNED),
        text=wanted,
        before=actual.sha256,
    )


def _edited(path: str, wanted: str | None, actual: File, base: Base, *, known: bool) -> FileStep:
    """A file that a person changed or added stays as it is until somebody says otherwise."""
    if not known and wanted is None:
        return FileStep(
            subject=path, action=Action.KEEP, detail=ADDED, text=None, before=actual.sha256
        )
    deployed = base(path) if known else None
    shown: tuple[Difference, ...] = ()
    if deployed is not None:
        shown = differences(deployed, actual.text, DEPLOYED, BY_HAND)
    if deployed is not None and wanted is not None:
        shown += differences(deployed, wanted, DEPLOYED, DESIGNED)
    elif wanted is not None:
        shown += differences(actual.text, wanted, BY_HAND, DESIGNED)
    return FileStep(
        subject=path,
        action=Action.KEEP,
        detail=EDITED,
        differences=shown,
        text=wanted,
        before=actual.sha256,
        by_hand=True,
    )


def edited_by_hand(steps: Collection[Step]) -> list[str]:
    """The files that a person changed since the last deployment; the pipeline's settings, too, once
    a bundle deploys it."""
    taken = {PIPELINE_FILE for step in steps if isinstance(step, PipelineStep) and step.by_bundle}
    edited = {step.subject for step in steps if isinstance(step, FileStep) and step.by_hand}
    return sorted(taken | edited)


def versions_written(folder: WorkspaceFolder, steps: Collection[Step]) -> dict[str, str]:
    """The version of each file that ``steps`` wrote and that still holds that, by its path.

    Listed, then read back: what somebody wrote over one since is not taken for it. Nothing where
    that fails: a plan reads what has no version.
    """
    files = (step for step in steps if isinstance(step, FileStep))
    written = {step.subject: step.text for step in files if step.text is not None}
    try:
        versions = folder.versions()
        there = folder.read_all(path for path in written if versions.get(path))
    except MedallionError:
        return {}
    return {
        path: versions[path]
        for path, file in there.items()
        if file.sha256 == sha256_of(written[path])
    }
