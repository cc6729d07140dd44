"""The tree of workspace files: what lies where, and who may read and write it."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from local_workspace import principals
from local_workspace.rest.acl import USERS, Acl
from local_workspace.rest.api import ApiError
from local_workspace.state import Document, State

MAX_BYTES = 10 * 1024 * 1024
_LANGUAGES = {".py": "PYTHON", ".sql": "SQL", ".scala": "SCALA", ".r": "R", ".ipynb": "PYTHON"}
_NOTEBOOK = re.compile(rb"\A(#|--|//) Databricks notebook source")
STANDING = ("/", "/Shared", "/Users", "/Repos")
"""The folders of every workspace; whoever asks sees of them what is theirs."""

_KINDS = {"DIRECTORY": "directories", "FILE": "files", "NOTEBOOK": "notebooks"}


@dataclass(frozen=True, slots=True)
class Import:
    """One object to be written. ``format`` is SOURCE, RAW or AUTO."""

    path: str
    content: bytes
    format: str = "SOURCE"
    language: str = ""
    overwrite: bool = False


class Tree:
    """The objects by path. Contents lie below ``home``, what is known of them in the state.

    Paths are kept without the prefix ``/Workspace``; ``/Shared`` is everybody's.
    """

    def __init__(self, home: Path, state: State) -> None:
        self._root = home / "workspace"
        self._state = state

    def get(self, path: str) -> Document | None:
        """None where nothing is. The root, ``/Shared`` and the homes of people always are."""
        found = self._state.get("workspace_object", path)
        if found is None and self._always_there(path):
            return self._put(path, "DIRECTORY", _home_of(path))
        return found

    def _always_there(self, path: str) -> bool:
        person = _home_of(path)
        known = any(self._state.get(kind, person) for kind in ("user", "principal"))
        return path in STANDING or bool(person and known)

    def require(self, path: str) -> Document:
        found = self.get(path)
        if found is None:
            raise ApiError(404, "RESOURCE_DOES_NOT_EXIST", f"Path ({path}) doesn't exist.")
        return found

    def disk(self, path: str) -> Path:
        return self._root / path.strip("/")

    def path_of(self, object_id: str) -> str | None:
        """Where the object lies; None where there is none of that id."""
        objects = self._state.list("workspace_object")
        return next((key for key, item in objects if str(item["object_id"]) == object_id), None)

    def below(self, path: str) -> Iterator[tuple[str, Document]]:
        """Everything under a folder, at any depth."""
        yield from self._state.list("workspace_object", path.rstrip("/") + "/")

    def mkdirs(self, path: str, user: str) -> None:
        """Raises ApiError 400 where a file is in the way, 403 without the right to write."""
        missing = []
        while (found := self.get(path)) is None:
            missing.append(path)
            path = parent(path)
        if found["object_type"] != "DIRECTORY":
            raise ApiError(400, "RESOURCE_ALREADY_EXISTS", f"{path} already exists.")
        if missing:
            self.check(path, user, "CAN_EDIT")
        for folder in reversed(missing):
            self._put(folder, "DIRECTORY", user)
            self.disk(folder).mkdir(parents=True, exist_ok=True)

    def write(self, item: Import, user: str) -> None:
        """Raises ApiError for a missing folder, an object in the way, or another type."""
        path, kind, language = _resolve(item)
        if len(item.content) > MAX_BYTES:
            raise ApiError(
                400,
                "MAX_NOTEBOOK_SIZE_EXCEEDED",
                f"File size imported is ({len(item.content)} bytes), exceeded max size "
                f"({MAX_BYTES} bytes)",
            )
        if self.get(parent(path)) is None:
            raise ApiError(
                404,
                "RESOURCE_DOES_NOT_EXIST",
                f"The parent folder ({parent(path)}) does not exist.",
            )
        self.check(path, user, "CAN_EDIT")
        self._check_free(path, kind, overwrite=item.overwrite)
        file = self.disk(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f".{file.name}.new")
        fresh.write_bytes(item.content)
        fresh.replace(file)
        self._put(path, kind, user, language=language, size=len(item.content))

    def delete(self, path: str, *, recursive: bool, user: str) -> None:
        found = self.require(path)
        self.check(path, user, "CAN_EDIT")
        inside = list(self.below(path))
        if inside and not recursive:
            raise ApiError(400, "DIRECTORY_NOT_EMPTY", f"Folder ({path}) is not empty")
        for key, document in [*inside, (path, found)]:
            self._acl(document).drop()
            self._state.delete("workspace_object", key)
        if found["object_type"] == "DIRECTORY":
            shutil.rmtree(self.disk(path), ignore_errors=True)
        else:
            self.disk(path).unlink(missing_ok=True)

    def check(self, path: str, user: str, level: str) -> None:
        """Raises ApiError 403 unless the object or a folder above it gives ``user`` the level."""
        if self.allows(path, user, level):
            return
        action = "write" if level in ("CAN_EDIT", "CAN_MANAGE") else "read"
        raise ApiError(
            403,
            "PERMISSION_DENIED",
            f"{user} does not have permission to {action} {path}: {level} is required.",
        )

    def allows(self, path: str, user: str, level: str) -> bool:
        """Whether the object or a folder above it gives ``user`` the level."""
        if principals.is_admin(self._state, user):
            return True
        return any(acl.allows(user, level) for acl in self.lists(path))

    def lists(self, path: str) -> list[Acl]:
        """The access control lists of an object and of the folders above it, its own first."""
        folders = [path]
        while folders[-1] != "/":
            folders.append(parent(folders[-1]))
        found = (self.get(folder) for folder in folders)
        return [self._acl(document) for document in found if document is not None]

    def _acl(self, document: Document) -> Acl:
        return Acl(self._state, _KINDS[document["object_type"]], str(document["object_id"]))

    def _check_free(self, path: str, kind: str, *, overwrite: bool) -> None:
        known = self.get(path)
        if known is None:
            return
        if not overwrite:
            raise ApiError(400, "RESOURCE_ALREADY_EXISTS", f"{path} already exists.")
        if known["object_type"] != kind:
            raise ApiError(
                400,
                "INVALID_PARAMETER_VALUE",
                f"Cannot overwrite the asset at {path} due to type mismatch "
                f"(asked: {kind}, actual: {known['object_type']})",
            )

    def _put(
        self, path: str, kind: str, user: str, *, language: str = "", size: int = 0
    ) -> Document:
        known = self._state.get("workspace_object", path)
        now = int(time.time() * 1000)
        document = {
            "object_id": known["object_id"] if known else time.time_ns(),
            "object_type": kind,
            "created_at": known["created_at"] if known else now,
            "modified_at": now,
            "created_by": known["created_by"] if known else user,
        }
        if language:
            document["language"] = language
        if kind == "FILE":
            document["size"] = size
        self._state.put("workspace_object", path, document)
        if known is None:
            owner = USERS if path == "/Shared" else user
            self._acl(document).replace({owner: "CAN_MANAGE"} if owner else {})
        return document


def _home_of(path: str) -> str:
    """Whose home the folder is; empty where it is none."""
    folder, _, name = path.rpartition("/")
    return name if folder == "/Users" else ""


def plain_path(path: str) -> str:
    """``/Workspace/Shared/x`` and ``/Shared/x`` are one object. Raises ApiError 400."""
    parts = PurePosixPath(path).parts
    if not path.startswith("/") or ".." in parts:
        raise ApiError(400, "INVALID_PARAMETER_VALUE", f"Path ({path}) is not an absolute path.")
    inside = parts[2:] if parts[1:2] == ("Workspace",) else parts[1:]
    return "/" + "/".join(inside)


def _resolve(item: Import) -> tuple[str, str, str]:
    """Path, type and language of what an import makes. Raises ApiError 400."""
    suffix = PurePosixPath(item.path).suffix.lower()
    if item.format == "RAW":
        return item.path, "FILE", ""
    if item.format == "AUTO":
        notebook = suffix == ".ipynb" or (
            suffix in _LANGUAGES and _NOTEBOOK.match(item.content) is not None
        )
        if not notebook:
            return item.path, "FILE", ""
        return (
            item.path.removesuffix(PurePosixPath(item.path).suffix),
            "NOTEBOOK",
            _LANGUAGES[suffix],
        )
    if item.format == "SOURCE" and not item.language:
        raise ApiError(
            400, "INVALID_PARAMETER_VALUE", "The language needs to be specified for SOURCE format."
        )
    if item.format not in ("SOURCE", "JUPYTER"):
        raise ApiError(400, "INVALID_PARAMETER_VALUE", f"Unsupported format: {item.format}")
    return item.path, "NOTEBOOK", item.language or "PYTHON"


def parent(path: str) -> str:
    return str(PurePosixPath(path).parent)
