"""Designs as they are worked on: each person's own drafts, which nobody overwrites in silence.

A draft is a folder of revisions, ``1.yml``, ``2.yml`` and on. Saving makes the next one, which the
service refuses where it is there already: of two browsers that save the same revision one wins,
and the other is told. Only the service principal writes there, each person into their own folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import KW_ONLY, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from medallion_core.check import check_settings
from medallion_core.deploy.manifest import Manifest, history_path, read_manifest
from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.model.file import dump_design, load_design
from medallion_core.trust import Asker, is_owner, owned, read_owners, refused_sources, require_none
from medallion_core.workspace import Workspace
from medallion_core.workspace.folder import WorkspaceFolder
from medallion_core.workspace.folders import (
    draft_folder,
    drafts_folder,
    pipeline_folder,
    pipelines_folder,
    subfolders,
)

if TYPE_CHECKING:
    from databricks.sdk.service.workspace import ObjectInfo

ABOUT = "about.json"
KEPT_REVISIONS = 20
"""Older ones are deleted. Whoever is further behind than this is told so all the same."""

_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Draft:
    """A design and the ``revision`` that it was read from or saved as; 0: it was not saved yet."""

    design: Design
    revision: int = 0


@dataclass(frozen=True, slots=True)
class DesignSummary:
    """A design that can be opened. ``draft``: the person works on it; ``deployed``: it runs, and
    they are among its owners. ``problem`` says why it cannot be read; empty where it can."""

    pipeline_name: str
    saved_at: datetime | None = None
    _: KW_ONLY
    draft: bool = False
    deployed: bool = False
    problem: str = ""


def list_designs(asker: Asker) -> list[DesignSummary]:
    """The person's drafts and the deployed designs that they own, the latest first. One that
    cannot be read says so and hides no other."""
    drafts = subfolders(asker.app, drafts_folder(asker.app, asker.name))
    pipelines = subfolders(asker.app, pipelines_folder(asker.app))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        mine = list(pool.map(lambda item: _draft_summary(asker.app, item), drafts))
        owned = list(pool.map(lambda item: _deployed_summary(asker, item), pipelines))
    return sorted(_merged(filter(None, mine), filter(None, owned)), key=_age, reverse=True)


def open_design(asker: Asker, pipeline_name: str) -> Draft:
    """The person's draft, or where there is none the design that is deployed.

    A design tells values of its sources: one that is deployed is opened by its owners, and by who
    may read all that it reads. Raises MedallionError DESIGN_NOT_FOUND, NOT_ALLOWED, or
    DESIGN_INVALID for a file that cannot be read.
    """
    folder = WorkspaceFolder(asker.app, draft_folder(asker.app, asker.name, pipeline_name))
    revision = _newest(folder)
    if revision:
        text = folder.read(_path(revision))
        if text is not None:
            return Draft(load_design(text), revision)
    return Draft(_deployed_design(asker, pipeline_name))


def save_draft(asker: Asker, draft: Draft) -> Draft:
    """The draft as its next revision.

    Raises MedallionError DRAFT_CHANGED where another browser has saved it since it was read, and
    DRAFT_EXISTS for a new one whose name the person has a draft of: nothing is written then.
    """
    name = draft.design.settings.pipeline_name
    folder = WorkspaceFolder(asker.app, draft_folder(asker.app, asker.name, name))
    there = _revisions(folder)
    newest = max(there, default=0)
    if newest and not draft.revision:
        raise _exists(name)
    following = draft.revision + 1
    if newest != draft.revision or not folder.create(_path(following), dump_design(draft.design)):
        raise _changed(name)
    if not there:
        folder.create(ABOUT, json.dumps({"pipeline_name": name}) + "\n")
    for old in sorted(there)[: -(KEPT_REVISIONS - 1)]:
        folder.delete(_path(old))
    return Draft(draft.design, following)


def replace_draft(asker: Asker, design: Design) -> Draft:
    """The design over whatever draft has its name: for who has seen that there is one."""
    name = design.settings.pipeline_name
    folder = WorkspaceFolder(asker.app, draft_folder(asker.app, asker.name, name))
    return save_draft(asker, Draft(design, _newest(folder)))


def delete_draft(asker: Asker, pipeline_name: str) -> None:
    """Removes the person's draft; what is deployed stays."""
    folder = WorkspaceFolder(asker.app, draft_folder(asker.app, asker.name, pipeline_name))
    for path in folder.paths():
        folder.delete(path)


def copy_draft(asker: Asker, pipeline_name: str, name: str) -> Draft:
    """The design under another name, as a draft of the person's own. What may be opened may be
    copied. Raises MedallionError as ``open_design`` does, SETTINGS_INVALID for what is no name, and
    NAME_TAKEN where the person has such a draft or somebody such a pipeline."""
    return _save_as(asker, open_design(asker, pipeline_name).design, name)


def rename_draft(asker: Asker, pipeline_name: str, name: str) -> Draft:
    """The person's draft under another name; what is deployed keeps its own. Raises as
    ``copy_draft`` does, and DRAFT_CHANGED where another browser saved it meanwhile: nothing is
    deleted then."""
    draft = open_design(asker, pipeline_name)
    renamed = _save_as(asker, draft.design, name)
    if open_design(asker, pipeline_name).revision != draft.revision:
        raise _changed(pipeline_name)
    delete_draft(asker, pipeline_name)
    return renamed


def _save_as(asker: Asker, design: Design, name: str) -> Draft:
    settings = replace(design.settings, pipeline_name=name)
    for finding in check_settings(settings)[:1]:
        raise MedallionError("SETTINGS_INVALID", finding.detail, finding.hint)
    taken = who_has_the_name(asker, name)
    if taken:
        raise MedallionError("NAME_TAKEN", taken, "Give it another name.")
    return save_draft(asker, Draft(replace(design, settings=settings)))


def who_has_the_name(asker: Asker, pipeline_name: str) -> str:
    """What a new design of this name would meet, in a sentence; empty where it is free."""
    if _newest(WorkspaceFolder(asker.app, draft_folder(asker.app, asker.name, pipeline_name))):
        return f"You have a draft called {pipeline_name}."
    folder = WorkspaceFolder(asker.app, pipeline_folder(asker.app, pipeline_name))
    if read_manifest(folder) is None:
        return ""
    owners = read_owners(folder)
    whose = "you" if is_owner(asker, owners) else ", ".join(owners) or "nobody that is known"
    return f"A pipeline called {pipeline_name} is deployed; it belongs to {whose}."


def _deployed_design(asker: Asker, pipeline_name: str) -> Design:
    folder = WorkspaceFolder(asker.app, pipeline_folder(asker.app, pipeline_name))
    manifest = read_manifest(folder)
    text = folder.read(history_path(manifest.number)) if manifest else None
    if text is None:
        raise MedallionError(
            "DESIGN_NOT_FOUND",
            f"There is no design called {pipeline_name!r} that you may open.",
            "Propose one from the Sources page, or open another.",
        )
    design = load_design(text)
    if not is_owner(asker, read_owners(folder)):
        require_none(asker.name, f"open {pipeline_name}", refused_sources(asker, design))
    return design


def _draft_summary(ws: Workspace, item: ObjectInfo) -> DesignSummary | None:
    """None for what was deleted: an empty folder stays."""
    folder = WorkspaceFolder(ws, item.path or "")
    name = folder.path.rpartition("/")[2]
    try:
        files = folder.files()
        if not files:
            return None
        name = _name(folder.read(ABOUT)) or name
        modified = max(each.modified_at or 0 for each in files)
    except MedallionError as error:
        return DesignSummary(name, draft=True, problem=error.message)
    return DesignSummary(name, _moment(modified), draft=True)


def _deployed_summary(asker: Asker, item: ObjectInfo) -> DesignSummary | None:
    """None for what is not deployed yet, and for what belongs to others."""
    folder = WorkspaceFolder(asker.app, item.path or "")
    if owned(asker, folder) is None:
        return None
    try:
        manifest = read_manifest(folder)
    except MedallionError as error:
        name = folder.path.rpartition("/")[2]
        return DesignSummary(name, deployed=True, problem=error.message)
    if manifest is None or not manifest.number:
        return None
    return DesignSummary(manifest.pipeline_name, _deployed_at(manifest), deployed=True)


def _deployed_at(manifest: Manifest) -> datetime | None:
    return datetime.fromisoformat(manifest.history[-1].at) if manifest.history else None


def _merged(
    drafts: Iterable[DesignSummary], deployed: Iterable[DesignSummary]
) -> Iterable[DesignSummary]:
    """One line a name: a draft of what is deployed is opened before it."""
    running = {each.pipeline_name: each for each in deployed}
    for draft in drafts:
        also = running.pop(draft.pipeline_name, None) is not None
        yield DesignSummary(
            draft.pipeline_name, draft.saved_at, draft=True, deployed=also, problem=draft.problem
        )
    yield from running.values()


def _age(summary: DesignSummary) -> datetime:
    return summary.saved_at or datetime.min.replace(tzinfo=UTC)


def _revisions(folder: WorkspaceFolder) -> list[int]:
    stems = (path.removesuffix(".yml") for path in folder.paths() if path.endswith(".yml"))
    return [int(stem) for stem in stems if stem.isdecimal()]


def _newest(folder: WorkspaceFolder) -> int:
    return max(_revisions(folder), default=0)


def _path(revision: int) -> str:
    return f"{revision}.yml"


def _name(text: str | None) -> str:
    """Empty where the file is gone or damaged: the folder's own name stands for it then."""
    try:
        found = json.loads(text or "{}")["pipeline_name"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    return found if isinstance(found, str) else ""


def _exists(name: str) -> MedallionError:
    return MedallionError(
        "DRAFT_EXISTS",
        f"You have a draft called {name}.",
        "Open that one, or choose another pipeline name.",
    )


def _changed(name: str) -> MedallionError:
    return MedallionError(
        "DRAFT_CHANGED",
        f"The draft {name} was saved in another browser since you opened it.",
        "Open it again to see what is there; your last change was not saved over it.",
    )


def _moment(milliseconds: int) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None
