"""ALTER TABLE: constraints, columns, properties, owner, name."""

from __future__ import annotations

from dataclasses import replace

from local_workspace.catalog import column_ddl, tables
from local_workspace.catalog.errors import already_exists
from local_workspace.catalog.metastore import ColumnInfo, Table
from local_workspace.catalog.names import quote, spark_name
from local_workspace.sql import dml, history
from local_workspace.sql.ddl import principal, schema
from local_workspace.sql.session import Command, SqlSession
from local_workspace.sql.statements import Statement
from local_workspace.sql.table_ddl import column_types, constraints, properties


def alter_table(session: SqlSession, statement: Statement) -> None:
    """Constraints, columns, properties, comments, owner, name; tags are accepted."""
    table = session.table(session.complete(statement.name()))
    session.privileges.require_owner(table)
    change = statement.take_any(*_ALTERATIONS)
    if not change:
        raise statement.error()
    _ALTERATIONS[change](session, statement, table)


def _add_constraint(session: SqlSession, statement: Statement, table: Table) -> None:
    """From the last word read on: ``CONSTRAINT name …``, ``PRIMARY KEY …``,
    ``FOREIGN KEY …``, ``UNIQUE …``."""
    statement.position -= 1
    parsed = column_ddl.parse_ddl(statement.rest()).constraints
    new = constraints(session, parsed, table.full_name)
    session.metastore.put(replace(table, constraints=(*table.constraints, *new)))


def _drop_constraint(session: SqlSession, statement: Statement, table: Table) -> None:
    statement.take("IF", "EXISTS")
    name = ".".join(statement.name())
    kept = tuple(item for item in table.constraints if item.name.lower() != name.lower())
    session.metastore.put(replace(table, constraints=kept))


def _drop_primary_key(session: SqlSession, _: Statement, table: Table) -> None:
    kept = tuple(item for item in table.constraints if item.type != "PRIMARY KEY")
    session.metastore.put(replace(table, constraints=kept))


def _add_columns(session: SqlSession, statement: Statement, table: Table) -> None:
    text = statement.group() if statement.peek("(") else statement.rest()
    new = tables.columns_of(column_types(session, column_ddl.parse_ddl(text).columns))
    changed = replace(table, columns=(*table.columns, *new))
    tables.register(session.spark, session.metastore.put(changed))
    history.add(session, changed, "ADD COLUMNS")


def _drop_columns(session: SqlSession, statement: Statement, table: Table) -> None:
    statement.take("IF", "EXISTS")
    names = statement.items() if statement.peek("(") else [".".join(statement.name())]
    gone = {name.strip("`").lower() for name in names}
    kept = tuple(item for item in table.columns if item.name.lower() not in gone)
    _rewrite(session, replace(table, columns=kept), _select(kept), "DROP COLUMNS")


def _rename_column(session: SqlSession, statement: Statement, table: Table) -> None:
    (old,) = statement.name()
    statement.expect("TO")
    (new,) = statement.name()
    renamed = tuple(
        replace(item, name=new) if item.name.lower() == old.lower() else item
        for item in table.columns
    )
    pairs = zip(table.columns, renamed, strict=True)
    select = [f"{quote(before.name)} AS {quote(after.name)}" for before, after in pairs]
    _rewrite(session, replace(table, columns=renamed), select, "RENAME COLUMN")


def _alter_column(session: SqlSession, statement: Statement, table: Table) -> None:
    (name,) = statement.name()
    if statement.take("COMMENT"):
        comments = {item.name: item.comment for item in table.columns}
        comments |= {
            item.name: statement.string()
            for item in table.columns
            if item.name.lower() == name.lower()
        }
        columns = tables.with_comments(table.columns, comments)
        session.metastore.put(replace(table, columns=columns))
        return
    if statement.take("TYPE"):
        _retype(session, statement.rest(), table, name)
        return
    nullable = bool(statement.take("DROP", "NOT", "NULL"))
    if not nullable:
        statement.expect("SET", "NOT", "NULL")
    columns = tuple(
        replace(item, nullable=nullable) if item.name.lower() == name.lower() else item
        for item in table.columns
    )
    session.metastore.put(replace(table, columns=columns))


def _retype(session: SqlSession, type_: str, table: Table, name: str) -> None:
    columns = tuple(
        replace(item, type=type_.lower()) if item.name.lower() == name.lower() else item
        for item in table.columns
    )
    select = [f"CAST({quote(item.name)} AS {item.type}) AS {quote(item.name)}" for item in columns]
    _rewrite(session, replace(table, columns=columns), select, "CHANGE COLUMN")


def _set_properties(session: SqlSession, statement: Statement, table: Table) -> None:
    changed = {**table.properties, **properties(statement)}
    session.metastore.put(replace(table, properties=changed))


def _set_owner(session: SqlSession, statement: Statement, table: Table) -> None:
    session.metastore.put(replace(table, owner=principal(statement)))


def _rename(session: SqlSession, statement: Statement, table: Table) -> None:
    name = session.complete(statement.name())
    if session.metastore.table(name) is not None:
        raise already_exists("TABLE_OR_VIEW", name.quoted)
    session.privileges.require("CREATE TABLE", schema(session, name.catalog, name.schema))
    tables.forget(session.spark, table)
    session.metastore.drop(table)
    moved = replace(table, catalog=name.catalog, schema=name.schema, name=name.table)
    tables.register(session.spark, session.metastore.put(moved))


def _rewrite(session: SqlSession, table: Table, select: list[str], operation: str) -> None:
    query = f"SELECT {', '.join(select)} FROM {spark_name(table.full_name)}"
    dml.write_again(session, table, query, operation)


def _accept(_: SqlSession, statement: Statement, __: Table) -> None:
    statement.rest()


def _select(columns: tuple[ColumnInfo, ...]) -> list[str]:
    return [quote(item.name) for item in columns]


_ALTERATIONS = {
    "ADD CONSTRAINT": _add_constraint,
    "ADD PRIMARY": _add_constraint,
    "ADD FOREIGN": _add_constraint,
    "ADD UNIQUE": _add_constraint,
    "DROP CONSTRAINT": _drop_constraint,
    "DROP PRIMARY KEY": _drop_primary_key,
    "ADD COLUMNS": _add_columns,
    "ADD COLUMN": _add_columns,
    "DROP COLUMNS": _drop_columns,
    "DROP COLUMN": _drop_columns,
    "RENAME COLUMN": _rename_column,
    "ALTER COLUMN": _alter_column,
    "CHANGE COLUMN": _alter_column,
    "SET TBLPROPERTIES": _set_properties,
    "SET OWNER TO": _set_owner,
    "OWNER TO": _set_owner,
    "RENAME TO": _rename,
    "CLUSTER BY": _accept,
    "SET TAGS": _accept,
    "UNSET TAGS": _accept,
}

COMMANDS: dict[str, Command] = {"ALTER TABLE": alter_table, "ALTER VIEW": alter_table}
