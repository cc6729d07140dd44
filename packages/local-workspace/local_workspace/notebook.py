"""``spark`` as a notebook of this workspace has it: it needs no warehouse.

Speaks to the workspace's own Spark with the token of the person whose notebook it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import requests
from pyspark.errors import AnalysisException

TIMEOUT_SECONDS = 600


@dataclass(frozen=True)
class Frame:
    """The rows of a statement, as ``pyspark.sql.DataFrame`` gives them."""

    _rows: pa.Table

    def toArrow(self) -> pa.Table:  # noqa: N802 - Spark's name
        return self._rows

    def toPandas(self) -> Any:  # noqa: N802 - Spark's name
        return self._rows.to_pandas()

    def collect(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._rows.to_pylist()
        return rows


@dataclass(frozen=True)
class NotebookSpark:
    """``host`` and ``token`` as for any client of the workspace."""

    host: str
    token: str

    def sql(self, sqlQuery: str, args: dict[str, Any] | None = None) -> Frame:  # noqa: N803
        """Raises AnalysisException as Spark does."""
        answer = requests.post(
            f"{self.host}/local/notebook/sql",
            json={"statement": sqlQuery, "args": args},
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=TIMEOUT_SECONDS,
        )
        if answer.status_code != requests.codes.ok:
            raise AnalysisException(answer.json().get("message", answer.text))
        return Frame(pa.ipc.open_stream(answer.content).read_all())
