"""``python -m tests.golden`` writes the golden bundles again, to be read as a diff."""

from __future__ import annotations

import shutil
from pathlib import Path

from medallion_core.generate import generate_bundle
from medallion_core.model import Bundle
from tests.generate.designs import GOLDEN

FOLDER = Path(__file__).parent


def read_tree(name: str) -> Bundle:
    """The golden files of the design ``name``."""
    root = FOLDER / name
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in files}


def write_trees() -> None:
    """Replaces every golden tree by what is generated now."""
    for name, design in GOLDEN.items():
        bundle = generate_bundle(design())
        shutil.rmtree(FOLDER / name, ignore_errors=True)
        for path, text in bundle.items():
            file = FOLDER / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_trees()
