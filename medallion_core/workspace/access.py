"""Who gets a permission on a workspace object: a person, a service principal or a group."""

from __future__ import annotations

import re
from collections.abc import Iterable

from databricks.sdk.service.iam import AccessControlRequest, PermissionLevel

_APPLICATION_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def may_view(names: Iterable[str], besides: str) -> list[AccessControlRequest]:
    """CAN VIEW for each of ``names`` but ``besides``: for an e-mail a person, for an application id
    a service principal, else a group."""
    return [_entry(name, PermissionLevel.CAN_VIEW) for name in names if name != besides]


def _entry(name: str, level: PermissionLevel) -> AccessControlRequest:
    if "@" in name:
        return AccessControlRequest(user_name=name, permission_level=level)
    if _APPLICATION_ID.fullmatch(name):
        return AccessControlRequest(service_principal_name=name, permission_level=level)
    return AccessControlRequest(group_name=name, permission_level=level)
