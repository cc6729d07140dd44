"""Functions that mask columns: made by SQL, applied wherever a masked table is read."""

from __future__ import annotations

from local_workspace.catalog.errors import SqlError, already_exists
from local_workspace.catalog.functions import Function, find_function, is_function, put_function
from local_workspace.catalog.metastore import ColumnInfo, Table
from local_workspace.catalog.names import quote, spark_name
from local_workspace.catalog.relations import Token
from local_workspace.sql import ddl, functions
from local_workspace.sql.session import Command, SqlSession
from local_workspace.sql.statements import Statement, replace_tokens


def create_function(session: SqlSession, statement: Statement) -> None:
    """``name(parameter type) RETURNS type [COMMENT text] RETURN body``, after its keywords."""
    replaces = "REPLACE" in [token.word for token in statement.tokens[: statement.position]]
    name = session.complete(statement.name())
    parameters = _parameters(statement.items())
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
    if not replaces and is_function(session.metastore, name):
        raise already_exists("ROUTINE", name.quoted)
    parameter = Statement(parameters[0]).name()[0]
    made = Function(name.key, parameter, returns, statement.rest().strip(), session.user)
    put_function(session.metastore, made)


def _parameters(items: list[str]) -> list[str]:
    """Names with their types, some of which have commas of their own.

    >>> _parameters(["a STRUCT<x: INT", " y: MAP<INT", " INT>>", " b INT"])
    ['a STRUCT<x: INT, y: MAP<INT, INT>>', ' b INT']
    """
    found: list[str] = []
    for item in items:
        if found and found[-1].count("<") > found[-1].count(">"):
            found[-1] += f",{item}"
        else:
            found.append(item)
    return found


def masked_view(session: SqlSession, table: Table) -> str:
    """The temporary view in which ``table`` is seen by the session's user."""
    columns = ", ".join(_column(session, column) for column in table.columns)
    view = quote(f"_masked_{table.table_id}")
    session.spark.sql(
        f"CREATE OR REPLACE TEMPORARY VIEW {view} AS "
        f"SELECT {columns} FROM {spark_name(table.full_name)}"
    )
    return view


def _column(session: SqlSession, column: ColumnInfo) -> str:
    if not column.mask:
        return quote(column.name)
    function = find_function(session.metastore, session.complete(Statement(column.mask).name()))

    def value(tokens: list[Token], index: int) -> tuple[int, str] | None:
        named = (tokens[index].name or "").lower() == function.parameter.lower()
        return (1, quote(column.name)) if named else None

    body = functions.substitute(session, replace_tokens(function.body, value))
    return f"CAST(({body}) AS {column.type}) AS {quote(column.name)}"


COMMANDS: dict[str, Command] = {
    "CREATE FUNCTION": create_function,
    "CREATE OR REPLACE FUNCTION": create_function,
}
