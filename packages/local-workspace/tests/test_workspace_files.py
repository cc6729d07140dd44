"""Workspace files through the SDK: what is kept, what is refused, who may."""

from __future__ import annotations

import uuid

import pytest
from databricks.sdk.errors import (
    BadRequest,
    DatabricksError,
    PermissionDenied,
    ResourceAlreadyExists,
    ResourceDoesNotExist,
)
from databricks.sdk.service.workspace import ImportFormat, ObjectType

from local_workspace.testing import RunningWorkspace


@pytest.fixture
def root(workspace: RunningWorkspace) -> str:
    path = f"/Workspace/Shared/{uuid.uuid4().hex}"
    workspace.client().workspace.mkdirs(f"{path}/src")
    return path


def test_bytes_come_back_equal(workspace: RunningWorkspace, root: str) -> None:
    files = workspace.client().workspace
    content = "x = '\u00e9 {{ }} \\n'\r\n".encode()
    files.upload(f"{root}/src/a b.py", content, format=ImportFormat.RAW)
    assert files.download(f"{root}/src/a b.py").read() == content
    status = files.get_status(f"{root}/src/a b.py")
    assert (status.object_type, status.size) == (ObjectType.FILE, len(content))
    assert [item.path for item in files.list(f"{root}/src")] == [f"{root}/src/a b.py"]


def test_python_source_is_a_notebook_unless_raw(workspace: RunningWorkspace, root: str) -> None:
    files = workspace.client().workspace
    files.upload(f"{root}/raw.py", b"x = 1", format=ImportFormat.RAW)
    files.upload(f"{root}/source.py", b"x = 1")
    files.upload(
        f"{root}/auto.py", b"# Databricks notebook source\nx = 1", format=ImportFormat.AUTO
    )
    kinds = {item.path.rsplit("/", 1)[1]: item.object_type for item in files.list(root)}
    assert kinds["raw.py"] == ObjectType.FILE
    assert kinds["source.py"] == kinds["auto"] == ObjectType.NOTEBOOK
    with pytest.raises(DatabricksError, match="asked: NOTEBOOK, actual: FILE"):
        files.upload(f"{root}/raw.py", b"x = 2", overwrite=True)


def test_refusals(workspace: RunningWorkspace, root: str) -> None:
    files = workspace.client().workspace
    files.upload(f"{root}/src/a.py", b"1", format=ImportFormat.RAW)
    with pytest.raises(ResourceAlreadyExists):
        files.upload(f"{root}/src/a.py", b"2", format=ImportFormat.RAW)
    with pytest.raises(ResourceDoesNotExist, match="parent folder"):
        files.upload(f"{root}/none/a.py", b"2", format=ImportFormat.RAW)
    with pytest.raises(BadRequest, match="not empty"):
        files.delete(root)
    files.delete(root, recursive=True)
    with pytest.raises(ResourceDoesNotExist, match="doesn't exist"):
        files.get_status(f"{root}/src/a.py")


def test_a_folder_without_permission_is_closed(workspace: RunningWorkspace) -> None:
    own = workspace.client("ann@example.org").workspace
    own.mkdirs("/Workspace/Users/ann@example.org/p")
    path = "/Workspace/Users/ann@example.org/p/a.py"
    own.upload(path, b"1", format=ImportFormat.RAW, overwrite=True)
    with pytest.raises(PermissionDenied, match="read"):
        workspace.client("bob@example.org").workspace.download(path)
    with pytest.raises(PermissionDenied, match="write"):
        workspace.client("bob@example.org").workspace.delete(path)
