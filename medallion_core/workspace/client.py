"""The way to a Databricks workspace: the only place that authenticates.

In Databricks Apps everything comes from the environment (``DATABRICKS_HOST``,
``DATABRICKS_CLIENT_ID``, ``DATABRICKS_CLIENT_SECRET``, ``DATABRICKS_WAREHOUSE_ID``); elsewhere a
profile of the Databricks CLI takes its place.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from medallion_core import __version__
from medallion_core.errors import MedallionError
from medallion_core.model import Settings
from medallion_core.workspace import sdk
from medallion_core.workspace.engine import Parameters, Rows, SqlEngine
from medallion_core.workspace.errors import remote_errors
from medallion_core.workspace.profiles import host_of, no_profile, require_reachable

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient
    from databricks.sdk.config import Config
    from databricks.sdk.service.sql import EndpointInfo

PRODUCT, VERSION = "medallion-builder", __version__
RETRY_SECONDS = 30
"""How long a call that is answered 429 or 503 is repeated before it counts as failed."""

_DEFAULT = "DEFAULT"
"""What a design says that names no profile: the SDK then looks around."""
_ENVIRONMENT = (
    "DATABRICKS_HOST",
    "DATABRICKS_TOKEN",
    "DATABRICKS_CLIENT_ID",
    "DATABRICKS_CLIENT_SECRET",
)


_WAREHOUSE_ID = re.compile(r"[0-9a-f]{16}")


def connect(
    *,
    token: str | None = None,
    warehouse: str = "",
    profile: str = "",
    settings: Settings | None = None,
    sql: SqlEngine | None = None,
) -> Workspace:
    """The workspace that ``profile`` names, else the environment, else the settings of a design.

    ``token`` is the forwarded token of the person who asks: they then see what they may see.
    ``profile`` is one of the Databricks CLI. ``warehouse`` is an id or a name; empty:
    ``DATABRICKS_WAREHOUSE_ID``, else the settings', else one that runs. ``sql`` runs SQL in
    place of a warehouse.
    Raises MedallionError NOT_CONNECTED where nothing says which workspace, or as whom,
    PROFILE_OR_ENVIRONMENT where both ``profile`` and the environment do, and HOST_UNREACHABLE.
    """
    client = sdk.WorkspaceClient(config=_config(token, _profile(profile, settings)))
    known = warehouse or os.environ.get("DATABRICKS_WAREHOUSE_ID", "")
    return Workspace(client, known or (settings.sql_warehouse if settings else ""), sql)


def _profile(wanted: str, settings: Settings | None) -> str:
    """Empty where the environment decides, or the SDK among what it finds.

    The SDK would take what a profile has only for what the environment leaves open, and so send
    the secret of one workspace to another.
    """
    named = [name for name in _ENVIRONMENT if os.environ.get(name)]
    if wanted and named:
        host = os.environ.get("DATABRICKS_HOST") or "a sign-in"
        raise MedallionError(
            "PROFILE_OR_ENVIRONMENT",
            f"The profile {wanted!r} is asked for, and the environment names {host} "
            f"({', '.join(named)}).",
            "Unset those variables to use the profile, or leave the profile out.",
        )
    if wanted or named or settings is None:
        return wanted
    return settings.databricks_cli_profile if settings.databricks_cli_profile != _DEFAULT else ""


def _config(token: str | None, profile: str) -> Config:
    host = os.environ.get("DATABRICKS_HOST", "")
    options: dict[str, Any] = {
        "product": PRODUCT,
        "product_version": VERSION,
        "retry_timeout_seconds": RETRY_SECONDS,
    }
    if token:
        options |= {"host": host, "token": token, "auth_type": "pat"}
    elif profile:
        options |= {"profile": profile}
    if reached := host_of(profile):
        require_reachable(reached)
    with remote_errors("Signing in"):
        try:
            return sdk.Config(**options)
        except ValueError as error:
            if profile:
                raise no_profile(profile, error) from error
            why = f" at {host}: {error}" if host else "."
            raise MedallionError(
                "NOT_CONNECTED",
                f"No Databricks workspace is connected{why}",
                "Set DATABRICKS_HOST and credentials, run `databricks auth login`, "
                "or start a local one: python -m local_workspace.",
            ) from error


class Workspace:
    """One identity in one workspace. Safe to use from several threads.

    SQL runs in ``sql``, else in the SQL warehouse ``warehouse``, an id or a name; empty: one that
    runs. Raises MedallionError NO_WAREHOUSE where neither can be had.
    """

    def __init__(
        self, client: WorkspaceClient, warehouse: str = "", sql: SqlEngine | None = None
    ) -> None:
        self.client = client
        self._warehouse = warehouse
        self.sql = sql or _warehouse(client, lambda: self.warehouse_id)

    def __repr__(self) -> str:
        return f"Workspace({self.host!r})"

    @property
    def host(self) -> str:
        """With its scheme, without a slash at the end."""
        return str(self.client.config.host).rstrip("/")

    @cached_property
    def user_name(self) -> str:
        """Who acts: a person's e-mail or a service principal's application id."""
        with remote_errors("Reading who asks"):
            return self.client.current_user.me().user_name or ""

    @cached_property
    def warehouse_id(self) -> str:
        """Raises MedallionError WAREHOUSE_NOT_FOUND where the name fits none."""
        if _WAREHOUSE_ID.fullmatch(self._warehouse):
            return self._warehouse
        with remote_errors("Listing the SQL warehouses"):
            warehouses = list(self.client.warehouses.list())
        return _choose(warehouses, self._warehouse)

    def query(self, statement: str, parameters: Parameters | None = None) -> Rows:
        """The rows of one statement. ``parameters`` fill its ``:name`` markers.

        Raises MedallionError; where the statement itself is at fault, STATEMENT_FAILED with
        Spark's error class at the beginning of the message.
        """
        return self.sql.query(statement, parameters)

    def execute(self, statement: str, parameters: Parameters | None = None) -> None:
        """Runs a statement whose rows don't matter. Raises as ``query`` does."""
        self.sql.execute(statement, parameters)

    def read_bytes(self, path: str, start: int, length: int) -> bytes:
        """``length`` bytes of a file of a volume, from ``start``; fewer where it ends before.

        https://docs.databricks.com/api/workspace/files/download: the header Range is supported.
        """
        with remote_errors(f"Reading {path}"):
            answer = self.client.api_client.do(
                "GET",
                f"/api/2.0/fs/files{quote(path)}",
                headers={
                    "Accept": "application/octet-stream",
                    "Range": f"bytes={start}-{start + length - 1}",
                },
                raw=True,
            )
            with answer["contents"] as contents:
                return bytes(contents.read(length))

    def cancel(self) -> None:
        """Cancels the statements that run, and refuses others: who asked for them is gone. Returns
        once they have ended, or half a minute later."""
        self.sql.cancel()

    def close(self) -> None:
        """Closes the idle connections. The workspace stays usable."""
        self.sql.close()


def _warehouse(client: WorkspaceClient, find_id: Callable[[], str]) -> SqlEngine:
    try:
        from medallion_core.workspace.warehouse import Warehouse
    except ImportError as error:
        raise MedallionError(
            "NO_WAREHOUSE",
            f"SQL runs in a warehouse here, and {error.name} is not installed.",
            "Install medallion-builder[warehouse], or give the Spark session of a notebook.",
        ) from error
    return Warehouse(client, find_id)


def _choose(warehouses: list[EndpointInfo], name: str) -> str:
    """The id of the warehouse called ``name``; without a name one that runs, else the first."""
    fitting = [warehouse for warehouse in warehouses if name in ("", warehouse.name, warehouse.id)]
    fitting.sort(key=lambda warehouse: warehouse.state != sdk.State.RUNNING)
    if fitting and fitting[0].id:
        return fitting[0].id
    names = ", ".join(sorted(warehouse.name or "" for warehouse in warehouses))
    raise MedallionError(
        "WAREHOUSE_NOT_FOUND",
        f"There is no SQL warehouse {name!r} that you may use." if name else "No SQL warehouse.",
        f"Choose one of: {names}." if names else "Ask an admin for CAN USE on a SQL warehouse.",
    )
