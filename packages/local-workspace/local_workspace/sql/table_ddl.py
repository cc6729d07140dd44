"""Tables and views by SQL: CREATE and DROP."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from pyspark.sql.types import StructType

from local_workspace.catalog import column_ddl, tables
from local_workspace.catalog.errors import SqlError, already_exists, table_not_found
from local_workspace.catalog.metastore import Constraint, Table
from local_workspace.catalog.names import TableName
from local_workspace.sql import history, queries
from local_workspace.sql.ddl import schema
from local_workspace.sql.session import Command, SqlSession
from local_workspace.sql.statements import Statement, split, unescape

_INVALID_CHARACTERS = re.compile(r"[ ,;{}()\n\t=]")
_FORMATS = {"DELTA", "PARQUET", "ICEBERG"}


@dataclass
class Clauses:
    """What a CREATE TABLE says besides its name."""

    columns: str = ""
    format: str = "DELTA"
    comment: str = ""
    clustering: tuple[str, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    query: str = ""


def create_table(session: SqlSession, statement: Statement) -> None:
    _create(session, statement, replacing=False)


def replace_table(session: SqlSession, statement: Statement) -> None:
    _create(session, statement, replacing=True)


def create_view(session: SqlSession, statement: Statement) -> None:
    _view(session, statement, replacing=False)


def replace_view(session: SqlSession, statement: Statement) -> None:
    _view(session, statement, replacing=True)


def create_temporary_view(session: SqlSession, statement: Statement) -> None:
    """A view of this session only."""
    (name,) = statement.name()
    statement.expect("AS")
    queries.frame(session, statement.rest()).createOrReplaceTempView(name)
    session.temporary.add(name.lower())


_OF_A_PIPELINE = {
    "MATERIALIZED_VIEW": ("materialized view", "56038"),
    "STREAMING_TABLE": ("streaming table", "42601"),
}


def drop_table(session: SqlSession, statement: Statement) -> None:
    tolerant = statement.take("IF", "EXISTS")
    parts = statement.name()
    if len(parts) == 1 and parts[0].lower() in session.temporary:
        session.spark.catalog.dropTempView(parts[0])
        session.temporary.discard(parts[0].lower())
        return
    name = session.complete(parts)
    found = session.metastore.table(name)
    if found is None:
        if not tolerant:
            raise table_not_found(name)
        return
    session.privileges.require_owner(found)
    _require_undefined(session, found)
    session.drop_table(found)


def _require_undefined(session: SqlSession, table: Table) -> None:
    """A pipeline's table is dropped once it is inactive, or the pipeline gone."""
    defines = table.pipeline_id and session.workspace.state.get("pipeline", table.pipeline_id)
    if not defines or table.inactive:
        return
    kind, sql_state = _OF_A_PIPELINE[table.table_type]
    raise SqlError(
        f"{kind.upper().replace(' ', '_')}_OPERATION_NOT_ALLOWED.DROP_DELTA_LIVE_TABLE",
        f"The operation DROP is not allowed: {table.full_name.quoted} is a {kind} of a pipeline. "
        "Remove it from the pipeline's definition instead, and run the pipeline again.",
        sql_state,
    )


def check_columns(columns: StructType, properties: dict[str, str]) -> None:
    """Raises SqlError for names that Delta refuses."""
    mapped = properties.get("delta.columnMapping.mode", "none") != "none"
    invalid = [name for name in columns.names if _INVALID_CHARACTERS.search(name)]
    if invalid and not mapped:
        raise SqlError(
            "DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES",
            "Found invalid character(s) among ' ,;{}()\\n\\t=' in the column names of your "
            f"schema.\nInvalid column names: {', '.join(invalid)}.\nPlease use other characters "
            "and try again.\nAlternatively, enable Column Mapping to keep using these characters.",
            "42K05",
        )
    names = [name.lower() for name in columns.names]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SqlError(
            "COLUMN_ALREADY_EXISTS",
            f"The column `{twice[0]}` already exists. Choose another name or rename the existing "
            "column.",
            "42711",
        )


def constraints(
    session: SqlSession, parsed: tuple[column_ddl.Constraint, ...], name: TableName
) -> tuple[Constraint, ...]:
    """Declared keys as the metastore keeps them, with names and parents completed."""
    return tuple(_constraint(session, item, name) for item in parsed)


def _create(session: SqlSession, statement: Statement, *, replacing: bool) -> None:
    tolerant = statement.take("IF", "NOT", "EXISTS")
    name = session.complete(statement.name())
    before = session.metastore.table(name)
    if before is not None and not replacing:
        if tolerant:
            return
        raise already_exists("TABLE_OR_VIEW", name.quoted)
    session.privileges.require("CREATE TABLE", schema(session, name.catalog, name.schema))
    if before is not None:
        session.privileges.require_owner(before)
    clauses = _like(session, statement) if statement.take("LIKE") else _clauses(statement)
    made = Table(*name, owner=session.user)
    if before is not None:
        made = replace(made, table_id=before.table_id, in_place_version=before.in_place_version + 1)
    made = _filled(session, made, clauses)
    if before is not None:
        tables.forget(session.spark, before)
    tables.register(session.spark, session.metastore.put(made))
    history.add(session, made, "CREATE TABLE AS SELECT" if clauses.query else "CREATE TABLE")


def _clauses(statement: Statement) -> Clauses:
    found = Clauses(columns=statement.group() if statement.peek("(") else "")
    while not statement.at_end:
        if statement.take("USING"):
            found.format = statement.word().upper()
        elif statement.take("COMMENT"):
            found.comment = statement.string()
        elif statement.take("TBLPROPERTIES"):
            found.properties = properties(statement)
        elif statement.take("CLUSTER", "BY"):
            found.clustering = () if statement.take("AUTO") else tuple(statement.items())
        elif statement.take("PARTITIONED", "BY"):
            statement.group()
        elif statement.take("AS") or statement.peek("SELECT") or statement.peek("WITH"):
            found.query = statement.rest()
        else:
            raise statement.error()
    return found


def _like(session: SqlSession, statement: Statement) -> Clauses:
    model = session.readable(session.complete(statement.name()))
    return Clauses(columns=model.ddl, properties=model.properties)


def _filled(session: SqlSession, table: Table, clauses: Clauses) -> Table:
    """``table`` as the clauses have it, with its files written; not known to anyone yet."""
    if clauses.format not in _FORMATS:
        raise SqlError(
            "UNSUPPORTED_MANAGED_TABLE_CREATION",
            f"Creating a managed table {table.full_name.quoted} using datasource "
            f"{clauses.format.lower()} is not supported. You need to use datasource DELTA.",
            "0AKDE",
        )
    parsed = column_ddl.parse_ddl(clauses.columns)
    frame = queries.frame(session, clauses.query) if clauses.query else None
    columns = frame.schema if frame else column_types(session, parsed.columns)
    check_columns(columns, clauses.properties)
    folder = tables.new_folder(session.workspace.home, table.table_id)
    if frame:
        frame.write.parquet(str(folder))
    else:
        folder.mkdir()
    keys = constraints(session, parsed.constraints, table.full_name)
    required = {column for key in keys if key.type == "PRIMARY KEY" for column in key.columns}
    return replace(
        table,
        columns=tuple(
            replace(info, nullable=bool(frame) or (info.nullable and info.name not in required))
            for info in tables.columns_of(columns)
        ),
        location=str(folder),
        comment=clauses.comment,
        properties=clauses.properties,
        constraints=keys,
        clustering=clauses.clustering,
    )


def column_types(session: SqlSession, columns: str) -> StructType:
    parsed: StructType = session.spark._parse_ddl(columns) if columns else StructType()  # type: ignore[assignment]
    return parsed


def _view(session: SqlSession, statement: Statement, *, replacing: bool) -> None:
    tolerant = statement.take("IF", "NOT", "EXISTS")
    name = session.complete(statement.name())
    before = session.metastore.table(name)
    if before is not None and not replacing:
        if tolerant:
            return
        raise already_exists("TABLE_OR_VIEW", name.quoted)
    session.privileges.require("CREATE TABLE", schema(session, name.catalog, name.schema))
    names = statement.items() if statement.peek("(") else []
    comment = statement.string() if statement.take("COMMENT") else ""
    statement.expect("AS")
    query = statement.rest()
    spark_query = queries.rewrite(session, query)
    columns = [split(item, " ")[0] for item in names]
    if columns:
        spark_query = f"SELECT * FROM ({spark_query}) AS _view ({', '.join(columns)})"
    made = Table(
        *name,
        owner=session.user,
        columns=tables.columns_of(session.spark.sql(spark_query).schema),
        table_type="VIEW",
        data_source_format="UNKNOWN_DATA_SOURCE_FORMAT",
        comment=comment,
        properties={tables.VIEW_TEXT: spark_query},
        view_definition=query,
        view_reads=queries.names(session, query),
    )
    tables.register(session.spark, session.metastore.put(made))


def properties(statement: Statement) -> dict[str, str]:
    """``('a' = 'b', c = 1)`` as texts."""
    pairs = (item.split("=", 1) for item in statement.items())
    return {_text(key): _text(value) for key, value in pairs}


def _text(word: str) -> str:
    word = word.strip()
    return unescape(word) if word[:1] in ("'", '"') else word.strip("`")


def _constraint(session: SqlSession, item: column_ddl.Constraint, name: TableName) -> Constraint:
    parent = session.complete(item.parent) if item.parent else None
    kind = {"PRIMARY KEY": "pk", "FOREIGN KEY": "fk", "UNIQUE": "unique"}[item.kind]
    suffix = "" if item.kind == "PRIMARY KEY" else f"_{'_'.join(item.columns)}"
    parent_columns = item.parent_columns
    if parent is not None and not parent_columns:
        parent_columns = _primary_key(session, parent)
    return Constraint(
        item.name or f"{name.table.lower()}{suffix}_{kind}",
        item.kind,
        item.columns,
        parent.key if parent else "",
        parent_columns,
    )


def _primary_key(session: SqlSession, parent: TableName) -> tuple[str, ...]:
    keys = session.table(parent).constraints
    return next((key.columns for key in keys if key.type == "PRIMARY KEY"), ())


COMMANDS: dict[str, Command] = {
    "CREATE OR REPLACE TABLE": replace_table,
    "REPLACE TABLE": replace_table,
    "CREATE TABLE": create_table,
    "CREATE OR REPLACE VIEW": replace_view,
    "CREATE VIEW": create_view,
    "CREATE OR REPLACE TEMPORARY VIEW": create_temporary_view,
    "CREATE OR REPLACE TEMP VIEW": create_temporary_view,
    "CREATE TEMPORARY VIEW": create_temporary_view,
    "CREATE TEMP VIEW": create_temporary_view,
    "DROP TABLE": drop_table,
    "DROP VIEW": drop_table,
    "DROP MATERIALIZED VIEW": drop_table,
    "DROP STREAMING TABLE": drop_table,
}
