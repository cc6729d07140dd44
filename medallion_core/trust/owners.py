"""Whose pipeline it is: who deployed it first, and whom they added."""

from __future__ import annotations

import json

from medallion_core.errors import MedallionError
from medallion_core.trust.asker import Asker, Mode
from medallion_core.workspace.access import is_one
from medallion_core.workspace.errors import TRANSIENT
from medallion_core.workspace.folder import WorkspaceFolder

OWNERS = ".medallion/owners.json"


def read_owners(folder: WorkspaceFolder) -> tuple[str, ...]:
    """Their e-mails; none before the first deployment.

    Raises MedallionError OWNERS_INVALID for a file that says nothing that can be read: nobody is
    an owner then, and nobody becomes one by it.
    """
    text = folder.read(OWNERS)
    if text is None:
        return ()
    try:
        found = json.loads(text)["owners"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise _unreadable(folder) from error
    if not isinstance(found, list) or not all(isinstance(each, str) and each for each in found):
        raise _unreadable(folder)
    return tuple(found)


def write_owners(folder: WorkspaceFolder, owners: tuple[str, ...]) -> None:
    folder.write(OWNERS, json.dumps({"owners": list(owners)}, indent=2) + "\n")


def owned(asker: Asker, folder: WorkspaceFolder) -> tuple[str, ...] | None:
    """The owners where the person is one; None where the pipeline is somebody else's: they are not
    told that there is one. Owners that cannot be read are nobody that is known.

    Raises MedallionError where another look may tell.
    """
    try:
        owners = read_owners(folder)
    except MedallionError as error:
        if error.code in TRANSIENT:
            raise
        owners = ()
    return owners if is_owner(asker, owners) else None


def is_owner(asker: Asker, owners: tuple[str, ...]) -> bool:
    """E-mails compare without case. An admin who set ``MEDALLION_TRUST=app`` lets everybody; who
    acts as themselves has what the workspace gives them."""
    if asker.mode is not Mode.PERSON:
        return True
    return asker.name.casefold() in {owner.casefold() for owner in owners}


def require_owner(asker: Asker, folder: WorkspaceFolder, action: str) -> None:
    """Raises MedallionError NOT_OWNER where the pipeline in ``folder`` is somebody else's."""
    owners = read_owners(folder)
    if is_owner(asker, owners):
        return
    whose = ", ".join(owners) or "nobody: it was deployed without the app"
    raise MedallionError(
        "NOT_OWNER",
        f"{asker.name} may not {action}: the pipeline belongs to {whose}.",
        "Ask an owner to add you on the Deploy page."
        if owners
        else "Have a workspace admin write its owners, or give your design another pipeline name.",
    )


def require_new_owner(asker: Asker, folder: WorkspaceFolder, name: str) -> str:
    """``name`` as it is kept. Raises MedallionError NOT_OWNER, or INVALID_NAME for what is no
    e-mail and no application id: a group's name would let all of its members see the pipeline."""
    require_owner(asker, folder, "add an owner")
    stripped = name.strip()
    if not is_one(stripped):
        raise MedallionError(
            "INVALID_NAME",
            f"{name!r} is nobody's e-mail and no application id.",
            "Write one person's e-mail or a service principal's application id; no group.",
        )
    return stripped


def add_owner(asker: Asker, folder: WorkspaceFolder, name: str) -> tuple[str, ...]:
    """The owners with ``name`` among them. Raises as ``require_new_owner`` does."""
    added = require_new_owner(asker, folder, name)
    there = read_owners(folder)
    if added.casefold() in map(str.casefold, there):
        return there
    write_owners(folder, (*there, added))
    return (*there, added)


def remove_owner(asker: Asker, folder: WorkspaceFolder, email: str) -> tuple[str, ...]:
    """The owners without ``email``. Raises MedallionError NOT_OWNER, or LAST_OWNER where nobody
    would be left."""
    require_owner(asker, folder, "remove an owner")
    owners = tuple(o for o in read_owners(folder) if o.casefold() != email.strip().casefold())
    if not owners:
        raise MedallionError(
            "LAST_OWNER", f"{email} is the only owner.", "Add another owner first."
        )
    write_owners(folder, owners)
    return owners


def _unreadable(folder: WorkspaceFolder) -> MedallionError:
    return MedallionError(
        "OWNERS_INVALID",
        f"{folder.path}/{OWNERS} cannot be read.",
        "Restore it from the file's version history.",
    )
