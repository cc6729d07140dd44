"""Functions that mask columns: made by SQL, applied wherever a masked table is read."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from local_workspace import ddl, functions
from local_workspace.api import ApiError, Call, Route
from local_workspace.errors import SqlError, already_exists
from local_workspace.metastore import ColumnInfo, Metastore, Table
from local_workspace.names import TableName, quote, spark_name
from local_workspace.relations import Token
from local_workspace.statements import Statement, replace_tokens
from local_workspace.workspace import LocalWorkspace

if TYPE_CHECKING:
    from local_workspace.sql import SqlSession

KIND = "function"


@dataclass(frozen=True, slots=True)
class Function:
    """A scalar SQL function of one ``parameter``; ``body`` is what it returns."""

    name: str
    parameter: str
    returns: str
    body: str
    owner: str


def create_function(session: SqlSession, statement: Statement) -> None:
    """``name(parameter type) RETURNS type [COMMENT text] RETURN body``, after its keywords."""
    replaces = "REPLACE" in [token.word for token in statement.tokens[: statement.position]]
    name = session.complete(statement.name())
    parameters = statement.items()
    statement.expect("RETURNS")
    returns = statement.until("COMMENT", "RETURN").strip()
    if statement.take("COMMENT"):
        statement.string()
    statement.expect("RETURN")
    if len(parameters) != 1:
        raise SqlError(
            "UNSUPPORTED_FUNCTION", "The local workspace has functions of one parameter.", "0A000"
        )
    session.privileges.require("CREATE FUNCTION", ddl.schema(session, name.catalog, name.schema))
    state = session.workspace.state
    if not replaces and state.get(KIND, name.key) is not None:
        raise already_exists("ROUTINE", name.quoted)
    parameter = Statement(parameters[0]).name()[0]
    made = Function(name.key, parameter, returns, statement.rest().strip(), session.user)
    state.put(KIND, name.key, asdict(made))


def find_function(metastore: Metastore, name: TableName) -> Function:
    """Raises SqlError where it is not there."""
    body = metastore.state.get(KIND, name.key)
    if body is None:
        raise SqlError(
            "ROUTINE_NOT_FOUND",
            f"The routine {name.quoted} cannot be found. Verify the spelling and correctness of "
            "the schema and catalog.",
            "42883",
        )
    return Function(**body)


def masked_view(session: SqlSession, table: Table) -> str:
    """The temporary view in which ``table`` is seen by the session's user."""
    columns = ", ".join(_column(session, column) for column in table.columns)
    view = quote(f"_masked_{table.table_id}")
    session.spark.sql(
        f"CREATE OR REPLACE TEMPORARY VIEW {view} AS "
        f"SELECT {columns} FROM {spark_name(table.full_name)}"
    )
    return view


def get_function(workspace: LocalWorkspace, call: Call) -> dict[str, object]:
    name = TableName(*call.params["name"].split("."))
    try:
        found = find_function(workspace.metastore, name)
    except SqlError as error:
        raise ApiError(404, "ROUTINE_DOES_NOT_EXIST", error.message) from error
    return {
        "name": name.table,
        "catalog_name": name.catalog,
        "schema_name": name.schema,
        "full_name": found.name,
        "full_data_type": found.returns,
        "routine_body": "SQL",
        "routine_definition": found.body,
        "owner": found.owner,
    }


def _column(session: SqlSession, column: ColumnInfo) -> str:
    if not column.mask:
        return quote(column.name)
    function = find_function(session.metastore, session.complete(Statement(column.mask).name()))

    def value(tokens: list[Token], index: int) -> tuple[int, str] | None:
        named = (tokens[index].name or "").lower() == function.parameter.lower()
        return (1, quote(column.name)) if named else None

    body = functions.substitute(session, replace_tokens(function.body, value))
    return f"CAST(({body}) AS {column.type}) AS {quote(column.name)}"


COMMANDS: dict[str, ddl.Command] = {
    "CREATE FUNCTION": create_function,
    "CREATE OR REPLACE FUNCTION": create_function,
}

ROUTES = (Route("GET", "/api/2.1/unity-catalog/functions/{name}", get_function),)
