"""The Spark of a notebook, classic or Connect, in place of a SQL warehouse.

On Databricks ``spark`` reads Unity Catalog as the person whose notebook it is, so what it may
read is what that person may.
"""

from __future__ import annotations

from typing import Any, Protocol

from medallion_core.workspace.engine import Parameters, Rows
from medallion_core.workspace.errors import remote_errors


class SparkSession(Protocol):
    """What is needed of ``pyspark.sql.SparkSession``, 4.0 or newer."""

    def sql(self, sqlQuery: str, args: dict[str, Any] | None = None) -> Any:  # noqa: N803
        """A DataFrame. ``args`` fill the statement's ``:name`` markers."""
        ...


class Spark:
    """Runs SQL in a Spark session. Spark's own sessions may be used from several threads."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session

    def query(self, statement: str, parameters: Parameters | None = None) -> Rows:
        """Raises MedallionError as ``Workspace.query`` does."""
        with remote_errors("The SQL statement"):
            frame = self._session.sql(statement, args=dict(parameters) if parameters else None)
            return frame.toArrow()

    def execute(self, statement: str, parameters: Parameters | None = None) -> None:
        """Raises MedallionError as ``Workspace.query`` does. Spark runs a query only when its
        rows are asked for."""
        self.query(statement, parameters)

    def cancel(self) -> None:
        """A notebook cancels its own commands."""

    def close(self) -> None:
        """The session is the notebook's."""
