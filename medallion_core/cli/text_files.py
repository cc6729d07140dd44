"""Files of this machine, as text; what goes wrong with one is a MedallionError."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from medallion_core.errors import MedallionError


def read_text(path: Path) -> str:
    """The UTF-8 text of a file. Raises MedallionError FILE_NOT_READ."""
    try:
        return read_bytes(path).decode()
    except UnicodeDecodeError as error:
        raise _not_read(path, f"byte {error.start} is not UTF-8") from error


def read_bytes(path: Path) -> bytes:
    """Raises MedallionError FILE_NOT_READ."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise _not_read(path, error.strerror or str(error)) from error


def is_file(path: Path) -> bool:
    """False, too, for a path that no file can have."""
    try:
        return path.is_file()
    except OSError:
        return False


def write_text(path: Path, text: str) -> None:
    """Makes or replaces a file, with the folders it lies in. Raises MedallionError
    FILE_NOT_WRITTEN."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def require_writable(path: Path) -> None:
    """Raises MedallionError FILE_NOT_WRITTEN where ``path`` cannot become a file: before work
    that would be lost."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(0, "it is a folder")
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            raise PermissionError(0, "you may not write there")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Around what changes ``path``. Raises MedallionError FILE_NOT_WRITTEN."""
    try:
        yield
    except OSError as error:
        raise MedallionError(
            "FILE_NOT_WRITTEN",
            f"{path} cannot be written: {error.strerror or error}.",
            "Name another place with -o, or make room for it there.",
        ) from error


def _not_read(path: Path, why: str) -> MedallionError:
    return MedallionError(
        "FILE_NOT_READ", f"{path} cannot be read: {why}.", "Check the path and what the file holds."
    )
