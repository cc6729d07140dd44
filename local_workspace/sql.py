"""Statements of one SQL session: first what Unity Catalog answers, then what Spark does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import pyarrow as pa
from pyspark.errors import PySparkException
from pyspark.sql.connect.dataframe import DataFrame
from pyspark.sql.connect.session import SparkSession

from local_workspace import information_schema
from local_workspace.errors import SparkError, catalog_not_found, table_not_found
from local_workspace.metastore import Metastore, Table
from local_workspace.names import TableName, rewrite_sql, spark_name
from local_workspace.privileges import Privileges
from local_workspace.thrift_values import Parameters
from local_workspace.workspace import LocalWorkspace

DEFAULT_CATALOG = "main"
DEFAULT_SCHEMA = "default"


@dataclass
class SqlSession:
    """``catalog`` and ``schema`` complete short names. ``temporary`` are the temporary views,
    in lower case."""

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

    def run(self, statement: str, parameters: Parameters = None) -> pa.Table:
        """The rows of ``statement``. Raises SqlError."""
        try:
            return self.frame(statement, parameters).toArrow()
        except PySparkException as error:
            raise SparkError(error) from error

    def frame(self, query: str, parameters: Parameters = None) -> DataFrame:
        """``query`` as Spark runs it, with the caller's privileges checked."""
        return self.spark.sql(self.rewrite(query), args=parameters)

    def rewrite(self, text: str) -> str:
        return rewrite_sql(text, self.catalog, self.schema, self._spell, self.temporary)

    def readable(self, name: TableName) -> Table:
        """Raises SqlError where the table is not there or the user may not select from it."""
        table = self.metastore.table(name)
        if table is None:
            if self.metastore.catalog(name.catalog) is None:
                raise catalog_not_found(name.catalog)
            raise table_not_found(name)
        self.privileges.require("SELECT", table)
        return table

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

    def _spell(self, name: TableName) -> str:
        if name.schema.lower() == "information_schema":
            return information_schema.view(self, name)
        self.readable(name)
        return spark_name(name)


def open_session(
    workspace: LocalWorkspace, user: str, catalog: str = "", schema: str = ""
) -> SqlSession:
    return SqlSession(workspace, user, catalog or DEFAULT_CATALOG, schema or DEFAULT_SCHEMA)
