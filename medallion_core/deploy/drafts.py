"""Designs as they are worked on: a draft in workspace files, beside the bundle it becomes."""

from __future__ import annotations

import io
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from databricks.sdk.errors import NotFound
from databricks.sdk.service.workspace import ImportFormat, ObjectInfo, ObjectType

from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.model.file import dump_design, load_design
from medallion_core.workspace import Workspace
from medallion_core.workspace.errors import remote_errors
from medallion_core.workspace.folders import pipeline_folder, workspace_root

DRAFT = "medallion.draft.yml"
DEPLOYED = "medallion.yml"

_SIGNATURE = "# Saved by "
_LISTED_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class DesignSummary:
    """A design that can be opened. ``saved_by`` is empty for one that was only deployed."""

    pipeline_name: str
    saved_by: str
    saved_at: datetime | None
    deployed: bool


def list_designs(ws: Workspace) -> list[DesignSummary]:
    """All designs that the identity may read, the latest first. Nothing there yet: none."""
    folders = [item.path for item in _list(ws, workspace_root()) if _is_folder(item) and item.path]
    with ThreadPoolExecutor(_LISTED_AT_ONCE) as pool:
        found = [item for item in pool.map(lambda path: _summary(ws, path), folders) if item]
    return sorted(found, key=lambda item: item.saved_at or datetime.min.replace(tzinfo=UTC))[::-1]


def save_draft(ws: Workspace, design: Design) -> None:
    """Replaces the draft. It is signed with the identity that saves it."""
    folder = pipeline_folder(design.settings.pipeline_name)
    signature = _SIGNATURE + " ".join(ws.user_name.split())
    text = f"{signature}\n{dump_design(design)}"
    with remote_errors():
        ws.client.workspace.mkdirs(folder)
        ws.client.workspace.upload(
            f"{folder}/{DRAFT}",
            io.BytesIO(text.encode()),
            format=ImportFormat.RAW,
            overwrite=True,
        )


def open_design(ws: Workspace, pipeline_name: str) -> Design:
    """The draft, or where there is none the design that was deployed.

    Raises MedallionError DESIGN_NOT_FOUND, or DESIGN_INVALID for a file that cannot be read.
    """
    folder = pipeline_folder(pipeline_name)
    for name in (DRAFT, DEPLOYED):
        text = _read(ws, f"{folder}/{name}")
        if text is not None:
            return load_design(_unsigned(text))
    raise MedallionError(
        "DESIGN_NOT_FOUND",
        f"There is no design called {pipeline_name!r} in {workspace_root()}.",
        "Propose one from the Sources page, or open another.",
    )


def _summary(ws: Workspace, folder: str) -> DesignSummary | None:
    files = {(item.path or "").rsplit("/", 1)[-1]: item for item in _list(ws, folder)}
    newest = files.get(DRAFT) or files.get(DEPLOYED)
    if newest is None:
        return None
    text = _read(ws, f"{folder}/{DRAFT}") if DRAFT in files else ""
    return DesignSummary(
        pipeline_name=folder.rsplit("/", 1)[-1],
        saved_by=_signer(text or ""),
        saved_at=_moment(newest.modified_at),
        deployed=DEPLOYED in files,
    )


def _list(ws: Workspace, folder: str) -> Iterable[ObjectInfo]:
    with remote_errors():
        try:
            return list(ws.client.workspace.list(folder))
        except NotFound:
            return []


def _read(ws: Workspace, path: str) -> str | None:
    with remote_errors():
        try:
            with ws.client.workspace.download(path) as file:
                return file.read().decode()
        except NotFound:
            return None


def _is_folder(item: ObjectInfo) -> bool:
    return item.object_type is ObjectType.DIRECTORY


def _signer(text: str) -> str:
    first = text.partition("\n")[0]
    return first.removeprefix(_SIGNATURE) if first.startswith(_SIGNATURE) else ""


def _unsigned(text: str) -> str:
    return text.partition("\n")[2] if text.startswith(_SIGNATURE) else text


def _moment(milliseconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None
