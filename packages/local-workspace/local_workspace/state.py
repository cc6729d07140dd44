"""What the workspace remembers: JSON documents by kind and key, in one SQLite file.

Every write is durable when it returns, so that a workspace killed at any moment finds its state
again. Several threads and processes may use the same file.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Document = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS document (
  kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, key)
);
CREATE TABLE IF NOT EXISTS revision (kind TEXT PRIMARY KEY, number INTEGER NOT NULL);
"""


class State:
    """Documents under ``home``; keys of a kind are listed in their own order."""

    def __init__(self, home: Path) -> None:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = home / "state.db"
        self._path.touch(0o600)
        self._path.chmod(0o600)
        self._local = threading.local()
        self._connection().executescript(_SCHEMA)

    def get(self, kind: str, key: str) -> Document | None:
        row = (
            self._connection()
            .execute("SELECT body FROM document WHERE kind = ? AND key = ?", (kind, key))
            .fetchone()
        )
        return None if row is None else json.loads(row[0])

    def put(self, kind: str, key: str, document: Document) -> None:
        """Replaces what was there."""
        with self.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO document VALUES (?, ?, ?)",
                (kind, key, json.dumps(document)),
            )
            _count(connection, kind)

    def delete(self, kind: str, key: str) -> None:
        """Deleting what is not there is no error."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM document WHERE kind = ? AND key = ?", (kind, key))
            _count(connection, kind)

    def list(self, kind: str, prefix: str = "") -> list[tuple[str, Document]]:
        """Key and document of a kind, those whose key begins with ``prefix``, by key."""
        rows = self._connection().execute(
            "SELECT key, body FROM document WHERE kind = ? AND substr(key, 1, ?) = ? ORDER BY key",
            (kind, len(prefix), prefix),
        )
        return [(key, json.loads(body)) for key, body in rows]

    def revision(self, *kinds: str) -> int:
        """Grows with every write to one of ``kinds``."""
        marks = ", ".join("?" for _ in kinds)
        statement = f"SELECT coalesce(sum(number), 0) FROM revision WHERE kind IN ({marks})"
        return int(self._connection().execute(statement, kinds).fetchone()[0])

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, one writer at a time; within another transaction, a part of it."""
        connection = self._connection()
        if connection.in_transaction:
            yield connection
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.rollback()
            raise
        connection.commit()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, timeout=30, isolation_level=None)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            self._local.connection = connection
        return connection


def _count(connection: sqlite3.Connection, kind: str) -> None:
    connection.execute(
        "INSERT INTO revision VALUES (?, 1) ON CONFLICT (kind) DO UPDATE SET number = number + 1",
        (kind,),
    )
