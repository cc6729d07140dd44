"""Tables that show different people different rows or values.

The service principal copies what it sees. A table with a row filter or a mask, by its own record
or by a policy, and a view over ``current_user()``, would be copied as the service principal sees
it, whatever the person may see of it: that needs an admin's word.
https://docs.databricks.com/aws/en/data-governance/unity-catalog/filters-and-masks/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from medallion_core.errors import MedallionError
from medallion_core.model import TableName
from medallion_core.text.tokens import tokens
from medallion_core.trust.allowed import FILTERED_SOURCES, WITH_POLICIES, Allowed
from medallion_core.trust.asker import Asker
from medallion_core.trust.policies import Policies
from medallion_core.trust.refusals import Refusal
from medallion_core.workspace import Workspace, sdk
from medallion_core.workspace.errors import remote_errors

if TYPE_CHECKING:
    from databricks.sdk.service.catalog import TableInfo

_WHO_ASKS = frozenset(
    {
        *("current_user", "session_user", "user", "is_account_group_member", "is_member"),
        *("current_oauth_custom_identity_claim", "user_identity_attribute_values"),
    }
)
"""Functions by which a view shows different people different rows."""

_HIDES = (
    "it hides rows or values from some people, and the copy would hold what the app's service "
    "principal sees"
)
_NOBODY_SEES = "neither you nor the app's service principal may see whether"
_UNSEEN_POLICY = f"{_NOBODY_SEES} a policy hides rows or values of it from some people"


class Hidden:
    """What is asked of each table that a design reads, within one action."""

    def __init__(self, asker: Asker, allowed: Allowed) -> None:
        self._asker, self._allowed = asker, allowed
        self._policies = Policies(asker)

    def refusals(self, table: TableName) -> list[Refusal]:
        """Why the copy might hold more than the person may see. What nobody here may look at might
        hide anything, so that it needs an admin's word, too."""
        name = str(table)
        if name.lower() in self._allowed.filtered_sources:
            return []
        why = self._hides(table, frozenset())
        if why == _UNSEEN_POLICY:
            return [_unseen_policy(table)]
        hint = f"Have an admin add {name} to {FILTERED_SOURCES} in app.yaml if that is meant."
        return [Refusal(name, why, hint)] if why else []

    def _hides(self, table: TableName, through: frozenset[TableName]) -> str:
        """Why the table, or what it reads as a view, might hide something; empty where it cannot.
        ``through`` are the views on the way to it."""
        if table in through:
            return ""
        infos = self._infos(str(table))
        if not infos:
            return f"{_NOBODY_SEES} it hides rows or values from some people"
        if any(map(_is_filtered, infos)) or self._policies.hide(table):
            return _HIDES
        is_filtered = {table.catalog.lower(), "*"} & self._allowed.with_policies
        if is_filtered and self._policies.hide(table) is None:
            return _UNSEEN_POLICY
        return self._read_by(table, infos, through | {table})

    def _read_by(
        self, view: TableName, infos: list[TableInfo], through: frozenset[TableName]
    ) -> str:
        """The same of what a view reads: a filter there asks who looks at the view."""
        if not any(map(_is_computed, infos)):
            return ""
        known = [info.view_dependencies for info in infos if info.view_dependencies]
        if not known:
            return f"{_NOBODY_SEES} what it reads hides rows or values from some people"
        for each in known[0].dependencies or []:
            if each.table is None:
                return f"{view} calls a function, which may show different people different rows"
            read = each.table.table_full_name
            why = self._hides(TableName.parse(read), through)
            if why:
                return f"it reads {read}: {why}"
        return ""

    def _infos(self, name: str) -> list[TableInfo]:
        askers = (self._asker.app, self._asker.person)
        return [info for ws in askers if (info := _info(ws, name))]


def _unseen_policy(table: TableName) -> Refusal:
    return Refusal(
        str(table),
        _UNSEEN_POLICY,
        f"{WITH_POLICIES} in app.yaml says that there are some. Have an admin add {table} to "
        f"{FILTERED_SOURCES} if it may be copied all the same.",
    )


def _info(ws: Workspace, name: str) -> TableInfo | None:
    with remote_errors(f"Reading the table {name}"):
        try:
            return ws.client.tables.get(name)
        except (sdk.NotFound, sdk.PermissionDenied):
            return None


def _is_filtered(info: TableInfo) -> bool:
    masked = any(column.mask for column in info.columns or [])
    return bool(info.row_filter) or masked or _asks_who(info.view_definition or "")


def _asks_who(query: str) -> bool:
    """A query that cannot be read may ask anything."""
    try:
        words = {token.value.lower() for token in tokens(query) if token.is_name}
    except MedallionError:
        return True
    return bool(words & _WHO_ASKS)


def _is_computed(info: TableInfo) -> bool:
    """For who looks, as a view is. Materialized views hold the same rows for everybody."""
    return info.table_type in (sdk.TableType.VIEW, sdk.TableType.METRIC_VIEW)
