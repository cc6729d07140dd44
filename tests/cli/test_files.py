"""Commands that talk to no workspace."""

from __future__ import annotations

import subprocess
import sys

import pytest

from medallion_core.__main__ import ON_FILES, main
from medallion_core.model.file import dump_design
from tests.generate.designs import tpch


def test_the_sdk_is_not_loaded_for_files() -> None:
    """It takes longer to load than a bundle to write."""
    code = f"import sys, {ON_FILES}, medallion_core.__main__; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    modules = loaded.stdout.split()
    assert "medallion_core.generate" in modules
    assert not {"databricks", "pyarrow", "requests", "streamlit"} & set(modules)


def test_a_bundle_is_generated_and_checked(tmp_path, capsys) -> None:
    design, folder = tmp_path / "medallion.yml", tmp_path / "bundle"
    design.write_text(dump_design(tpch()))
    assert main(["generate", str(design), "-o", str(folder)]) == 0
    assert main(["check", str(folder)]) == 0
    assert "0 errors" in capsys.readouterr().out
    (folder / "src/silver/orders.py").write_text("def (")
    assert main(["check", str(folder)]) == 1
    assert "src/silver/orders.py:1: This is not Python" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["generate", "-o", "out"], ["plan"]])
def test_a_design_that_is_not_there_is_two_lines(command, tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABRICKS_HOST", "http://127.0.0.1:1")
    monkeypatch.setenv("DATABRICKS_TOKEN", "t")
    assert main([command[0], "nowhere.yml", *command[1:]]) == 1
    what, hint = capsys.readouterr().err.splitlines()
    assert "nowhere.yml cannot be read" in what
    assert "propose" in hint
