"""A bundle on disk: written again and again, and never over what a person wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from medallion_core.cli.bundle_files import read_bundle, write_bundle
from medallion_core.errors import MedallionError

FIRST = {"src/silver/a.py": "a = 1\n", "src/silver/old.py": "old = 1\n", "README.md": "# One\n"}
SECOND = {"src/silver/a.py": "a = 2\n", "README.md": "# One\n"}


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write_bundle(tmp_path, FIRST)
    assert read_bundle(tmp_path) == FIRST


def test_files_of_an_earlier_bundle_go_and_foreign_files_stay(tmp_path: Path) -> None:
    write_bundle(tmp_path, FIRST)
    (tmp_path / "notes.txt").write_text("mine")
    write_bundle(tmp_path, SECOND)
    assert read_bundle(tmp_path) == SECOND
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_an_edit_is_named_and_kept(tmp_path: Path) -> None:
    write_bundle(tmp_path, FIRST)
    (tmp_path / "src/silver/a.py").write_text("a = 'by hand'\n")
    with pytest.raises(MedallionError, match=r"src/silver/a\.py") as raised:
        write_bundle(tmp_path, SECOND)
    assert raised.value.code == "FILES_EDITED"
    assert (tmp_path / "src/silver/a.py").read_text() == "a = 'by hand'\n"
    assert (tmp_path / "src/silver/old.py").exists()
    write_bundle(tmp_path, SECOND, overwrite=True)
    assert read_bundle(tmp_path) == SECOND


def test_a_file_that_was_there_before_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("somebody else's")
    with pytest.raises(MedallionError, match=r"README\.md"):
        write_bundle(tmp_path, FIRST)


def test_a_folder_without_a_bundle_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(MedallionError) as raised:
        read_bundle(tmp_path)
    assert raised.value.code == "BUNDLE_NOT_FOUND"
    assert "generate" in raised.value.hint


def test_a_python_file_that_a_person_added_is_read_too(tmp_path: Path) -> None:
    write_bundle(tmp_path, FIRST)
    (tmp_path / "src/silver/extra.py").write_text("extra = 1\n")
    assert "src/silver/extra.py" in read_bundle(tmp_path)
