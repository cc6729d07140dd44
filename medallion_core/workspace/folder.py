"""A folder of workspace files, its paths relative to it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medallion_core.errors import MedallionError
from medallion_core.workspace import Workspace, sdk
from medallion_core.workspace.errors import remote_errors

if TYPE_CHECKING:
    from databricks.sdk.service.workspace import ObjectInfo

AT_ONCE = 8
"""Files read at the same time; the service throttles beyond some tens of calls per second."""

_TAKEN = frozenset({"RESOURCE_ALREADY_EXISTS", "ALREADY_EXISTS"})
"""What the service answers where a file is there already: 400, and 409 where several make it at
once."""
_WORKSPACE = "/Workspace"


@dataclass(frozen=True, slots=True)
class File:
    """``text`` shows bytes that are no UTF-8 as replacement characters; ``sha256`` is of the
    bytes. ``version`` is what a listing said of the file before it was read, so that a file of the
    same version holds the same bytes; empty where there was none."""

    text: str
    sha256: str
    version: str = ""


def sha256_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class WorkspaceFolder:
    """Reads and writes below ``path``; raises MedallionError where the workspace refuses."""

    def __init__(self, ws: Workspace, path: str) -> None:
        self.ws = ws
        self.path = path
        self._files = ws.client.workspace
        self._made: set[str] = set()

    def paths(self) -> list[str]:
        """All files in the folder and below, sorted; none where there is no folder."""
        return sorted(self._relative(item.path) for item in self.files() if item.path)

    def versions(self) -> dict[str, str]:
        """All files in the folder and below, each with a text that is another one whenever somebody
        has written the file since; empty where the service tells no such thing.

        https://docs.databricks.com/api/workspace/workspace/list
        """
        return {self._relative(item.path): _version(item) for item in self.files() if item.path}

    def files(self) -> list[ObjectInfo]:
        """What the service says of each file in the folder and below."""
        with remote_errors(f"Listing {self.path}"):
            try:
                return [
                    item for item in self._files.list(self.path, recursive=True) if _is_file(item)
                ]
            except sdk.NotFound:
                return []

    def read_all(self, paths: Iterable[str]) -> dict[str, File]:
        """Those of ``paths`` that exist."""
        wanted = list(paths)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = zip(wanted, pool.map(self.read_file, wanted), strict=True)
            return {path: file for path, file in found if file is not None}

    def read_file(self, path: str) -> File | None:
        with remote_errors(f"Reading {path}"):
            try:
                with self._files.download(
                    self._absolute(path), format=sdk.ExportFormat.AUTO
                ) as body:
                    content = body.read()
            except sdk.NotFound:
                return None
        return File(content.decode(errors="replace"), hashlib.sha256(content).hexdigest())

    def read(self, path: str) -> str | None:
        """A file of ours. Raises MedallionError FILE_INVALID for one that is no text."""
        file = self.read_file(path)
        if file and sha256_of(file.text) != file.sha256:
            raise MedallionError(
                "FILE_INVALID",
                f"{self.path}/{path} is not UTF-8.",
                "Restore it from the folder's version history, or delete it.",
            )
        return file.text if file else None

    def write(self, path: str, text: str) -> None:
        """Creates or replaces a file, with the folders it lies in.

        RAW, since the SDK's default would make a notebook of a ``.py`` file.
        """
        with remote_errors(f"Writing {path}"):
            self._upload(path, text, overwrite=True)

    def create(self, path: str, text: str) -> bool:
        """Creates a file; False where there is one already. One of two callers wins."""
        with remote_errors(f"Writing {path}"):
            try:
                self._upload(path, text, overwrite=False)
            except sdk.DatabricksError as error:
                if error.error_code in _TAKEN:
                    return False
                raise
        return True

    def delete(self, path: str) -> None:
        """Removes a file that may be gone already."""
        with remote_errors(f"Deleting {path}"):
            try:
                self._files.delete(self._absolute(path))
            except sdk.NotFound:
                return

    def _upload(self, path: str, text: str, *, overwrite: bool) -> None:
        parent = self._absolute(path).rpartition("/")[0]
        if parent not in self._made:
            self._files.mkdirs(parent)
            self._made.add(parent)
        # Not the SDK's ``upload``: that sends a form, which it does not send again after a 429.
        self._files.import_(
            self._absolute(path),
            content=base64.b64encode(text.encode()).decode(),
            format=sdk.ImportFormat.RAW,
            overwrite=overwrite,
        )

    def _absolute(self, path: str) -> str:
        return f"{self.path}/{path}"

    def _relative(self, absolute: str) -> str:
        """The service may leave out the leading ``/Workspace`` of what was asked for."""
        root = self.path.removeprefix(_WORKSPACE)
        return absolute.removeprefix(_WORKSPACE).removeprefix(root).lstrip("/")


def _version(item: ObjectInfo) -> str:
    """A notebook's time of change is not told, and which file lies at a path may change, too."""
    known = item.object_id, item.modified_at, item.size
    if item.object_type != sdk.ObjectType.FILE or None in known:
        return ""
    return "-".join(map(str, known))


def _is_file(item: ObjectInfo) -> bool:
    return item.object_type in (sdk.ObjectType.FILE, sdk.ObjectType.NOTEBOOK)
