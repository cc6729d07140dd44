"""Policies that hide rows or values by attributes, which stand in no table's own record.

They lie on a table, its schema or its catalog, and are shown to who has MANAGE there only.
https://docs.databricks.com/aws/en/data-governance/unity-catalog/abac/policies
"""

from __future__ import annotations

from functools import cache

from medallion_core.errors import MedallionError
from medallion_core.model import TableName
from medallion_core.trust.asker import Asker
from medallion_core.workspace import Workspace, sdk
from medallion_core.workspace.errors import TRANSIENT, remote_errors


class Policies:
    """What policies hide, as far as the app's service principal or the person may see them. Each
    object is asked about once."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._hides = cache(self._asked)

    def hide(self, table: TableName) -> bool | None:
        """Whether one may hide rows or values of ``table`` from some people; None where nobody
        here may see that. Raises MedallionError where the workspace is out of reach."""
        schema = f"{table.catalog}.{table.schema}"
        places = (("CATALOG", table.catalog), ("SCHEMA", schema), ("TABLE", str(table)))
        found = [self._hides(*place) for place in places]
        if True in found:
            return True
        return None if None in found else False

    def _asked(self, kind: str, name: str) -> bool | None:
        for ws in (self._asker.app, self._asker.person):
            hides = _hides(ws, kind, name)
            if hides is not None:
                return hides
        return None


def _hides(ws: Workspace, kind: str, name: str) -> bool | None:
    try:
        with remote_errors(f"Listing the policies on {name}"):
            found = list(ws.client.policies.list_policies(kind, name))
    except MedallionError as error:
        if error.code in TRANSIENT or error.code == "UNAUTHENTICATED":
            raise
        return None
    kinds = sdk.PolicyType.POLICY_TYPE_ROW_FILTER, sdk.PolicyType.POLICY_TYPE_COLUMN_MASK
    return any(policy.policy_type in kinds for policy in found)
