"""The notebooks of ``examples/``, run from top to bottom as in the local workspace."""

from __future__ import annotations

import os

import nbformat
import pytest
from nbclient import NotebookClient

from tests.conftest import ROOT, RunningWorkspace

pytestmark = pytest.mark.minutes

NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))
SHORT = {"compared_with_what_is_deployed", "dirty_files"}
"""Those that take seconds; the others are run by themselves: make notebooks."""
SPARK = """\
from local_workspace.notebook import NotebookSpark
spark = NotebookSpark({host!r}, {token!r})
"""
"""What Databricks has done before the first cell of a notebook."""


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.stem, marks=() if path.stem in SHORT else pytest.mark.notebooks)
        for path in NOTEBOOKS
    ],
)
def test_a_notebook_runs_from_top_to_bottom(
    path: str, workspace: RunningWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = workspace.client().config.authenticate()["Authorization"].removeprefix("Bearer ")
    notebook = nbformat.read(path, as_version=4)
    setup = nbformat.v4.new_code_cell(SPARK.format(host=workspace.host, token=token))
    notebook.cells.insert(0, setup)
    for name, value in workspace.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), workspace.env["PYTHONPATH"]]))
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(ROOT)}}).execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("text/html" in output.get("data", {}) for output in shown)


def test_there_are_five() -> None:
    assert len(NOTEBOOKS) == 5
