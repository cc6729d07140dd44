"""Relative paths, as bundles and manifests name their files."""

from __future__ import annotations

_FOREIGN = frozenset("\\:")
"""They part folders and drives elsewhere."""


def is_inside(path: str) -> bool:
    """Whether ``path`` names a file below the folder that it is relative to, wherever that is.

    >>> [is_inside(path) for path in ("src/a.py", "../a.py", "/a.py", "src//a.py", "c:a", "")]
    [True, False, False, False, False, False]
    """
    parts = path.split("/")
    plain = path.isprintable() and not _FOREIGN & set(path)
    return plain and all(part not in ("", ".", "..") for part in parts)
