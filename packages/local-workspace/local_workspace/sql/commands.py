"""One statement: a command that Unity Catalog answers, or a query for Spark."""

from __future__ import annotations

import pyarrow as pa
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame

from local_workspace.catalog.errors import SparkError
from local_workspace.sql import (
    alter_table,
    ddl,
    describe,
    dml,
    explain,
    functions,
    grants,
    masks,
    merge,
    queries,
    table_ddl,
)
from local_workspace.sql.session import Parameters, SqlSession
from local_workspace.sql.statements import Statement

COMMANDS = (
    ddl.COMMANDS
    | table_ddl.COMMANDS
    | alter_table.COMMANDS
    | dml.COMMANDS
    | merge.COMMANDS
    | grants.COMMANDS
    | describe.COMMANDS
    | masks.COMMANDS
    | explain.COMMANDS
)
"""By their first words; of several that fit, the longest."""

_LONGEST = max(len(words.split()) for words in COMMANDS)

_MAKES_ROWS = "range("
"""A function that may give any number of rows."""


def run(session: SqlSession, text: str, parameters: Parameters = None) -> pa.Table:
    """The rows of a statement. Raises SqlError."""
    with session.given(parameters):
        try:
            return _run(session, text)
        except PySparkException as error:
            raise SparkError(error) from error


def _run(session: SqlSession, text: str) -> pa.Table:
    text = functions.name_identifiers(session, text)
    statement = Statement(text)
    session.expect(much=_MAKES_ROWS in text.lower())
    words = [token.word for token in statement.tokens[:_LONGEST]]
    if words[:2] == ["EXECUTE", "IMMEDIATE"]:
        statement.position = 2
        return _immediate(session, statement)
    words[:1] = ["DESCRIBE" if word == "DESC" else word for word in words[:1]]
    for count in range(len(words), 0, -1):
        command = COMMANDS.get(" ".join(words[:count]))
        if command is not None:
            statement.position = count
            answer = command(session, statement)
            return pa.table({}) if answer is None else answer
    return _arrow(queries.frame(session, text))


def _immediate(session: SqlSession, statement: Statement) -> pa.Table:
    """What the text that an expression gives is, as a statement of its own."""
    [(text,)] = queries.frame(session, f"SELECT {statement.rest()}").collect()
    with session.given(None):
        return _run(session, str(text))


def _arrow(frame: DataFrame) -> pa.Table:
    """The rows of ``frame``; a VARIANT is sent as its JSON text."""
    table = frame.toArrow()
    variants = [index for index, item in enumerate(table.schema) if _is_variant(item)]
    if not variants:
        return table
    names = [f"c{index}" for index in range(table.num_columns)]
    columns = [
        f"to_json({name}) AS {name}" if index in variants else name
        for index, name in enumerate(names)
    ]
    return frame.toDF(*names).selectExpr(*columns).toArrow().rename_columns(table.column_names)


def _is_variant(item: pa.Field) -> bool:
    return pa.types.is_struct(item.type) and [part.name for part in item.type] == [
        "value",
        "metadata",
    ]
