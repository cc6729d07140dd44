"""Tables that have to go before they can be made as another kind."""

from __future__ import annotations

from medallion_core.errors import MedallionError
from medallion_core.workspace import Workspace
from medallion_core.workspace.errors import error_class

_REFUSED = "_OPERATION_NOT_ALLOWED"
"""The platform may drop no table that a pipeline manages, as
MATERIALIZED_VIEW_OPERATION_NOT_ALLOWED.DROP_DELTA_LIVE_TABLE and the same of streaming tables say.
https://docs.databricks.com/error-messages/error-classes
"""


def drop_table(ws: Workspace, statement: str, table: str) -> None:
    """Runs ``statement``, which drops ``table``.

    Raises MedallionError KIND_HAS_CHANGED where the platform drops no table of a pipeline.
    """
    try:
        ws.execute(statement)
    except MedallionError as error:
        if _REFUSED not in error_class(error.message):
            raise
        raise MedallionError(
            "KIND_HAS_CHANGED",
            f"{table} becomes another kind of table, and the platform drops no table of a "
            f"pipeline: {error.message}",
            "Give its entity another name: the tables are made anew under it, from what the "
            "sources still hold, and the old ones stay as they are.",
        ) from error
