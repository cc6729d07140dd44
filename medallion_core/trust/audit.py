"""What the service principal did for whom: one file an action, in a folder that only it writes.

A file of its own for each action, since workspace files know no appending: two actions at the same
moment lose nothing of each other.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from medallion_core.workspace.folder import WorkspaceFolder

AUDIT = ".medallion/audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """``who`` asked for ``action`` on ``subject`` at ``at`` (ISO 8601 in UTC). ``consent`` is
    what they agreed to besides, ``outcome`` how it ended; both may be empty."""

    who: str
    action: str
    subject: str
    at: str
    mode: str
    consent: str = ""
    outcome: str = ""


def write_audit(folder: WorkspaceFolder, entry: AuditEntry) -> None:
    """Keeps ``entry``. Raises MedallionError where the folder cannot be written: an action that
    cannot be noted is not to be done."""
    moment = entry.at.replace(":", "").replace("+0000", "Z")
    folder.create(
        f"{AUDIT}/{moment}-{uuid.uuid4().hex[:8]}.json",
        json.dumps(asdict(entry), sort_keys=True) + "\n",
    )


def entry_now(
    *, who: str, action: str, subject: str, mode: str, consent: str = "", outcome: str = ""
) -> AuditEntry:
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    return AuditEntry(
        who=who, action=action, subject=subject, at=at, mode=mode, consent=consent, outcome=outcome
    )


def read_audit(folder: WorkspaceFolder, limit: int = 50) -> list[AuditEntry]:
    """The last ``limit`` actions, newest first. A file that cannot be read is left out of the
    list, and none that is there hides another."""
    paths = [path for path in folder.paths() if path.startswith(f"{AUDIT}/")]
    newest = sorted(paths, reverse=True)[:limit]
    texts = folder.read_all(newest)
    return list(_entries(texts[path].text for path in newest if path in texts))


def _entries(texts: Iterable[str]) -> Iterable[AuditEntry]:
    for text in texts:
        try:
            yield AuditEntry(**{key: str(value) for key, value in json.loads(text).items()})
        except (ValueError, TypeError, AttributeError):
            continue
