"""Statements of one SQL session: what Unity Catalog knows is answered here, the rest by Spark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame
from pyspark.sql.connect.session import SparkSession

from local_workspace import (
    alter_table,
    ddl,
    describe,
    dml,
    files,
    functions,
    grants,
    history,
    information_schema,
    masks,
    merge,
    table_ddl,
    tables,
)
from local_workspace.api import ApiError
from local_workspace.errors import SparkError, SqlError, catalog_not_found, table_not_found
from local_workspace.metastore import Metastore, Table, changed_in_place
from local_workspace.names import TableName, full_name, rewrite_sql, spark_name
from local_workspace.privileges import Privileges
from local_workspace.statements import Statement
from local_workspace.thrift_values import Parameters
from local_workspace.workspace import LocalWorkspace

DEFAULT_CATALOG = "main"
DEFAULT_SCHEMA = "default"

COMMANDS = (
    ddl.COMMANDS
    | table_ddl.COMMANDS
    | alter_table.COMMANDS
    | dml.COMMANDS
    | merge.COMMANDS
    | grants.COMMANDS
    | describe.COMMANDS
    | masks.COMMANDS
)
"""By their first words; of several that fit, the longest."""

_LONGEST = max(len(words.split()) for words in COMMANDS)
_arguments: ContextVar[Parameters] = ContextVar("arguments", default=None)


@dataclass
class SqlSession:
    """``catalog`` and ``schema`` complete short names. ``temporary`` are the temporary views, in
    lower case; ``snapshots`` the revision that each view of ``information_schema`` shows."""

    workspace: LocalWorkspace
    user: str
    catalog: str = DEFAULT_CATALOG
    schema: str = DEFAULT_SCHEMA
    temporary: set[str] = field(default_factory=set)
    snapshots: dict[str, int] = field(default_factory=dict)

    @cached_property
    def spark(self) -> SparkSession:
        return self.workspace.spark.session()

    @property
    def metastore(self) -> Metastore:
        return self.workspace.metastore

    @property
    def privileges(self) -> Privileges:
        return Privileges(self.metastore, self.user)

    @property
    def arguments(self) -> Any:
        """The parameters of the statement that is running."""
        return _arguments.get()

    def run(self, text: str, parameters: Parameters = None) -> pa.Table:
        """The rows of a statement. Raises SqlError."""
        token = _arguments.set(parameters)
        try:
            return self._run(text)
        except PySparkException as error:
            raise SparkError(error) from error
        finally:
            _arguments.reset(token)

    def frame(self, query: str) -> DataFrame:
        """``query`` as Spark runs it, with the caller's privileges checked."""
        return self.spark.sql(self.rewrite(query), self.arguments)

    def rewrite(self, text: str) -> str:
        """``text`` with the names and functions that Spark knows."""
        text = functions.substitute(self, text)
        return rewrite_sql(text, self.catalog, self.schema, self._spell, self.temporary)

    def complete(self, parts: tuple[str, ...]) -> TableName:
        if len(parts) > 3:
            raise SqlError(
                "IDENTIFIER_TOO_MANY_NAME_PARTS",
                f"{'.'.join(parts)} is not a valid identifier as it has more than 3 name parts.",
                "42601",
            )
        return full_name(parts, self.catalog, self.schema)

    def table(self, name: TableName) -> Table:
        """Raises SqlError where it is not there."""
        table = self.metastore.table(name)
        if table is None:
            if self.metastore.catalog(name.catalog) is None:
                raise catalog_not_found(name.catalog)
            raise table_not_found(name)
        return table

    def readable(self, name: TableName) -> Table:
        """The same, and the user may select from it."""
        table = self.table(name)
        self.privileges.require("SELECT", table)
        return table

    def local_path(self, remote: str) -> Path:
        """Where ``/Volumes/…`` lies, for a user who may read it. Raises SqlError."""
        try:
            return files.local_path(self.workspace, self.user, remote, "READ VOLUME")
        except ApiError as error:
            denied = error.status == 403
            error_class = "INSUFFICIENT_PERMISSIONS" if denied else "PATH_NOT_FOUND"
            raise SqlError(error_class, error.message, "42501" if denied else "42K03") from error

    def write_again(self, table: Table, query: str, operation: str, **parameters: str) -> None:
        """Puts the rows of ``query``, in Spark's own names, in the place of the table's rows.
        ``table`` may have other columns than before."""
        folder = tables.new_folder(self.workspace, table.table_id)
        self.spark.sql(query, self.arguments).write.parquet(str(folder))
        changed = replace(changed_in_place(table), location=str(folder))
        tables.register(self.spark, self.metastore.put(changed))
        history.add(self, changed, operation, **parameters)

    def drop_table(self, table: Table) -> None:
        tables.forget(self.spark, table)
        self.metastore.drop(table)
        tables.remove_files(self.workspace, table)

    @contextmanager
    def tagged(self, tag: str) -> Iterator[None]:
        """What runs within can be cancelled by the tag."""
        self.spark.addTag(tag)
        try:
            yield
        finally:
            self.spark.removeTag(tag)

    def cancel(self, tag: str) -> None:
        self.spark.interruptTag(tag)

    def close(self) -> None:
        if "spark" in self.__dict__:
            self.spark.stop()

    def _run(self, text: str) -> pa.Table:
        statement = Statement(text)
        words = [token.word for token in statement.tokens[:_LONGEST]]
        words[:1] = ["DESCRIBE" if word == "DESC" else word for word in words[:1]]
        for count in range(len(words), 0, -1):
            command = COMMANDS.get(" ".join(words[:count]))
            if command is not None:
                statement.position = count
                answer = command(self, statement)
                return pa.table({}) if answer is None else answer
        return _arrow(self.frame(text))

    def _spell(self, name: TableName) -> str:
        if name.schema.lower() == information_schema.NAME:
            return information_schema.view(self, name)
        table = self.readable(name)
        masked = any(column.mask for column in table.columns)
        return masks.masked_view(self, table) if masked else spark_name(name)


def open_session(
    workspace: LocalWorkspace, user: str, catalog: str = "", schema: str = ""
) -> SqlSession:
    return SqlSession(workspace, user, catalog or DEFAULT_CATALOG, schema or DEFAULT_SCHEMA)


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
