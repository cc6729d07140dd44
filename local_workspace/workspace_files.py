"""Workspace files: notebooks, files and folders under ``/Workspace``."""

from __future__ import annotations

import base64
import binascii
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from python_multipart import parse_form
from starlette.responses import Response

from local_workspace import identity
from local_workspace.api import ApiError, Call, Route
from local_workspace.permissions import EVERYONE, LEVELS, Acl
from local_workspace.state import Document, State
from local_workspace.workspace import LocalWorkspace

MAX_BYTES = 10 * 1024 * 1024
_LANGUAGES = {".py": "PYTHON", ".sql": "SQL", ".scala": "SCALA", ".r": "R", ".ipynb": "PYTHON"}
_NOTEBOOK = re.compile(rb"\A(#|--|//) Databricks notebook source")
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
        """None where nothing is. The root and ``/Shared`` always are."""
        found = self._state.get("workspace_object", path)
        if found is None and path in ("/", "/Shared", "/Users", "/Repos"):
            return self._put(path, "DIRECTORY", "")
        return found

    def require(self, path: str) -> Document:
        found = self.get(path)
        if found is None:
            raise ApiError(404, "RESOURCE_DOES_NOT_EXIST", f"Path ({path}) doesn't exist.")
        return found

    def disk(self, path: str) -> Path:
        return self._root / path.strip("/")

    def below(self, path: str) -> Iterator[tuple[str, Document]]:
        """Everything under a folder, at any depth."""
        yield from self._state.list("workspace_object", path.rstrip("/") + "/")

    def mkdirs(self, path: str, user: str) -> None:
        """Raises ApiError 400 where a file is in the way, 403 without the right to write."""
        missing = []
        while (found := self.get(path)) is None:
            missing.append(path)
            path = _parent(path)
        if found["object_type"] != "DIRECTORY":
            raise ApiError(400, "RESOURCE_ALREADY_EXISTS", f"{path} already exists.")
        home = path == "/Users" and missing and missing[-1] == f"/Users/{user}"
        if missing and not home:
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
        parent = self.get(_parent(path))
        if parent is None:
            raise ApiError(
                404,
                "RESOURCE_DOES_NOT_EXIST",
                f"The parent folder ({_parent(path)}) does not exist.",
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
        if identity.is_admin(self._state, user):
            return
        folder = path
        while True:
            document = self.get(folder)
            if document and self._allows(folder, document, user, level):
                return
            if folder == "/":
                break
            folder = _parent(folder)
        action = "write" if level in ("CAN_EDIT", "CAN_MANAGE") else "read"
        raise ApiError(
            403,
            "PERMISSION_DENIED",
            f"{user} does not have permission to {action} {path}: {level} is required.",
        )

    def _allows(self, path: str, document: Document, user: str, level: str) -> bool:
        if document["created_by"] == user or path == f"/Users/{user}":
            return True
        acl = self._acl(document)
        if path == "/Shared" and EVERYONE not in acl.entries:
            return True
        return level in LEVELS[acl.kind] and acl.allows(user, level)

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
        return document


def tree(workspace: LocalWorkspace) -> Tree:
    return Tree(workspace.home, workspace.state)


def plain_path(path: str) -> str:
    """``/Workspace/Shared/x`` and ``/Shared/x`` are one object. Raises ApiError 400."""
    parts = PurePosixPath(path).parts
    if not path.startswith("/") or ".." in parts:
        raise ApiError(400, "INVALID_PARAMETER_VALUE", f"Path ({path}) is not an absolute path.")
    inside = parts[2:] if parts[1:2] == ("Workspace",) else parts[1:]
    return "/" + "/".join(inside)


def mkdirs(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    tree(workspace).mkdirs(plain_path(call.required("path")), call.user)
    return {}


def import_object(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    tree(workspace).write(_requested(call), call.user)
    return {}


def import_file(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    path = plain_path("/" + call.params["path"].lstrip("/"))
    overwrite = call.query.get("overwrite") == "true"
    objects = tree(workspace)
    if objects.get(path) and not overwrite:
        raise ApiError(409, "ALREADY_EXISTS", f"Node with name {path} already exists")
    objects.write(Import(path, call.body, "AUTO", "", overwrite), call.user)
    return {}


def export(workspace: LocalWorkspace, call: Call) -> dict[str, Any] | Response:
    path = plain_path(call.query.get("path", ""))
    objects = tree(workspace)
    found = objects.require(path)
    objects.check(path, call.user, "CAN_READ")
    if found["object_type"] == "DIRECTORY":
        raise ApiError(400, "INVALID_PARAMETER_VALUE", f"Cannot export the folder {path}.")
    content = objects.disk(path).read_bytes()
    if call.query.get("direct_download") == "true":
        return Response(content, media_type="application/octet-stream")
    return {
        "content": base64.b64encode(content).decode(),
        "file_type": PurePosixPath(path).suffix.lstrip(".") or "txt",
    }


def list_objects(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    asked = call.query.get("path", "")
    path = plain_path(asked)
    objects = tree(workspace)
    found = objects.require(path)
    objects.check(path, call.user, "CAN_READ")
    if found["object_type"] != "DIRECTORY":
        return {"objects": [_info(asked, path, found)]}
    children = [(key, item) for key, item in objects.below(path) if _parent(key) == path]
    return {"objects": [_info(asked, key, item) for key, item in children]}


def get_status(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    asked = call.query.get("path", "")
    path = plain_path(asked)
    objects = tree(workspace)
    found = objects.require(path)
    objects.check(path, call.user, "CAN_READ")
    return _info(asked, path, found)


def delete(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    recursive = bool(call.json.get("recursive"))
    path = plain_path(call.required("path"))
    tree(workspace).delete(path, recursive=recursive, user=call.user)
    return {}


def _info(asked: str, path: str, document: Document) -> dict[str, Any]:
    prefix = "/Workspace" if asked.startswith("/Workspace") else ""
    shown = {key: value for key, value in document.items() if key != "created_by"}
    return {"path": prefix + path, "resource_id": str(document["object_id"]), **shown}


def _requested(call: Call) -> Import:
    if call.headers.get("content-type", "").startswith("multipart/form-data"):
        fields = _form(call)
        content = fields.get("content", b"")
        given = {name: value.decode() for name, value in fields.items() if name != "content"}
    else:
        given = {name: str(value) for name, value in call.json.items() if name != "content"}
        try:
            content = base64.b64decode(call.json.get("content") or "", validate=True)
        except binascii.Error:
            raise ApiError(
                400, "INVALID_PARAMETER_VALUE", "The content is not encoded as base64."
            ) from None
    if not given.get("path"):
        raise ApiError(400, "INVALID_PARAMETER_VALUE", "Missing required field: path")
    return Import(
        plain_path(given["path"]),
        content,
        given.get("format", "SOURCE"),
        given.get("language", ""),
        given.get("overwrite", "false").lower() == "true",
    )


def _form(call: Call) -> dict[str, bytes]:
    """The fields of a multipart body, files among them."""
    fields: dict[str, bytes] = {}

    def on_field(field: Any) -> None:
        fields[field.field_name.decode()] = field.value or b""

    def on_file(file: Any) -> None:
        file.file_object.seek(0)
        fields[file.field_name.decode()] = file.file_object.read()

    headers = {"Content-Type": call.headers["content-type"].encode()}
    parse_form(headers, BytesIO(call.body), on_field, on_file)
    return fields


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


def _parent(path: str) -> str:
    return str(PurePosixPath(path).parent)


ROUTES = (
    Route("POST", "/api/2.0/workspace/mkdirs", mkdirs),
    Route("POST", "/api/2.0/workspace/import", import_object),
    Route("POST", "/api/2.0/workspace-files/import-file/{path:path}", import_file),
    Route("GET", "/api/2.0/workspace/export", export),
    Route("GET", "/api/2.0/workspace/list", list_objects),
    Route("GET", "/api/2.0/workspace/get-status", get_status),
    Route("POST", "/api/2.0/workspace/delete", delete),
)
