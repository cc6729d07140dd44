"""SHOW, DESCRIBE and LIST, answered from the metastore and from the volumes' folders."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from local_workspace.catalog import tables
from local_workspace.catalog.errors import SqlError
from local_workspace.catalog.metastore import Table
from local_workspace.sql import history, queries
from local_workspace.sql.ddl import catalog, schema, schema_parts
from local_workspace.sql.session import Command, SqlSession
from local_workspace.sql.statements import Statement


def show_catalogs(session: SqlSession, statement: Statement) -> pa.Table:
    names = [item.name for item in session.metastore.catalogs() if session.privileges.sees(item)]
    return _texts(["catalog"], ((name,) for name in _like(statement, names)))


def show_schemas(session: SqlSession, statement: Statement) -> pa.Table:
    named = statement.take_any("IN", "FROM")
    found = catalog(session, statement.name()[0] if named else session.catalog)
    items = session.metastore.schemas(found.name)
    names = [item.name for item in items if session.privileges.sees(item)]
    names.append("information_schema")
    return _texts(["databaseName"], ((name,) for name in _like(statement, sorted(names))))


def show_tables(session: SqlSession, statement: Statement) -> pa.Table:
    found = _in_schema(session, statement, "tables")
    kept = _like(statement, [item.name for item in found])
    rows = [(item.schema, item.name, False) for item in found if item.name in kept]
    return _rows(
        [("database", pa.string()), ("tableName", pa.string()), ("isTemporary", pa.bool_())], rows
    )


def show_views(session: SqlSession, statement: Statement) -> pa.Table:
    found = [item for item in _in_schema(session, statement, "tables") if item.table_type == "VIEW"]
    rows = [(item.schema, item.name, False) for item in found]
    return _rows(
        [("namespace", pa.string()), ("viewName", pa.string()), ("isTemporary", pa.bool_())], rows
    )


def show_volumes(session: SqlSession, statement: Statement) -> pa.Table:
    found = _in_schema(session, statement, "volumes")
    return _texts(["database", "volume_name"], ((item.schema, item.name) for item in found))


def show_columns(session: SqlSession, statement: Statement) -> pa.Table:
    statement.take_any("IN", "FROM")
    table = session.readable(session.complete(statement.name()))
    return _texts(["col_name"], ((column.name,) for column in table.columns))


def show_properties(session: SqlSession, statement: Statement) -> pa.Table:
    table = session.readable(session.complete(statement.name()))
    return _texts(["key", "value"], sorted(table.properties.items()))


def show_create_table(session: SqlSession, statement: Statement) -> pa.Table:
    table = session.readable(session.complete(statement.name()))
    text = f"CREATE TABLE {table.full_name.quoted} ({table.ddl}) USING delta"
    if table.view_definition:
        text = f"CREATE VIEW {table.full_name.quoted} AS {table.view_definition}"
    return _texts(["createtab_stmt"], [(text,)])


def describe(session: SqlSession, statement: Statement) -> pa.Table:
    """``DESCRIBE [TABLE] [EXTENDED] name``, or of a query: the columns, and what else is known."""
    if statement.take("QUERY") or statement.peek("SELECT") or statement.peek("WITH"):
        query = queries.rewrite(session, statement.rest())
        return session.spark.sql(f"DESCRIBE QUERY {query}", session.arguments).toArrow()
    statement.take("TABLE")
    extended = statement.take("EXTENDED") or statement.take("FORMATTED")
    name = session.complete(statement.name())
    if name.schema.lower() == "information_schema":
        return queries.frame(session, f"DESCRIBE TABLE {name.quoted}").toArrow()
    table = session.readable(name)
    rows = [(item.name, item.type, item.comment or None) for item in table.columns]
    return _texts(
        ["col_name", "data_type", "comment"], rows + (_details(table) if extended else [])
    )


def describe_catalog(session: SqlSession, statement: Statement) -> pa.Table:
    statement.take("EXTENDED")
    found = catalog(session, statement.name()[0])
    session.privileges.require("USE CATALOG", found)
    rows = [("Catalog Name", found.name), ("Comment", found.comment), ("Owner", found.owner)]
    return _texts(["info_name", "info_value"], rows)


def describe_schema(session: SqlSession, statement: Statement) -> pa.Table:
    statement.take("EXTENDED")
    found = schema(session, *schema_parts(session, statement.name()))
    session.privileges.require("USE SCHEMA", found)
    rows = [
        ("Catalog Name", found.catalog),
        ("Namespace Name", found.name),
        ("Comment", found.comment),
        ("Owner", found.owner),
    ]
    return _texts(["database_description_item", "database_description_value"], rows)


def describe_history(session: SqlSession, statement: Statement) -> pa.Table:
    statement.take("TABLE")
    table = session.readable(session.complete(statement.name()))
    if table.table_type == "VIEW":
        raise SqlError(
            "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE",
            f"'DESCRIBE HISTORY' expects a table but {table.full_name.quoted} is a view.",
            "42809",
        )
    found = history.rows(session, table)
    return found.slice(0, int(statement.word())) if statement.take("LIMIT") else found


def describe_detail(session: SqlSession, statement: Statement) -> pa.Table:
    statement.take("TABLE")
    table = session.readable(session.complete(statement.name()))
    files, size = tables.size_of(session.workspace.home, table)
    row = {
        "format": table.data_source_format.lower(),
        "id": table.table_id,
        "name": table.key,
        "description": table.comment or None,
        "location": table.location,
        "createdAt": datetime.fromtimestamp(table.created_at / 1000, UTC),
        "lastModified": datetime.fromtimestamp(table.updated_at / 1000, UTC),
        "clusteringColumns": list(table.clustering),
        "numFiles": files,
        "sizeInBytes": size,
        "properties": list(table.properties.items()),
    }
    types = {"properties": pa.map_(pa.string(), pa.string())}
    types["clusteringColumns"] = pa.list_(pa.string())
    columns = {name: pa.array([value], types.get(name)) for name, value in row.items()}
    return pa.table(columns)


def list_files(session: SqlSession, statement: Statement) -> pa.Table:
    """``LIST '/Volumes/…'``: path, name, size in bytes, and when it was modified."""
    path = statement.string().removeprefix("dbfs:").rstrip("/")
    folder = session.local_path(path)
    if not folder.exists():
        raise SqlError("PATH_NOT_FOUND", f"Path does not exist: {path}.", "42K03")
    rows = []
    for item in sorted(folder.iterdir()) if folder.is_dir() else [folder]:
        end = "/" if item.is_dir() else ""
        stat = item.stat()
        size = 0 if item.is_dir() else stat.st_size
        full = f"{path}/{item.name}" if folder.is_dir() else path
        modified = datetime.fromtimestamp(stat.st_mtime, UTC)
        rows.append((f"{full}{end}", f"{item.name}{end}", size, modified))
    schema_ = [("path", pa.string()), ("name", pa.string()), ("size", pa.int64())]
    return _rows([*schema_, ("modification_time", pa.timestamp("us", tz="UTC"))], rows)


def _in_schema(session: SqlSession, statement: Statement, kind: str) -> list[Any]:
    named = statement.take_any("IN", "FROM")
    parts = statement.name() if named else (session.catalog, session.schema)
    found = schema(session, *schema_parts(session, parts))
    session.privileges.require("USE SCHEMA", found)
    items: list[Any] = getattr(session.metastore, kind)(found.catalog, found.name)
    return [item for item in items if session.privileges.sees(item)]


def _details(table: Table) -> list[tuple[str, str, str | None]]:
    items = {
        "Catalog": table.catalog,
        "Database": table.schema,
        "Table": table.name,
        "Type": table.table_type,
        "Comment": table.comment,
        "Location": table.location,
        "Provider": table.data_source_format.lower(),
        "Owner": table.owner,
        "View Text": table.view_definition,
    }
    rows: list[tuple[str, str, str | None]] = [
        ("", "", ""),
        ("# Detailed Table Information", "", ""),
    ]
    return rows + [(name, value, "") for name, value in items.items() if value]


def _like(statement: Statement, names: Sequence[str]) -> list[str]:
    """``[LIKE] 'a*|b*'`` where it comes next."""
    statement.take("LIKE")
    if statement.at_end:
        return list(names)
    patterns = statement.string().lower().split("|")
    return [name for name in names if any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]


def _texts(names: list[str], rows: Iterable[Sequence[str | None]]) -> pa.Table:
    return _rows([(name, pa.string()) for name in names], list(rows))


def _rows(fields: list[tuple[str, pa.DataType]], rows: Sequence[Sequence[Any]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(fields)
    arrays = [pa.array(column, type_) for column, (_, type_) in zip(columns, fields, strict=True)]
    return pa.table(arrays, names=[name for name, _ in fields])


COMMANDS: dict[str, Command] = {
    "SHOW CATALOGS": show_catalogs,
    "SHOW SCHEMAS": show_schemas,
    "SHOW DATABASES": show_schemas,
    "SHOW TABLES": show_tables,
    "SHOW VIEWS": show_views,
    "SHOW VOLUMES": show_volumes,
    "SHOW COLUMNS": show_columns,
    "SHOW TBLPROPERTIES": show_properties,
    "SHOW CREATE TABLE": show_create_table,
    "DESCRIBE": describe,
    "DESCRIBE CATALOG": describe_catalog,
    "DESCRIBE SCHEMA": describe_schema,
    "DESCRIBE DATABASE": describe_schema,
    "DESCRIBE HISTORY": describe_history,
    "DESCRIBE DETAIL": describe_detail,
    "LIST": list_files,
}
