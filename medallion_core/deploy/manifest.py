"""What a deployment remembers of itself, in ``.medallion/manifest.json`` of the pipeline's folder.

It is written before anything else changes and again when all is done, so that a deployment that
was killed in between is recognised and finished by the next one.
"""

from __future__ import annotations

import json
from dataclasses import KW_ONLY, asdict, dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from medallion_core.errors import MedallionError
from medallion_core.text.paths import is_inside
from medallion_core.workspace.folder import WorkspaceFolder

STATE = ".medallion"
MANIFEST = f"{STATE}/manifest.json"


@dataclass(frozen=True, slots=True)
class DeployedFile:
    """``sha256`` of what was written, by deployment ``number``. ``version`` is what the workspace
    said of the file when it was known to hold that: as long as it says the same, it does; empty
    where that was not to be had."""

    sha256: str
    number: int
    version: str = ""


@dataclass(frozen=True, slots=True)
class PastDeployment:
    """``at`` is ISO 8601 in UTC. Its design lies in ``.medallion/history/<number>.yml``."""

    number: int
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """``number`` counts the deployments that came to their end; 0: none did.

    ``pending`` holds, while a deployment is under way, the SHA-256 of every text that it may
    have written to a path: such a file is ours, not edited by hand. ``full_refresh`` are tables
    that somebody agreed to read again in full, and when (ISO 8601 in UTC). ``functions`` are those
    that a deployment made or was about to make: ``catalog.schema.function``; ``schemas`` those
    that one made: ``catalog.schema``.
    """

    pipeline_name: str
    _: KW_ONLY
    pipeline_id: str = ""
    job_id: str = ""
    number: int = 0
    files: dict[str, DeployedFile] = field(default_factory=dict)
    pending: dict[str, list[str]] = field(default_factory=dict)
    under_way: bool = False
    full_refresh: dict[str, str] = field(default_factory=dict)
    history: tuple[PastDeployment, ...] = ()
    functions: tuple[str, ...] = ()
    schemas: tuple[str, ...] = ()

    def wrote(self, path: str, sha256: str) -> bool:
        """Whether a deployment of ours may have left exactly this file."""
        deployed = self.files.get(path)
        return (deployed is not None and deployed.sha256 == sha256) or sha256 in self.pending.get(
            path, []
        )

    def holds(self, path: str, version: str) -> str:
        """The SHA-256 of what lies at ``path`` while the workspace says ``version`` of it; empty
        where that has to be read."""
        deployed = self.files.get(path)
        return deployed.sha256 if deployed and version and deployed.version == version else ""

    def deployment_at(self, moment: datetime | None) -> PastDeployment | None:
        """The deployment that what began at ``moment`` found: the last that had come to its end,
        the first where none had; the latest for None. None before any."""
        if moment is None or not self.history:
            return self.history[-1] if self.history else None
        ended = [each for each in self.history if datetime.fromisoformat(each.at) <= moment]
        return ended[-1] if ended else self.history[0]


def history_path(number: int) -> str:
    return f"{STATE}/history/{number}.yml"


def read_manifest(folder: WorkspaceFolder) -> Manifest | None:
    """None where nothing was deployed to the folder. Raises MedallionError MANIFEST_INVALID."""
    text = folder.read(MANIFEST)
    if text is None:
        return None
    try:
        return _from_json(json.loads(text))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise MedallionError(
            "MANIFEST_INVALID",
            f"{folder.path}/{MANIFEST} cannot be read: {error}.",
            "Restore it from the folder's version history, or move the folder away.",
        ) from error


def write_manifest(folder: WorkspaceFolder, manifest: Manifest) -> None:
    folder.write(MANIFEST, json.dumps(asdict(manifest), indent=2, sort_keys=True) + "\n")


def require_current(folder: WorkspaceFolder, seen: Manifest) -> None:
    """Raises MedallionError PLAN_OUTDATED where something was deployed since ``seen`` was read."""
    now = read_manifest(folder) or Manifest(seen.pipeline_name)
    if now != seen:
        by = f" by {now.history[-1].by}" if now.history else ""
        raise MedallionError(
            "PLAN_OUTDATED",
            f"The pipeline was deployed{by} since this plan was made.",
            "Look at the new plan, then deploy again.",
        )


def _from_json(record: dict[str, Any]) -> Manifest:
    """Raises an error of Python for what no deployment has written."""
    for path in (*record["files"].keys(), *record["pending"].keys()):
        if not is_inside(path):
            raise ValueError(f"{path!r} is not a path below the folder")
    manifest = Manifest(
        pipeline_name=record["pipeline_name"],
        pipeline_id=record["pipeline_id"],
        job_id=record.get("job_id", ""),
        number=record["number"],
        files={path: DeployedFile(**file) for path, file in record["files"].items()},
        pending=record["pending"],
        under_way=record["under_way"],
        full_refresh=record["full_refresh"],
        history=tuple(PastDeployment(**past) for past in record["history"]),
        functions=tuple(record.get("functions", ())),
        schemas=tuple(record.get("schemas", ())),
    )
    _check_values(manifest)
    return manifest


def _check_values(manifest: Manifest) -> None:
    """Raises an error of Python for values of another kind than a deployment writes."""
    files, history = manifest.files.values(), manifest.history
    texts = [
        manifest.pipeline_name,
        manifest.pipeline_id,
        manifest.job_id,
        *(past.by for past in history),
        *manifest.functions,
        *manifest.schemas,
    ]
    texts += chain(*((file.sha256, file.version) for file in files), *manifest.pending.values())
    numbers = [
        manifest.number,
        *(file.number for file in files),
        *(past.number for past in history),
    ]
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"{text!r} is not a text")
    for number in numbers:
        if type(number) is not int:
            raise TypeError(f"{number!r} is not a whole number")
    for moment in (*manifest.full_refresh.values(), *(past.at for past in history)):
        datetime.fromisoformat(moment)
