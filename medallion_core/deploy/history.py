"""The designs that were deployed, and the texts that they made."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from medallion_core.deploy.manifest import Manifest, history_path
from medallion_core.errors import MedallionError
from medallion_core.generate import bundle_of
from medallion_core.model import Bundle, Design
from medallion_core.model.file import dump_design, load_design
from medallion_core.workspace.folder import WorkspaceFolder, sha256_of
from medallion_core.workspace.folders import workspace_root

_KEPT = 2
"""Designs; one of 300 tables is some tens of megabytes with its bundle."""


@dataclass(slots=True)
class History:
    """Reads each design once. One that cannot be read any more is None; one that nothing can be
    generated from any more, since the check learned what is wrong with it, has an empty bundle: it
    must not stand in the way of the design that corrects it.

    ``planned`` stands for each deployment of the same text: what is known of it need not be found
    out again."""

    folder: WorkspaceFolder
    manifest: Manifest
    planned: Design | None = None
    _designs: dict[int, Design | None] = field(default_factory=dict)
    _bundles: dict[int, Bundle] = field(default_factory=dict)

    def design(self, number: int) -> Design | None:
        if number not in self._designs:
            self._designs[number] = self._read(number)
        return self._designs[number]

    def bundle(self, number: int) -> Bundle:
        """What the design of deployment ``number`` generates now."""
        if number not in self._bundles:
            self._bundles[number] = _generated(self.design(number), self.folder)
        return self._bundles[number]

    def deployed_text(self, path: str) -> str | None:
        """As it was written last, believed only where its hash agrees: a newer version of the
        product may generate another text."""
        file = self.manifest.files[path]
        text = self.bundle(file.number).get(path)
        return text if text is not None and sha256_of(text) == file.sha256 else None

    def _read(self, number: int) -> Design | None:
        try:
            text = self.folder.read(history_path(number))
            if text and self.planned and text == dump_design(self.planned):
                return self.planned
            return _loaded(text) if text else None
        except MedallionError:
            return None


@lru_cache(maxsize=_KEPT)
def _loaded(text: str) -> Design:
    """Kept with all that is found out of it: each edit is compared with the same deployment."""
    return load_design(text)


def _generated(design: Design | None, folder: WorkspaceFolder) -> Bundle:
    try:
        return bundle_of(design, workspace_root(folder.ws)) if design else {}
    except MedallionError:
        return {}
