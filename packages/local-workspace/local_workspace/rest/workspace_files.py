"""Workspace files: notebooks, files and folders under ``/Workspace``."""

from __future__ import annotations

import base64
import binascii
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from python_multipart import parse_form
from starlette.responses import Response

from local_workspace.rest.api import ApiError, Call, Route
from local_workspace.rest.workspace_tree import STANDING, Import, Tree, parent, plain_path
from local_workspace.state import Document
from local_workspace.workspace import LocalWorkspace


def tree(workspace: LocalWorkspace) -> Tree:
    return Tree(workspace.home, workspace.state)


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
    if path not in STANDING:
        objects.check(path, call.user, "CAN_READ")
    if found["object_type"] != "DIRECTORY":
        return {"objects": [_info(asked, path, found)]}
    shown = [
        _info(asked, key, item)
        for key, item in objects.below(path)
        if parent(key) == path and objects.allows(key, call.user, "CAN_READ")
    ]
    return {"objects": shown}


def get_status(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    asked = call.query.get("path", "")
    path = plain_path(asked)
    objects = tree(workspace)
    found = objects.require(path)
    if path not in STANDING:
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


ROUTES = (
    Route("POST", "/api/2.0/workspace/mkdirs", mkdirs),
    Route("POST", "/api/2.0/workspace/import", import_object),
    Route("POST", "/api/2.0/workspace-files/import-file/{path:path}", import_file),
    Route("GET", "/api/2.0/workspace/export", export),
    Route("GET", "/api/2.0/workspace/list", list_objects),
    Route("GET", "/api/2.0/workspace/get-status", get_status),
    Route("POST", "/api/2.0/workspace/delete", delete),
)
