"""Files of ours are read as they were written, or not at all."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest
from databricks.sdk.errors import AlreadyExists, BadRequest, DatabricksError

from medallion_core.errors import MedallionError
from medallion_core.workspace.folder import WorkspaceFolder


def folder_with(content: bytes) -> WorkspaceFolder:
    files: Any = SimpleNamespace(download=lambda *_, **__: io.BytesIO(content))
    ws: Any = SimpleNamespace(client=SimpleNamespace(workspace=files))
    return WorkspaceFolder(ws, "/Workspace/shop")


def test_a_text_is_read_as_it_is() -> None:
    text = "name: Größe \ufffd\n"
    assert folder_with(text.encode()).read("1.yml") == text


def test_what_is_no_text_is_refused_with_its_name_and_shown_where_it_is_compared() -> None:
    folder = folder_with("name: Größe\n".encode("latin-1"))
    with pytest.raises(MedallionError, match=r"/Workspace/shop/1\.yml is not UTF-8") as raised:
        folder.read("1.yml")
    assert raised.value.hint
    shown = folder.read_file("1.yml")
    assert shown is not None
    assert shown.text == "name: Gr\ufffd\ufffde\n"


@pytest.mark.parametrize(
    ("error", "created"),
    [
        (None, True),
        (BadRequest("It already exists.", error_code="RESOURCE_ALREADY_EXISTS"), False),
        (AlreadyExists("Node with name x already exists", error_code="ALREADY_EXISTS"), False),
    ],
)
def test_of_several_who_make_a_file_at_once_one_does(
    error: DatabricksError | None, created: bool
) -> None:
    def import_(*_: object, **__: object) -> None:
        if error:
            raise error

    files: Any = SimpleNamespace(import_=import_, mkdirs=lambda _: None)
    ws: Any = SimpleNamespace(client=SimpleNamespace(workspace=files))
    assert WorkspaceFolder(ws, "/Workspace/shop").create("lock.json", "{}") is created
