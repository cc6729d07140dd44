"""The designs that were deployed, and the texts that they made."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from threading import Lock

from medallion_core.deploy.manifest import Manifest, history_path
from medallion_core.errors import MedallionError
from medallion_core.generate import bundle_of
from medallion_core.model import Bundle, Design
from medallion_core.model.file import dump_design, load_design
from medallion_core.workspace.folder import WorkspaceFolder, sha256_of
from medallion_core.workspace.folders import workspace_root

_KEPT = 2
"""Designs; one of 300 tables is some tens of megabytes with its bundle."""
_DESIGNS: dict[str, Design] = {}
"""By their texts, the one that was asked for last at the end."""
_LOCK = Lock()


@dataclass(slots=True)
class History:
    """Reads each design once. One that cannot be read any more is None; one that nothing can be
    generated from any more, since the check learned what is wrong with it, has an empty bundle: it
    must not stand in the way of the design that corrects it.

    ``planned`` stands for each deployment of the same text: what is known of it need not be found
    out again."""

    folder: WorkspaceFolder
    manifest: Manifest
    _: KW_ONLY
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
            return _design_of(text, self.planned) if text else None
        except MedallionError:
            return None


def _design_of(text: str, planned: Design | None) -> Design:
    """Kept with all that is found out of it: each edit is compared with the same deployment."""
    with _LOCK:
        found = _DESIGNS.pop(text, None)
        if planned is not None and dump_design(planned) == text:
            found = planned
        _DESIGNS[text] = found = found or load_design(text)
        for oldest in list(_DESIGNS)[:-_KEPT]:
            del _DESIGNS[oldest]
    return found


def _generated(design: Design | None, folder: WorkspaceFolder) -> Bundle:
    try:
        return bundle_of(design, workspace_root(folder.ws)) if design else {}
    except MedallionError:
        return {}
