"""A bundle in a folder of this machine: written without losing what a person changed there."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from medallion_core.errors import MedallionError
from medallion_core.model import Bundle

MANIFEST = Path(".medallion") / "files.json"
"""What was written last, ``{path: sha256}``: how an edit is told from a file of ours."""


def write_bundle(folder: Path, bundle: Bundle, *, overwrite: bool = False) -> None:
    """Makes ``folder`` hold ``bundle``. Files of an earlier bundle that are no longer part of it
    are removed; files that were never part of one stay.

    Raises MedallionError FILES_EDITED, before anything is written, where a file was changed or
    made by somebody else; ``overwrite`` replaces those too.
    """
    written = _manifest(folder)
    edited = [path for path in {*written, *bundle} if _is_foreign(folder, path, written, bundle)]
    if edited and not overwrite:
        raise MedallionError(
            "FILES_EDITED",
            f"Changed by hand in {folder}: {', '.join(sorted(edited))}.",
            "Move the changes into the design, or repeat with --overwrite to lose them.",
        )
    for path in written.keys() - bundle.keys():
        (folder / path).unlink(missing_ok=True)
    for path, text in bundle.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    hashes = {path: digest(text) for path, text in sorted(bundle.items())}
    (folder / MANIFEST).parent.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).write_text(json.dumps(hashes, indent=2) + "\n", encoding="utf-8")


def read_bundle(folder: Path) -> Bundle:
    """The generated files below ``folder`` as they are now, and the code that a person added.

    Raises MedallionError BUNDLE_NOT_FOUND where there is no generated bundle.
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
    paths = sorted(path for path in found if (folder / path).is_file())
    return {path: (folder / path).read_text(encoding="utf-8") for path in paths}


def digest(text: str) -> str:
    """SHA-256 in hexadecimal of the UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def _is_foreign(folder: Path, path: str, written: dict[str, str], bundle: Bundle) -> bool:
    """Whether the file holds something that would be lost."""
    file = folder / path
    if not file.is_file():
        return False
    known = {written.get(path), digest(bundle[path]) if path in bundle else None}
    return hashlib.sha256(file.read_bytes()).hexdigest() not in known


def _manifest(folder: Path) -> dict[str, str]:
    path = folder / MANIFEST
    if not path.is_file():
        return {}
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found
