"""A SQL session: who asks, where short names lie, and what each object is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql.connect.session import SparkSession

from local_workspace.catalog import tables
from local_workspace.catalog.errors import SqlError, catalog_not_found, table_not_found
from local_workspace.catalog.metastore import Metastore, Table
from local_workspace.catalog.names import TableName, full_name
from local_workspace.catalog.privileges import Privileges
from local_workspace.catalog.volumes import local_path
from local_workspace.spark import COMPILED, INTERPRETED
from local_workspace.sql.statements import Statement
from local_workspace.workspace import LocalWorkspace

Parameters = dict[str, Any] | list[Any] | None
"""Named parameters, positional ones, or none."""

DEFAULT_CATALOG = "main"
DEFAULT_SCHEMA = "default"

LARGE = 500_000
"""Bytes of a table from which on a statement that names it is compiled."""

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
    _expects_much: bool = True

    @cached_property
    def spark(self) -> SparkSession:
        return self.workspace.spark.session()

    def expect(self, *, much: bool) -> None:
        """Whether what runs next reads many rows. It changes no row, only the time that it takes:
        statements that run at once may contradict each other."""
        if much is not self._expects_much:
            self._expects_much = much
            for key, value in (COMPILED if much else INTERPRETED).items():
                self.spark.conf.set(key, value)

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

    @contextmanager
    def given(self, parameters: Parameters) -> Iterator[None]:
        """What runs within has these parameters."""
        token = _arguments.set(parameters)
        try:
            yield
        finally:
            _arguments.reset(token)

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
        if _may_be_large(table):
            self.expect(much=True)
        return table

    def readable(self, name: TableName) -> Table:
        """The same, and the user may select from it."""
        table = self.table(name)
        self.privileges.require("SELECT", table)
        return table

    def local_path(self, remote: str) -> Path:
        """Where ``/Volumes/…`` lies, for a user who may read it. Raises SqlError."""
        return local_path(self.workspace.volumes, self.privileges, remote, "READ VOLUME")

    def drop_table(self, table: Table) -> None:
        tables.forget(self.spark, table)
        self.metastore.drop(table)
        tables.remove_files(self.workspace.home, table)

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


def _may_be_large(table: Table) -> bool:
    """What a view reads is not known."""
    files = Path(table.location).glob("*.parquet") if table.location else ()
    return not table.location or sum(file.stat().st_size for file in files) > LARGE


def open_session(
    workspace: LocalWorkspace, user: str, catalog: str = "", schema: str = ""
) -> SqlSession:
    return SqlSession(workspace, user, catalog or DEFAULT_CATALOG, schema or DEFAULT_SCHEMA)


Command = Callable[[SqlSession, Statement], pa.Table | None]
"""Does what the words after its keywords say; the rows to answer with, None for none."""
