"""The documentation builds without a warning, and its reference has what the library exports."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import medallion
from tests.conftest import ROOT


def test_it_builds_and_names_what_is_exported(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", tmp_path],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    pages = "".join(path.read_text() for path in (tmp_path / "reference").rglob("*.html"))
    exported = [getattr(medallion, name) for name in medallion.__all__ if name[0] != "_"]
    named = [f"{each.__module__}.{each.__qualname__}" for each in exported]
    assert [name for name in named if f'id="{name}"' not in pages] == []


def test_what_the_page_calls_is_there() -> None:
    text = (ROOT / "docs" / "notebook.md").read_text()
    of = {"builder": medallion.Builder, "design": medallion.Design, "run": medallion.Run}
    called = set(re.findall(r"\b(builder|design|run)\.(\w+)", text))
    called |= {("design", name) for name in re.findall(r"^\| `(\w+)\(", text, re.MULTILINE)}
    assert len(called) > 30
    assert [f"{on}.{name}" for on, name in called if not hasattr(of[on], name)] == []
