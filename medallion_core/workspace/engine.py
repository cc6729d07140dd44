"""What runs SQL: a SQL warehouse, or the Spark of a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    import pyarrow as pa

Parameters = Mapping[str, object]
"""Values by the names of a statement's ``:name`` markers."""
STOPPED = "STOPPED"
"""Code of the error of a statement that nobody waits for any more."""
NOT_ASKED = frozenset({STOPPED, "UNAUTHENTICATED"})
"""Codes of errors that say nothing of what was asked, and that all that follows fails with, too:
nobody waits for it, or whoever asks is signed in no more."""
Rows: TypeAlias = "pa.Table"
"""What a query answers: a ``pyarrow.Table``."""


class SqlEngine(Protocol):
    """Runs one statement at a time for each thread that asks."""

    def query(self, statement: str, parameters: Parameters | None = None) -> Rows:
        """Raises MedallionError as ``Workspace.query`` does."""
        ...

    def execute(self, statement: str, parameters: Parameters | None = None) -> None:
        """Raises MedallionError as ``Workspace.query`` does."""
        ...

    def cancel(self) -> None:
        """Ends what runs, for who asked is gone. Whatever follows may be refused."""
        ...

    def close(self) -> None:
        """Gives back what is idle. The engine stays usable."""
        ...
