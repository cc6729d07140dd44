"""Errors of SQL statements, worded as Databricks words them."""

from __future__ import annotations

import re

from pyspark.errors import PySparkException

from local_workspace.catalog.names import TableName, original_names

_PLAN = re.compile(r";\n'?[A-Z]\w+.*\Z", re.DOTALL)
"""The query's plan, which Spark appends to what it could not resolve."""


class SqlError(Exception):
    """``message`` begins with the error's class in brackets and ends with its SQLSTATE."""

    def __init__(self, error_class: str, message: str, sql_state: str) -> None:
        super().__init__(f"[{error_class}] {message} SQLSTATE: {sql_state}")
        self.error_class = error_class
        self.message = str(self)
        self.sql_state = sql_state


class SparkError(SqlError):
    """What Spark said, with the names that the person wrote."""

    def __init__(self, error: PySparkException) -> None:
        Exception.__init__(self, error)
        text = error.getMessage() or str(error)
        self.error_class = error.getCondition() or "INTERNAL_ERROR"
        self.sql_state = error.getSqlState() or "XX000"
        text = _PLAN.sub("", text).strip()
        text = text if text.startswith("[") else f"[{self.error_class}] {text}"
        text = original_names(text.split("\n\nJVM stacktrace")[0])
        missing = f"SQLSTATE: {self.sql_state}" not in text
        self.message = f"{text} SQLSTATE: {self.sql_state}" if missing else text


def table_not_found(name: TableName) -> SqlError:
    return SqlError(
        "TABLE_OR_VIEW_NOT_FOUND",
        f"The table or view {name.quoted} cannot be found. Verify the spelling and correctness of "
        "the schema and catalog.\nIf you did not qualify the name with a schema, verify the "
        "current_schema() output, or qualify the name with the correct schema and catalog.\nTo "
        "tolerate the error on drop use DROP VIEW IF EXISTS or DROP TABLE IF EXISTS.",
        "42P01",
    )


def schema_not_found(catalog: str, schema: str) -> SqlError:
    return SqlError(
        "SCHEMA_NOT_FOUND",
        f"The schema `{catalog}`.`{schema}` cannot be found. Verify the spelling and correctness "
        "of the schema and catalog.\nIf you did not qualify the name with a catalog, verify the "
        "current_schema() output, or qualify the name with the correct catalog.\nTo tolerate the "
        "error on drop use DROP SCHEMA IF EXISTS.",
        "42704",
    )


def catalog_not_found(catalog: str) -> SqlError:
    return SqlError(
        "NO_SUCH_CATALOG_EXCEPTION",
        f"Catalog '{catalog}' was not found. Please verify the catalog name and then retry the "
        "query or command again.",
        "42704",
    )


def already_exists(kind: str, name: str) -> SqlError:
    """``kind`` is CATALOG, SCHEMA, TABLE_OR_VIEW or VOLUME."""
    noun = kind.lower().replace("_", " ")
    return SqlError(
        f"{kind}_ALREADY_EXISTS",
        f"Cannot create {noun} {name} because it already exists.\nChoose a different name, drop "
        "or replace the existing object, or add the IF NOT EXISTS clause to tolerate pre-existing "
        "objects.",
        "42P07" if kind == "TABLE_OR_VIEW" else "42P06",
    )


def insufficient(privilege: str, kind: str, name: str) -> SqlError:
    return SqlError(
        "INSUFFICIENT_PERMISSIONS",
        f"Insufficient privileges:\nUser does not have {privilege} on {kind.title()} '{name}'.",
        "42501",
    )


def syntax_error(near: str) -> SqlError:
    return SqlError("PARSE_SYNTAX_ERROR", f"Syntax error at or near '{near}'.", "42601")
