"""The warehouse's Thrift endpoint, as databricks-sql-connector speaks it: sessions, statements
that run on while the client polls, and results as Arrow batches."""

from __future__ import annotations

import threading
import traceback
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import pyarrow as pa
from databricks.sql.thrift_api.TCLIService.TCLIService import Processor
from starlette.responses import Response
from thrift.protocol.TBinaryProtocol import TBinaryProtocol
from thrift.transport.TTransport import TMemoryBuffer

from local_workspace.catalog.errors import SqlError
from local_workspace.catalog.names import quote
from local_workspace.rest import thrift_values, warehouses
from local_workspace.rest.api import Call, Route
from local_workspace.rest.thrift_values import ttypes
from local_workspace.sql.commands import run
from local_workspace.sql.session import SqlSession, open_session
from local_workspace.workspace import LocalWorkspace

DIRECT_SECONDS = 5.0
"""How long a statement may take before the client has to poll for it."""

POLL_SECONDS = 0.5
BATCH_ROWS = 20_000
STATEMENTS_AT_ONCE = 16

_OK = ttypes.TStatus(statusCode=ttypes.TStatusCode.SUCCESS_STATUS)
_PROTOCOL = ttypes.TProtocolVersion.SPARK_CLI_SERVICE_PROTOCOL_V7
_State = ttypes.TOperationState


@dataclass
class Operation:
    """A statement on its way. ``sent`` counts the rows that the client has fetched."""

    session: SqlSession
    handle: Any
    result: Future[pa.Table]
    cancelled: bool = False
    sent: int = 0

    @property
    def state(self) -> int:
        if self.cancelled:
            return int(_State.CANCELED_STATE)
        if not self.result.done():
            return int(_State.RUNNING_STATE)
        return int(_State.ERROR_STATE if self.result.exception() else _State.FINISHED_STATE)


@dataclass
class Endpoint:
    """The sessions and operations of one workspace."""

    workspace: LocalWorkspace
    sessions: dict[bytes, SqlSession] = field(default_factory=dict)
    operations: dict[bytes, Operation] = field(default_factory=dict)
    pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(STATEMENTS_AT_ONCE, "statement")
    )


_endpoints: WeakKeyDictionary[LocalWorkspace, Endpoint] = WeakKeyDictionary()
_lock = threading.Lock()
_processor: Any = Processor


def serve(workspace: LocalWorkspace, call: Call) -> Response:
    """One Thrift call. A stopped warehouse starts by itself, as a serverless one does."""
    warehouses.check(call.params["id"])
    if not warehouses.is_running(workspace.state):
        warehouses.set_running(workspace.state, True)
    with _lock:
        endpoint = _endpoints.setdefault(workspace, Endpoint(workspace))
    answer = TMemoryBuffer()
    processor = _processor(Handler(endpoint, call.user))
    processor.process(TBinaryProtocol(TMemoryBuffer(call.body)), TBinaryProtocol(answer))
    return Response(answer.getvalue(), media_type="application/x-thrift")


class Handler:
    """What TCLIService asks; the method names are Thrift's."""

    def __init__(self, endpoint: Endpoint, user: str) -> None:
        self._endpoint = endpoint
        self._user = user

    def OpenSession(self, request: Any) -> Any:  # noqa: N802
        namespace = request.initialNamespace
        session = open_session(
            self._endpoint.workspace,
            self._user,
            (namespace and namespace.catalogName) or "",
            (namespace and namespace.schemaName) or "",
        )
        identifier = _identifier()
        self._endpoint.sessions[identifier.guid] = session
        return ttypes.TOpenSessionResp(
            status=_OK,
            serverProtocolVersion=_PROTOCOL,
            sessionHandle=ttypes.TSessionHandle(identifier, serverProtocolVersion=_PROTOCOL),
            canUseMultipleCatalogs=True,
            initialNamespace=namespace,
            configuration={},
        )

    def CloseSession(self, request: Any) -> Any:  # noqa: N802
        session = self._endpoint.sessions.pop(request.sessionHandle.sessionId.guid, None)
        if session is not None:
            session.close()
        return ttypes.TCloseSessionResp(status=_OK)

    def ExecuteStatement(self, request: Any) -> Any:  # noqa: N802
        parameters = thrift_values.parameters(request.parameters or [])
        return self._execute(request, lambda session: run(session, request.statement, parameters))

    def GetOperationStatus(self, request: Any) -> Any:  # noqa: N802
        operation = self._operation(request)
        if operation is None:
            return ttypes.TGetOperationStatusResp(status=_unknown("OperationHandle"))
        if not operation.cancelled:
            wait([operation.result], POLL_SECONDS)
        return _status(operation)

    def CancelOperation(self, request: Any) -> Any:  # noqa: N802
        operation = self._operation(request)
        if operation is not None and not operation.result.done():
            operation.cancelled = True
            operation.session.cancel(request.operationHandle.operationId.guid.hex())
        return ttypes.TCancelOperationResp(status=_OK)

    def CloseOperation(self, request: Any) -> Any:  # noqa: N802
        operation = self._endpoint.operations.pop(request.operationHandle.operationId.guid, None)
        if operation is not None and not operation.result.done():
            operation.session.cancel(request.operationHandle.operationId.guid.hex())
        return ttypes.TCloseOperationResp(status=_OK)

    def GetResultSetMetadata(self, request: Any) -> Any:  # noqa: N802
        operation = self._operation(request)
        if operation is None:
            return ttypes.TGetResultSetMetadataResp(status=_unknown("OperationHandle"))
        return _metadata(operation.result.result())

    def FetchResults(self, request: Any) -> Any:  # noqa: N802
        operation = self._operation(request)
        if operation is None:
            return ttypes.TFetchResultsResp(status=_unknown("OperationHandle"))
        return _fetch(operation, int(request.maxRows or BATCH_ROWS))

    def GetCatalogs(self, request: Any) -> Any:  # noqa: N802
        return self._query(
            request,
            "SELECT catalog_name AS TABLE_CAT FROM system.information_schema.catalogs ORDER BY 1",
        )

    def GetSchemas(self, request: Any) -> Any:  # noqa: N802
        return self._query(
            request,
            "SELECT schema_name AS TABLE_SCHEM, catalog_name AS TABLE_CATALOG "
            f"FROM {_catalog(request)}.information_schema.schemata "
            "WHERE schema_name LIKE :schema ORDER BY 1",
            schema=request.schemaName or "%",
        )

    def GetTables(self, request: Any) -> Any:  # noqa: N802
        return self._query(
            request,
            "SELECT table_catalog AS TABLE_CAT, table_schema AS TABLE_SCHEM, table_name AS "
            "TABLE_NAME, table_type AS TABLE_TYPE, comment AS REMARKS "
            f"FROM {_catalog(request)}.information_schema.tables "
            "WHERE table_schema LIKE :schema AND table_name LIKE :table ORDER BY 1, 2, 3",
            schema=request.schemaName or "%",
            table=request.tableName or "%",
        )

    def GetColumns(self, request: Any) -> Any:  # noqa: N802
        return self._query(
            request,
            "SELECT table_catalog AS TABLE_CAT, table_schema AS TABLE_SCHEM, table_name AS "
            "TABLE_NAME, column_name AS COLUMN_NAME, full_data_type AS TYPE_NAME, comment AS "
            f"REMARKS, ordinal_position FROM {_catalog(request)}.information_schema.columns "
            "WHERE table_schema LIKE :schema AND table_name LIKE :table ORDER BY 1, 2, 3, 7",
            schema=request.schemaName or "%",
            table=request.tableName or "%",
        )

    def _query(self, request: Any, statement: str, **parameters: str) -> Any:
        return self._execute(request, lambda session: run(session, statement, parameters))

    def _execute(self, request: Any, run: Callable[[SqlSession], pa.Table]) -> Any:
        session = self._endpoint.sessions.get(request.sessionHandle.sessionId.guid)
        if session is None or session.user != self._user:
            return ttypes.TExecuteStatementResp(status=_unknown("SessionHandle"))
        operation = self._start(session, run)
        direct = None
        if request.getDirectResults is not None:
            wait([operation.result], DIRECT_SECONDS)
            direct = self._direct(operation, int(request.getDirectResults.maxRows or BATCH_ROWS))
        return ttypes.TExecuteStatementResp(
            status=_OK, operationHandle=operation.handle, directResults=direct
        )

    def _start(self, session: SqlSession, run: Callable[[SqlSession], pa.Table]) -> Operation:
        identifier = _identifier()
        handle = ttypes.TOperationHandle(
            identifier, ttypes.TOperationType.EXECUTE_STATEMENT, hasResultSet=True
        )

        def tagged() -> pa.Table:
            try:
                with session.tagged(identifier.guid.hex()):
                    return run(session)
            except SqlError:
                raise
            except Exception:
                traceback.print_exc()
                raise

        operation = Operation(session, handle, self._endpoint.pool.submit(tagged))
        self._endpoint.operations[identifier.guid] = operation
        return operation

    def _direct(self, operation: Operation, rows: int) -> Any:
        """A result that fits in one fetch is sent with the answer, and the operation closed."""
        status = _status(operation)
        if status.operationState != _State.FINISHED_STATE:
            return ttypes.TSparkDirectResults(operationStatus=status)
        results = _fetch(operation, rows)
        closed = None
        if not results.hasMoreRows:
            self._endpoint.operations.pop(operation.handle.operationId.guid, None)
            closed = ttypes.TCloseOperationResp(status=_OK)
        return ttypes.TSparkDirectResults(
            operationStatus=status,
            resultSetMetadata=_metadata(operation.result.result()),
            resultSet=results,
            closeOperation=closed,
        )

    def _operation(self, request: Any) -> Operation | None:
        operation = self._endpoint.operations.get(request.operationHandle.operationId.guid)
        return operation if operation and operation.session.user == self._user else None


def _status(operation: Operation) -> Any:
    answer = ttypes.TGetOperationStatusResp(status=_OK, operationState=operation.state)
    error = operation.result.exception() if operation.state == _State.ERROR_STATE else None
    if error is not None:
        message = (
            error.message
            if isinstance(error, SqlError)
            else f"[INTERNAL_ERROR] {error!r} SQLSTATE: XX000"
        )
        answer.sqlState = error.sql_state if isinstance(error, SqlError) else "XX000"
        answer.displayMessage = message
        answer.errorMessage = message
        answer.diagnosticInfo = (
            f"org.apache.hive.service.cli.HiveSQLException: Error running query: {message}"
        )
    return answer


def _fetch(operation: Operation, rows: int) -> Any:
    if operation.state != _State.FINISHED_STATE:
        return ttypes.TFetchResultsResp(status=_unknown("result"))
    table = operation.result.result()
    start, size = operation.sent, min(rows, BATCH_ROWS)
    part = table.slice(start, size)
    operation.sent = start + part.num_rows
    return ttypes.TFetchResultsResp(
        status=_OK,
        hasMoreRows=operation.sent < table.num_rows,
        results=thrift_values.row_set(part, start),
        resultSetMetadata=_metadata(table),
    )


def _metadata(table: pa.Table) -> Any:
    return ttypes.TGetResultSetMetadataResp(
        status=_OK,
        schema=thrift_values.table_schema(table.schema),
        resultFormat=ttypes.TSparkRowSetType.ARROW_BASED_SET,
        lz4Compressed=False,
        arrowSchema=table.schema.serialize().to_pybytes(),
        isStagingOperation=False,
    )


def _catalog(request: Any) -> str:
    return quote((request.catalogName or "system").replace("\\", ""))


def _identifier() -> Any:
    return ttypes.THandleIdentifier(guid=uuid.uuid4().bytes, secret=uuid.uuid4().bytes)


def _unknown(what: str) -> Any:
    return ttypes.TStatus(
        statusCode=ttypes.TStatusCode.ERROR_STATUS,
        errorMessage=f"Invalid {what}",
        displayMessage=f"Invalid {what}",
        sqlState="HY000",
    )


ROUTES = (Route("POST", "/sql/1.0/warehouses/{id}", serve),)
