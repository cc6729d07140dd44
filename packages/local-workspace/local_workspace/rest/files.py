"""The Files API for volumes: ``/Volumes/<catalog>/<schema>/<volume>/…``."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from starlette.responses import FileResponse, Response

from local_workspace.catalog.errors import SqlError
from local_workspace.catalog.privileges import Privileges
from local_workspace.catalog.volumes import local_path
from local_workspace.rest.api import ApiError, Call, Route, page
from local_workspace.workspace import LocalWorkspace

_REFUSALS = {
    "INSUFFICIENT_PERMISSIONS": (403, "PERMISSION_DENIED"),
    "NOT_FOUND": (404, "NOT_FOUND"),
}
"""Status and code of what a path can be refused for; anything else is 400."""


def download(workspace: LocalWorkspace, call: Call) -> Response:
    path = _existing_file(workspace, call)
    return FileResponse(path, media_type="application/octet-stream", headers=_modified(path))


def file_metadata(workspace: LocalWorkspace, call: Call) -> Response:
    path = _existing_file(workspace, call)
    headers = {"content-length": str(path.stat().st_size), **_modified(path)}
    return Response(headers=headers, media_type="application/octet-stream")


def upload(workspace: LocalWorkspace, call: Call) -> Response:
    """Makes the folders above the file, as the service does."""
    path = _local(workspace, call, "WRITE VOLUME")
    if path.is_dir():
        raise ApiError(409, "ALREADY_EXISTS", f"The path {_remote(call)} is a directory.")
    if path.exists() and call.query.get("overwrite", "false") != "true":
        raise ApiError(409, "ALREADY_EXISTS", f"The file {_remote(call)} already exists.")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(call.body)
    return Response(status_code=204)


def delete_file(workspace: LocalWorkspace, call: Call) -> Response:
    path = _local(workspace, call, "WRITE VOLUME")
    if not path.is_file():
        raise _missing(call, "file")
    path.unlink()
    return Response(status_code=204)


def list_directory(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    folder = _existing_directory(workspace, call, "READ VOLUME")
    entries = [_entry(_remote(call), item) for item in sorted(folder.iterdir())]
    query = {**call.query, "max_results": call.query.get("page_size", "")}
    return page(entries, replace(call, query=query), "contents", default_size=1000)


def directory_metadata(workspace: LocalWorkspace, call: Call) -> Response:
    _existing_directory(workspace, call, "READ VOLUME")
    return Response()


def create_directory(workspace: LocalWorkspace, call: Call) -> Response:
    path = _local(workspace, call, "WRITE VOLUME")
    if path.is_file():
        raise ApiError(409, "ALREADY_EXISTS", f"The path {_remote(call)} is a file.")
    path.mkdir(parents=True, exist_ok=True)
    return Response(status_code=204)


def delete_directory(workspace: LocalWorkspace, call: Call) -> Response:
    """Only an empty one, as the service does."""
    folder = _existing_directory(workspace, call, "WRITE VOLUME")
    if any(folder.iterdir()):
        raise ApiError(400, "FAILED_PRECONDITION", f"Directory {_remote(call)} is not empty.")
    shutil.rmtree(folder)
    return Response(status_code=204)


def _local(workspace: LocalWorkspace, call: Call, privilege: str) -> Path:
    privileges = Privileges(workspace.metastore, call.user)
    try:
        return local_path(workspace.volumes, privileges, _remote(call), privilege)
    except SqlError as error:
        status, code = _REFUSALS.get(error.error_class, (400, error.error_class))
        raise ApiError(status, code, _plain(error)) from error


def _plain(error: SqlError) -> str:
    """The last sentence of the message, without class and SQLSTATE."""
    text = error.message.removeprefix(f"[{error.error_class}] ").split("\n")[-1]
    return text.removesuffix(f" SQLSTATE: {error.sql_state}")


def _remote(call: Call) -> str:
    return "/" + call.params["path"].strip("/")


def _existing_file(workspace: LocalWorkspace, call: Call) -> Path:
    path = _local(workspace, call, "READ VOLUME")
    if not path.is_file():
        raise _missing(call, "file")
    return path


def _existing_directory(workspace: LocalWorkspace, call: Call, privilege: str) -> Path:
    path = _local(workspace, call, privilege)
    if not path.is_dir():
        raise _missing(call, "directory")
    return path


def _missing(call: Call, kind: str) -> ApiError:
    return ApiError(404, "NOT_FOUND", f"The {kind} {_remote(call)} does not exist.")


def _modified(path: Path) -> dict[str, str]:
    moment = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return {"last-modified": format_datetime(moment, usegmt=True)}


def _entry(folder: str, item: Path) -> dict[str, Any]:
    status = item.stat()
    entry: dict[str, Any] = {
        "path": f"{folder}/{item.name}",
        "name": item.name,
        "is_directory": item.is_dir(),
        "last_modified": int(status.st_mtime * 1000),
    }
    if item.is_file():
        entry["file_size"] = status.st_size
    return entry


def _routes(
    path: str, handlers: dict[str, Callable[[LocalWorkspace, Call], Any]]
) -> tuple[Route, ...]:
    return tuple(Route(method, path, handler) for method, handler in handlers.items())


ROUTES = (
    *_routes(
        "/api/2.0/fs/files/{path:path}",
        {"HEAD": file_metadata, "GET": download, "PUT": upload, "DELETE": delete_file},
    ),
    *_routes(
        "/api/2.0/fs/directories/{path:path}",
        {
            "HEAD": directory_metadata,
            "GET": list_directory,
            "PUT": create_directory,
            "DELETE": delete_directory,
        },
    ),
)
