"""A bundle in a folder of this machine: written without losing what a person changed there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from medallion_core.cli.text_files import is_file, read_bytes, read_text, write_text, writing
from medallion_core.errors import MedallionError
from medallion_core.model import Bundle
from medallion_core.text.paths import is_inside

MANIFEST = Path(".medallion") / "files.json"
"""What was written last, ``{path: sha256}``: how an edit is told from a file of ours."""


def write_bundle(folder: Path, bundle: Bundle, *, overwrite: bool = False) -> None:
    """Makes ``folder`` hold ``bundle``. Files of an earlier bundle that are no longer part of it
    are removed; files that were never part of one stay.

    Raises MedallionError FILES_EDITED, before anything is written, where a file was changed or
    made by somebody else; ``overwrite`` replaces those too. MANIFEST_INVALID and LEADS_OUTSIDE
    where what lies there would have files outside of the folder changed, FILE_NOT_WRITTEN.
    """
    written = _manifest(folder)
    paths = {*written, *bundle}
    _require_below(folder, paths)
    edited = [path for path in paths if _is_foreign(folder, path, written, bundle)]
    if edited and not overwrite:
        raise MedallionError(
            "FILES_EDITED",
            f"Changed by hand in {folder}: {', '.join(sorted(edited))}.",
            "Move the changes into the design, or repeat with --overwrite to lose them.",
        )
    for path in written.keys() - bundle.keys():
        with writing(folder / path):
            (folder / path).unlink(missing_ok=True)
    for path, text in bundle.items():
        write_text(folder / path, text)
    hashes = {path: digest(text) for path, text in sorted(bundle.items())}
    write_text(folder / MANIFEST, json.dumps(hashes, indent=2) + "\n")


def read_bundle(folder: Path) -> Bundle:
    """The generated files below ``folder`` as they are now, and the code that a person added.

    Raises MedallionError BUNDLE_NOT_FOUND where there is no generated bundle, FILE_NOT_READ.
    """
    written = _manifest(folder)
    if not written:
        raise MedallionError(
            "BUNDLE_NOT_FOUND",
            f"There is no generated bundle in {folder}.",
            "Make one: python -m medallion_core generate medallion.yml -o DIR.",
        )
    sources = (path for path in folder.rglob("*") if path.suffix in (".py", ".sql", ".yml"))
    found = {path.relative_to(folder).as_posix() for path in sources} | written.keys()
    paths = sorted(path for path in found if is_file(folder / path))
    return {path: read_text(folder / path) for path in paths}


def digest(text: str) -> str:
    """SHA-256 in hexadecimal of the UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def _require_below(folder: Path, paths: Iterable[str]) -> None:
    """Links may lead anywhere, whatever a path says. A folder is no file, and never replaced."""
    root = folder.resolve()
    stays = cache(lambda file: file.resolve().is_relative_to(root))
    for path in paths:
        file = folder / path
        with writing(file):
            if file.is_dir():
                raise IsADirectoryError(0, "it is a folder")
        if not stays(file if file.is_symlink() else file.parent):
            raise MedallionError(
                "LEADS_OUTSIDE",
                f"{folder / path} leads out of {folder}.",
                "Take away the link, or write to another folder.",
            )


def _is_foreign(folder: Path, path: str, written: dict[str, str], bundle: Bundle) -> bool:
    """Whether the file holds something that would be lost."""
    file = folder / path
    if not is_file(file):
        return False
    known = {written.get(path), digest(bundle[path]) if path in bundle else None}
    return hashlib.sha256(read_bytes(file)).hexdigest() not in known


def _manifest(folder: Path) -> dict[str, str]:
    """Raises MedallionError MANIFEST_INVALID for one that no ``generate`` has written."""
    path = folder / MANIFEST
    if not is_file(path):
        return {}
    try:
        found = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise _damaged(path, "it is not JSON") from error
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise _damaged(path, "it does not give a text for each path")
    for name in found:
        if not is_inside(name):
            raise _damaged(path, f"{name!r} is not a path below the folder")
    return found


def _damaged(path: Path, why: str) -> MedallionError:
    return MedallionError(
        "MANIFEST_INVALID",
        f"{path} is damaged: {why}.",
        "Delete it: generate then names each file that it would replace.",
    )
