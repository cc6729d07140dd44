"""Where the files of volumes lie on this machine."""

from __future__ import annotations

from pathlib import Path

from local_workspace.catalog.errors import SqlError
from local_workspace.catalog.privileges import Privileges


def local_path(folder: Path, privileges: Privileges, remote: str, privilege: str) -> Path:
    """Where ``/Volumes/…`` lies below ``folder``, for someone who has ``privilege`` on its volume.

    Raises SqlError: INVALID_PARAMETER_VALUE, NOT_FOUND or INSUFFICIENT_PERMISSIONS.
    """
    parts = remote.strip("/").split("/")
    if len(parts) < 4 or parts[0] != "Volumes" or ".." in parts:
        raise SqlError("INVALID_PARAMETER_VALUE", f"Invalid path: {remote}", "22023")
    volume = privileges.metastore.volume(*parts[1:4])
    if volume is None:
        name = ".".join(parts[1:4])
        raise SqlError("NOT_FOUND", f"Volume '{name}' does not exist.", "42K03")
    privileges.require(privilege, volume)
    return folder.joinpath(volume.catalog, volume.schema, volume.name, *parts[4:])
