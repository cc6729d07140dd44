"""The statements that run now, so that they end with the page that asked for them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from databricks import sql
from databricks.sql.client import Cursor

from medallion_core.errors import MedallionError
from medallion_core.workspace.engine import STOPPED

_ATTEMPTS, _PAUSE_SECONDS = 30, 1.0
"""A statement can be cancelled once the warehouse has answered with its id."""


class Running:
    """Safe to use from several threads."""

    def __init__(self) -> None:
        self._cursors: set[Cursor] = set()
        self._stopped = False

    @contextmanager
    def statement(self, cursor: Cursor) -> Iterator[None]:
        """Raises MedallionError STOPPED before and after, once it was ended."""
        self.require()
        self._cursors.add(cursor)
        try:
            yield
        except sql.Error:
            self.require()
            raise
        finally:
            self._cursors.discard(cursor)

    def end(self) -> None:
        """Cancels what runs, and lets nothing more begin."""
        self._stopped = True
        for _ in range(_ATTEMPTS):
            for cursor in tuple(self._cursors):
                with suppress(Exception):
                    cursor.cancel()
            if not self._cursors:
                return
            time.sleep(_PAUSE_SECONDS)

    def require(self) -> None:
        """Raises MedallionError STOPPED where nothing more may begin."""
        if self._stopped:
            raise MedallionError(
                STOPPED, "The page that asked for this was closed.", "Open it again."
            )
