"""Who may see an object of the workspace: a person, a service principal or a group."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from medallion_core.workspace import sdk
from medallion_core.workspace.client import Workspace
from medallion_core.workspace.errors import remote_errors

if TYPE_CHECKING:
    from databricks.sdk.service.iam import (
        AccessControlRequest,
        AccessControlResponse,
        PermissionLevel,
    )

_APPLICATION_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE | re.ASCII)
_LONGEST_EMAIL = 254
"""https://www.rfc-editor.org/errata/eid1690"""


def is_one(name: str) -> bool:
    """Whether it can only be one person's or service principal's name, and no group's."""
    is_email = len(name) <= _LONGEST_EMAIL and _EMAIL.fullmatch(name)
    return bool(is_email or _APPLICATION_ID.fullmatch(name))


def may_view(names: Iterable[str], besides: str) -> list[AccessControlRequest]:
    """CAN VIEW for each of ``names`` but ``besides``: for an e-mail a person, for an application id
    a service principal, else a group."""
    return [_entry(name, sdk.PermissionLevel.CAN_VIEW) for name in names if name != besides]


def let_view(ws: Workspace, kind: str, object_id: str, names: Iterable[str]) -> None:
    """Gives ``names`` CAN VIEW on an object, besides whoever acts. Never more: who manages it may
    change what it runs, and it runs as the identity that made it. ``kind``: ``pipelines``."""
    entries = may_view(names, besides=ws.user_name)
    if entries:
        with remote_errors(f"Setting who may see the {kind}"):
            ws.client.permissions.update(kind, object_id, access_control_list=entries)


def take_away(ws: Workspace, kind: str, object_id: str, name: str) -> None:
    """Takes what ``name`` was given on the object by name. The service takes a single entry away
    by writing all others anew; what is inherited is none of them, and who owns it stays.

    https://docs.databricks.com/api/workspace/permissions/set
    """
    with remote_errors(f"Setting who may see the {kind}"):
        try:
            there = ws.client.permissions.get(kind, object_id).access_control_list or []
        except sdk.NotFound:
            return
        kept = [each for entry in there for each in _direct(entry) if not _is_of(each, name)]
        if len(kept) < sum(len(_direct(entry)) for entry in there):
            ws.client.permissions.set(kind, object_id, access_control_list=kept)


def _direct(entry: AccessControlResponse) -> list[AccessControlRequest]:
    """What is given on the object itself, as one asks for it."""
    return [
        sdk.AccessControlRequest(
            group_name=entry.group_name,
            permission_level=each.permission_level,
            service_principal_name=entry.service_principal_name,
            user_name=entry.user_name,
        )
        for each in entry.all_permissions or []
        if not each.inherited
    ]


def _is_of(entry: AccessControlRequest, name: str) -> bool:
    who = entry.user_name or entry.service_principal_name or ""
    return (
        who.casefold() == name.casefold() and entry.permission_level != sdk.PermissionLevel.IS_OWNER
    )


def _entry(name: str, level: PermissionLevel) -> AccessControlRequest:
    if "@" in name:
        return sdk.AccessControlRequest(user_name=name, permission_level=level)
    if _APPLICATION_ID.fullmatch(name):
        return sdk.AccessControlRequest(service_principal_name=name, permission_level=level)
    return sdk.AccessControlRequest(group_name=name, permission_level=level)
