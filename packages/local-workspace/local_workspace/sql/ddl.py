"""Catalogs, schemas and volumes by SQL: CREATE, DROP, ALTER, COMMENT ON, USE."""

from __future__ import annotations

import shutil
from dataclasses import replace

from local_workspace.catalog import tables
from local_workspace.catalog.errors import (
    SqlError,
    already_exists,
    catalog_not_found,
    insufficient,
    schema_not_found,
)
from local_workspace.catalog.metastore import Catalog, Schema, Securable, Volume
from local_workspace.catalog.names import TableName, quote, spark_schema
from local_workspace.sql.session import Command, SqlSession
from local_workspace.sql.statements import Statement


def create_catalog(session: SqlSession, statement: Statement) -> None:
    tolerant = statement.take("IF", "NOT", "EXISTS")
    (name,) = _parts(statement, 1)
    comment = _options(statement)
    if session.metastore.catalog(name) is not None:
        if not tolerant:
            raise already_exists("CATALOG", quote(name))
        return
    if not session.privileges.may_create_catalogs():
        raise insufficient("CREATE CATALOG", "metastore", "local")
    session.metastore.put(Catalog(name, session.user, comment))
    _add_schema(session, Schema(name.lower(), "default", session.user))


def create_schema(session: SqlSession, statement: Statement) -> None:
    tolerant = statement.take("IF", "NOT", "EXISTS")
    catalog_name, name = schema_parts(session, statement.name())
    comment = _options(statement)
    if session.metastore.schema(catalog_name, name) is not None:
        if not tolerant:
            raise already_exists("SCHEMA", f"{quote(catalog_name)}.{quote(name)}")
        return
    session.privileges.require("CREATE SCHEMA", catalog(session, catalog_name))
    _add_schema(session, Schema(catalog_name.lower(), name, session.user, comment))


def create_volume(session: SqlSession, statement: Statement) -> None:
    tolerant = statement.take("IF", "NOT", "EXISTS")
    name = session.complete(statement.name())
    comment = _options(statement)
    if session.metastore.volume(*name) is not None:
        if not tolerant:
            raise already_exists("VOLUME", name.quoted)
        return
    session.privileges.require("CREATE VOLUME", schema(session, name.catalog, name.schema))
    made = session.metastore.put(
        Volume(name.catalog, name.schema, name.table, session.user, comment)
    )
    folder = session.workspace.volumes / made.catalog / made.schema / made.name
    folder.mkdir(parents=True, exist_ok=True)


def drop_catalog(session: SqlSession, statement: Statement) -> None:
    tolerant = statement.take("IF", "EXISTS")
    (name,) = _parts(statement, 1)
    found = session.metastore.catalog(name)
    if found is None:
        if not tolerant:
            raise catalog_not_found(name)
        return
    session.privileges.require_owner(found)
    schemas = session.metastore.schemas(found.name)
    if [item for item in schemas if item.name != "default"] and not statement.take("CASCADE"):
        raise SqlError(
            "CATALOG_NOT_EMPTY",
            f"Cannot drop a catalog {quote(name)} because it contains objects.\nUse DROP CATALOG "
            "... CASCADE to drop the catalog and all its objects.",
            "2BP01",
        )
    for item in schemas:
        _empty_schema(session, item)
    session.metastore.drop(found)


def drop_schema(session: SqlSession, statement: Statement) -> None:
    tolerant = statement.take("IF", "EXISTS")
    catalog_name, name = schema_parts(session, statement.name())
    found = session.metastore.schema(catalog_name, name)
    if found is None:
        if not tolerant:
            raise schema_not_found(catalog_name, name)
        return
    session.privileges.require_owner(found)
    full = (found.catalog, found.name)
    holds = session.metastore.tables(*full) or session.metastore.volumes(*full)
    if holds and not statement.take("CASCADE"):
        raise SqlError(
            "SCHEMA_NOT_EMPTY",
            f"Cannot drop a schema {quote(found.catalog)}.{quote(found.name)} because it contains "
            "objects.\nUse DROP SCHEMA ... CASCADE to drop the schema and all its objects.",
            "2BP01",
        )
    _empty_schema(session, found)


def drop_volume(session: SqlSession, statement: Statement) -> None:
    tolerant = statement.take("IF", "EXISTS")
    name = session.complete(statement.name())
    found = session.metastore.volume(*name)
    if found is None:
        if not tolerant:
            raise volume_not_found(name)
        return
    session.privileges.require_owner(found)
    _remove_volume(session, found)


def alter(session: SqlSession, statement: Statement) -> None:
    """After ALTER: ``CATALOG|SCHEMA|VOLUME name [SET] OWNER TO principal``; tags are accepted."""
    found = securable(session, statement)
    session.privileges.require_owner(found)
    statement.take("SET")
    if statement.take("OWNER", "TO"):
        session.metastore.put(replace(found, owner=principal(statement)))


def comment_on(session: SqlSession, statement: Statement) -> None:
    """``COMMENT ON kind name IS 'text' | NULL``; ``COLUMN`` too."""
    if statement.take("COLUMN"):
        *parts, column = statement.name()
        table = session.table(session.complete(tuple(parts)))
        session.privileges.require_owner(table)
        columns = tables.with_comments(table.columns, {column: _comment_text(statement)})
        session.metastore.put(replace(table, columns=columns))
        return
    found = securable(session, statement)
    session.privileges.require_owner(found)
    session.metastore.put(replace(found, comment=_comment_text(statement)))


def use_catalog(session: SqlSession, statement: Statement) -> None:
    (name,) = _parts(statement, 1)
    session.privileges.require("USE CATALOG", catalog(session, name))
    session.catalog, session.schema = name, "default"


def use_schema(session: SqlSession, statement: Statement) -> None:
    catalog_name, name = schema_parts(session, statement.name())
    session.privileges.require("USE SCHEMA", schema(session, catalog_name, name))
    session.catalog, session.schema = catalog_name, name


def accept(_: SqlSession, statement: Statement) -> None:
    """Statements that change nothing here: tags, statistics, maintenance."""
    statement.rest()


def set_time_zone(_: SqlSession, statement: Statement) -> None:
    """Every session here is in UTC. Raises SqlError for another zone."""
    zone = statement.rest().strip()
    if zone.upper() not in ("'UTC'", "LOCAL"):
        raise SqlError("UNSUPPORTED_FEATURE", f"Sessions are in UTC, not in {zone}.", "0A000")


def securable(session: SqlSession, statement: Statement) -> Securable:
    """The object that ``CATALOG name``, ``SCHEMA name``, ``TABLE name`` … means.

    Raises SqlError where it is not there.
    """
    kind = statement.take_any(
        *("CATALOG", "SCHEMA", "DATABASE", "VOLUME", "TABLE", "MATERIALIZED VIEW", "VIEW"),
        "STREAMING TABLE",
    )
    if kind == "CATALOG":
        (name,) = _parts(statement, 1)
        return catalog(session, name)
    if kind in ("SCHEMA", "DATABASE"):
        return schema(session, *schema_parts(session, statement.name()))
    full = session.complete(statement.name())
    if kind != "VOLUME":
        return session.table(full)
    found = session.metastore.volume(*full)
    if found is None:
        raise volume_not_found(full)
    return found


def catalog(session: SqlSession, name: str) -> Catalog:
    found = session.metastore.catalog(name)
    if found is None:
        raise catalog_not_found(name)
    return found


def schema(session: SqlSession, catalog_name: str, name: str) -> Schema:
    catalog(session, catalog_name)
    found = session.metastore.schema(catalog_name, name)
    if found is None:
        raise schema_not_found(catalog_name, name)
    return found


def schema_parts(session: SqlSession, parts: tuple[str, ...]) -> tuple[str, str]:
    if len(parts) > 2:
        raise SqlError(
            "REQUIRES_SINGLE_PART_NAMESPACE", f"{'.'.join(parts)} is no schema.", "42K05"
        )
    return (parts[0], parts[1]) if len(parts) == 2 else (session.catalog, parts[0])


def principal(statement: Statement) -> str:
    """A user, group or service principal, in backticks or not."""
    statement.take_any("USER", "GROUP", "SERVICE PRINCIPAL")
    token = statement.tokens[statement.position] if not statement.at_end else None
    if token is not None and token.kind == "string":
        return statement.string()
    return ".".join(statement.name())


def volume_not_found(name: TableName) -> SqlError:
    return SqlError("VOLUME_DOES_NOT_EXIST", f"Volume {name.quoted} does not exist.", "42704")


def _add_schema(session: SqlSession, made: Schema) -> None:
    tables.register_schema(session.spark, session.metastore.put(made))


def _empty_schema(session: SqlSession, found: Schema) -> None:
    for table in session.metastore.tables(found.catalog, found.name):
        session.drop_table(table)
    for volume in session.metastore.volumes(found.catalog, found.name):
        _remove_volume(session, volume)
    database = quote(spark_schema(found.catalog, found.name))
    session.spark.sql(f"DROP DATABASE IF EXISTS {database} CASCADE")
    session.metastore.drop(found)


def _remove_volume(session: SqlSession, volume: Volume) -> None:
    folder = session.workspace.volumes / volume.catalog / volume.schema / volume.name
    shutil.rmtree(folder, ignore_errors=True)
    session.metastore.drop(volume)


def _options(statement: Statement) -> str:
    """The comment of a CREATE; locations and properties are read over."""
    comment = ""
    while not statement.at_end:
        if statement.take("COMMENT"):
            comment = statement.string()
        elif statement.take_any("MANAGED LOCATION", "LOCATION"):
            statement.string()
        elif statement.take_any("WITH DBPROPERTIES", "DBPROPERTIES"):
            statement.group()
        else:
            raise statement.error()
    return comment


def _comment_text(statement: Statement) -> str:
    statement.expect("IS")
    return "" if statement.take("NULL") else statement.string()


def _parts(statement: Statement, count: int) -> tuple[str, ...]:
    parts = statement.name()
    if len(parts) != count:
        raise SqlError("INVALID_NAME", f"{'.'.join(parts)} is no name of this kind.", "42602")
    return parts


COMMANDS: dict[str, Command] = {
    "CREATE CATALOG": create_catalog,
    "CREATE SCHEMA": create_schema,
    "CREATE DATABASE": create_schema,
    "CREATE VOLUME": create_volume,
    "DROP CATALOG": drop_catalog,
    "DROP SCHEMA": drop_schema,
    "DROP DATABASE": drop_schema,
    "DROP VOLUME": drop_volume,
    "ALTER": alter,
    "COMMENT ON": comment_on,
    "USE CATALOG": use_catalog,
    "SET CATALOG": use_catalog,
    "USE SCHEMA": use_schema,
    "USE DATABASE": use_schema,
    "USE": use_schema,
    "SET TAG": accept,
    "SET TIME ZONE": set_time_zone,
    "UNSET TAG": accept,
    "ANALYZE TABLE": accept,
    "OPTIMIZE": accept,
    "VACUUM": accept,
    "REFRESH TABLE": accept,
    "REFRESH": accept,
}
