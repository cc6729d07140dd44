"""A SQL warehouse: the connections to it, each used by one thread at a time."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from queue import Empty, LifoQueue

from databricks import sql
from databricks.sdk import WorkspaceClient
from databricks.sdk.service.sql import State
from databricks.sql.client import Connection, Cursor

from medallion_core.text.schedules import TIMEZONE
from medallion_core.workspace.client import PRODUCT, RETRY_SECONDS, VERSION
from medallion_core.workspace.engine import Parameters, Rows
from medallion_core.workspace.errors import remote_errors
from medallion_core.workspace.running import Running

RETRY_DELAY_SECONDS = 5
"""The SQL connector waits as long as it may before it repeats a call, never less."""

STATEMENT_SECONDS = 1800
"""A statement that takes longer is cancelled by the warehouse: by itself it waits for two days.
https://docs.databricks.com/sql/language-manual/parameters/statement_timeout.html"""

_SESSION = {"STATEMENT_TIMEOUT": str(STATEMENT_SECONDS), "TIMEZONE": TIMEZONE}
"""An admin may have set another time zone for all warehouses: what is counted, previewed and proved
here would be of other days than the pipeline's.
https://docs.databricks.com/sql/language-manual/parameters/timezone.html"""

WAREHOUSE_START = timedelta(minutes=10)


class Warehouse:
    """One SQL warehouse, whose id is looked up when it is first needed. Safe to use from several
    threads."""

    def __init__(self, client: WorkspaceClient, find_id: Callable[[], str]) -> None:
        self._client = client
        self._find_id = find_id
        self._idle: LifoQueue[Connection] = LifoQueue()
        self._running = Running()
        weakref.finalize(self, _close_all, self._idle)

    def query(self, statement: str, parameters: Parameters | None = None) -> Rows:
        """Raises MedallionError as ``Workspace.query`` does."""
        with self._cursor(statement, parameters) as cursor:
            return cursor.fetchall_arrow()

    def execute(self, statement: str, parameters: Parameters | None = None) -> None:
        """Raises MedallionError as ``Workspace.query`` does."""
        with self._cursor(statement, parameters):
            pass

    def start(self) -> None:
        """Waits until the SQL warehouse runs, and starts it where it is stopped."""
        with remote_errors("Starting the SQL warehouse"):
            warehouse = self._client.warehouses.get(self._find_id())
            if warehouse.state == State.RUNNING:
                return
            if warehouse.state in (State.STOPPED, State.STOPPING):
                self._client.warehouses.start(self._find_id())
            self._client.warehouses.wait_get_warehouse_running(
                self._find_id(), timeout=WAREHOUSE_START
            )

    def close(self) -> None:
        """Closes the idle connections. The warehouse stays usable."""
        _close_all(self._idle)

    def cancel(self) -> None:
        """Ends what runs, and refuses what would follow; for who asked is gone."""
        self._running.end()
        self.close()

    @contextmanager
    def _cursor(self, statement: str, parameters: Parameters | None) -> Iterator[Cursor]:
        with remote_errors("The SQL statement"):
            connection, cursor = self._run(statement, parameters)
            try:
                with closing(cursor):
                    yield cursor
            finally:
                self._idle.put(connection)

    def _run(self, statement: str, parameters: Parameters | None) -> tuple[Connection, Cursor]:
        """Runs the statement, a second time on a new connection where an idle one had expired."""
        self._running.require()
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = self._open()
        try:
            return connection, self._executed(connection, statement, parameters)
        except sql.Error as error:
            if not _session_is_gone(error):
                raise
        connection = self._open()
        return connection, self._executed(connection, statement, parameters)

    def _executed(
        self, connection: Connection, statement: str, parameters: Parameters | None
    ) -> Cursor:
        """Keeps the connection for others where the statement fails."""
        cursor = connection.cursor()
        try:
            with self._running.statement(cursor):
                cursor.execute(statement, parameters=dict(parameters) if parameters else None)
        except BaseException as error:
            with suppress(sql.Error):
                cursor.close()
            if not isinstance(error, sql.Error) or not _session_is_gone(error):
                self._idle.put(connection)
            raise
        return cursor

    def _open(self) -> Connection:
        self.start()
        config = self._client.config
        path = f"/sql/1.0/warehouses/{self._find_id()}"
        return sql.connect(
            server_hostname=config.hostname,
            http_path=path,
            credentials_provider=lambda: config.authenticate,
            user_agent_entry=f"{PRODUCT}/{VERSION}",
            enable_telemetry=False,
            session_configuration=_SESSION,
            _connection_uri=f"{str(config.host).rstrip('/')}{path}",
            _retry_stop_after_attempts_duration=RETRY_SECONDS,
            _retry_delay_max=RETRY_DELAY_SECONDS,
        )


def _close_all(connections: LifoQueue[Connection]) -> None:
    while not connections.empty():
        with suppress(sql.Error, Empty):
            connections.get_nowait().close()


def _session_is_gone(error: sql.Error) -> bool:
    """True where the warehouse has forgotten an idle session: nothing was run."""
    return "Invalid SessionHandle" in str(error) or "SESSION_NOT_FOUND" in str(error)
