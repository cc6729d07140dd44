"""Whether the app's own folder is its own: who else may write where it keeps code and owners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medallion_core.workspace import Workspace, sdk
from medallion_core.workspace.errors import remote_errors

if TYPE_CHECKING:
    from databricks.sdk.service.iam import AccessControlResponse

_MAY_WRITE = ("CAN_EDIT", "CAN_MANAGE")
_ADMINS = "admins"
"""Workspace admins may write everywhere; nothing can be kept from them."""


def open_places(ws: Workspace, root: str) -> list[str]:
    """Who besides the identity of ``ws`` and the workspace's admins may change what lies in
    ``root``, a sentence each. What cannot be asked is said, not passed over."""
    with remote_errors(f"Reading who may do what in {root}"):
        try:
            status = ws.client.workspace.get_status(root)
            found = ws.client.permissions.get("directories", str(status.object_id))
        except sdk.NotFound:
            return []
        except sdk.PermissionDenied:
            return [f"The permissions of {root} may not be read: who may write there is not known."]
    entries = found.access_control_list or []
    return [sentence for entry in entries for sentence in _opens(ws, root, entry)]


def _opens(ws: Workspace, root: str, entry: AccessControlResponse) -> list[str]:
    who = entry.user_name or entry.group_name or entry.service_principal_name or ""
    if who in (_ADMINS, ws.user_name):
        return []
    levels = [
        each.permission_level.value
        for each in entry.all_permissions or []
        if each.permission_level and each.permission_level.value in _MAY_WRITE
    ]
    return [f"{who} has {levels[-1]} on {root} and may change what the app runs."] if levels else []
