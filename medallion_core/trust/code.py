"""That what runs is what was deployed: files changed by hand wait for an owner's eyes.

What runs, as the service principal, is what the pipeline's glob finds and the SQL of the job around
it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from medallion_core.errors import MedallionError
from medallion_core.workspace.folder import File, WorkspaceFolder

ACCEPTED = ".medallion/accepted.json"
_CODE = ("src/", "sql/")

_STATE = ".medallion/"


class How(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class CodeChange:
    """A file of code that is not as a deployment left it. ``sha256`` and ``text`` are of
    what lies there now, empty where it was deleted."""

    path: str
    how: How
    sha256: str = ""
    text: str = ""


def changed_code(
    folder: WorkspaceFolder, deployed: Mapping[str, str], versions: Mapping[str, str] | None = None
) -> list[CodeChange]:
    """Every difference between the code in the folder and ``deployed``, path to SHA-256, but for
    those that an owner accepted as they are now. ``versions`` are what the workspace said of files
    that were known to hold that: those of which it still says so are not read."""
    there = {path: version for path, version in folder.versions().items() if is_code(path)}
    noted = versions or {}
    same = {path for path, version in there.items() if version and noted.get(path) == version}
    wanted = {p: sha256 for p, sha256 in deployed.items() if is_code(p) and p not in same}
    accepted = _accepted(folder)
    found = _differences(folder.read_all(path for path in there if path not in same), wanted)
    return [each for each in found if accepted.get(each.path) != each.sha256]


def is_code(path: str) -> bool:
    """Whether the platform may run what lies at ``path``, or somebody who is told to.

    Also Python beside ``src``: the pipeline's root is on the path that imports are found by, so
    that a ``pyspark.py`` there would run in place of Spark's.
    https://docs.databricks.com/aws/en/ldp/import-workspace-files
    """
    if path.startswith(_STATE):
        return False
    return path.startswith(_CODE) or path.endswith((".py", ".pyc", ".so", ".zip", ".whl"))


def _differences(there: Mapping[str, File], wanted: Mapping[str, str]) -> list[CodeChange]:
    changes = []
    for path in sorted(there.keys() | wanted.keys()):
        file = there.get(path)
        if file is None:
            changes.append(CodeChange(path, How.DELETED))
        elif path not in wanted:
            changes.append(CodeChange(path, How.ADDED, file.sha256, file.text))
        elif file.sha256 != wanted[path]:
            changes.append(CodeChange(path, How.CHANGED, file.sha256, file.text))
    return changes


def require_deployed_code(
    folder: WorkspaceFolder, deployed: Mapping[str, str], replaced: Collection[str] = ()
) -> None:
    """Raises MedallionError CODE_CHANGED where something else would run than what owners deployed
    or accepted. ``replaced`` are files that a deployment is about to write or to delete."""
    changes = [each for each in changed_code(folder, deployed) if each.path not in replaced]
    if changes:
        listed = ", ".join(f"{each.path} ({each.how})" for each in changes)
        raise MedallionError(
            "CODE_CHANGED",
            f"Not as it was deployed: {listed}.",
            "An owner looks at the difference and accepts it, on the Runs page or by "
            "`--accept-code`; or replaces it at the next deployment.",
        )


def accept_code(folder: WorkspaceFolder, changes: Sequence[CodeChange]) -> None:
    """From now on these files may run exactly as they were seen. Who may accept is asked before."""
    accepted = _accepted(folder) | {each.path: each.sha256 for each in changes}
    folder.write(ACCEPTED, json.dumps(accepted, indent=2, sort_keys=True) + "\n")


def _accepted(folder: WorkspaceFolder) -> dict[str, str]:
    """What cannot be read accepts nothing."""
    try:
        found = json.loads(folder.read(ACCEPTED) or "{}")
    except ValueError:
        return {}
    return {str(path): str(sha) for path, sha in found.items()} if isinstance(found, dict) else {}
