"""INSERT, UPDATE, DELETE and TRUNCATE: Parquet tables know the first only, so the others write all
rows again and point the table at the new files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from local_workspace.catalog import tables
from local_workspace.catalog.errors import SqlError
from local_workspace.catalog.metastore import Table, changed_in_place
from local_workspace.catalog.names import original_names, quote, spark_name
from local_workspace.sql import history, queries
from local_workspace.sql.session import Command, SqlSession
from local_workspace.sql.statements import Statement, split


def insert(session: SqlSession, statement: Statement) -> None:
    """Appends; Spark checks and casts as ANSI store assignment has it."""
    statement.take("TABLE")
    _insert(session, statement, "INTO")


def overwrite(session: SqlSession, statement: Statement) -> None:
    statement.take("TABLE")
    _insert(session, statement, "OVERWRITE")


def delete(session: SqlSession, statement: Statement) -> pa.Table:
    table, alias = target(session, statement)
    condition = _condition(session, statement)
    count = _count(session, table, alias, condition)
    select = [f"{alias}.{quote(column.name)}" for column in table.columns]
    kept = f"WHERE NOT coalesce(({condition}), false)"
    source = f"SELECT {', '.join(select)} FROM {spark_name(table.full_name)} {alias} {kept}"
    write_again(session, table, source, "DELETE", predicate=original_names(condition))
    return affected(count)


def truncate(session: SqlSession, statement: Statement) -> None:
    table, alias = target(session, statement)
    source = f"SELECT * FROM {spark_name(table.full_name)} {alias} WHERE false"
    write_again(session, table, source, "TRUNCATE")


def update(session: SqlSession, statement: Statement) -> pa.Table:
    table, alias = target(session, statement)
    statement.expect("SET")
    values = assignments(session, table, statement.until("WHERE"))
    condition = _condition(session, statement)
    count = _count(session, table, alias, condition)
    old = [f"{alias}.{quote(column.name)}" for column in table.columns]
    new = [
        f"CAST({values.get(column.name, f'{alias}.{quote(column.name)}')} AS {column.type}) "
        f"AS {quote(column.name)}"
        for column in table.columns
    ]
    from_table = f"FROM {spark_name(table.full_name)} {alias}"
    source = (
        f"SELECT {', '.join(old)} {from_table} WHERE NOT coalesce(({condition}), false) "
        f"UNION ALL SELECT {', '.join(new)} {from_table} WHERE {condition}"
    )
    write_again(session, table, source, "UPDATE", predicate=original_names(condition))
    return affected(count)


def target(session: SqlSession, statement: Statement) -> tuple[Table, str]:
    """The table that is to be changed, and the alias that it goes by, quoted."""
    table = session.table(session.complete(statement.name()))
    writable(session, table)
    statement.take("AS")
    named = statement.at_end or statement.peek("SET") or statement.peek("WHERE")
    named = named or statement.peek("USING")
    return table, quote(table.name if named else statement.name()[0])


def writable(session: SqlSession, table: Table) -> None:
    """Raises SqlError for views and for who may not change the table."""
    if table.table_type in ("VIEW", "MATERIALIZED_VIEW"):
        raise SqlError(
            "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE",
            f"The operation expects a table but {table.full_name.quoted} is a view.",
            "42809",
        )
    session.privileges.require("MODIFY", table)


def assignments(session: SqlSession, table: Table, text: str) -> dict[str, str]:
    """Column to expression, of ``a = 1, t.b = 2``. Raises SqlError for an unknown column."""
    names = {column.name.lower(): column.name for column in table.columns}
    found = {}
    for item in split(text):
        assignment = Statement(item)
        column = assignment.name()[-1].lower()
        assignment.expect("=")
        if column not in names:
            raise SqlError(
                "UNRESOLVED_COLUMN.WITH_SUGGESTION",
                f"A column, variable, or function parameter with name {quote(column)} cannot be "
                f"resolved. Did you mean one of the following? "
                f"[{', '.join(map(quote, names.values()))}].",
                "42703",
            )
        found[names[column]] = queries.rewrite(session, assignment.rest())
    return found


def affected(count: int) -> pa.Table:
    return pa.table({"num_affected_rows": pa.array([count], pa.int64())})


def write_again(
    session: SqlSession, table: Table, query: str, operation: str, **parameters: str
) -> None:
    """Puts the rows of ``query``, in Spark's own names, in the place of the table's rows.
    ``table`` may have other columns than before."""
    folder = tables.new_folder(session.workspace.home, table.table_id)
    session.spark.sql(query, session.arguments).write.parquet(str(folder))
    changed = replace(changed_in_place(table), location=str(folder))
    tables.register(session.spark, session.metastore.put(changed))
    history.add(session, changed, operation, **parameters)


def _insert(session: SqlSession, statement: Statement, mode: str) -> None:
    table = session.table(session.complete(statement.name()))
    writable(session, table)
    before = set(Path(table.location).glob("*.parquet"))
    text = queries.rewrite(session, statement.rest())
    session.spark.sql(f"INSERT {mode} {spark_name(table.full_name)} {text}", session.arguments)
    _check_not_null(session, table, set(Path(table.location).glob("*.parquet")) - before)
    if mode == "OVERWRITE":
        session.metastore.put(changed_in_place(table))
    history.add(session, table, "WRITE", mode="Append" if mode == "INTO" else "Overwrite")


def _check_not_null(session: SqlSession, table: Table, written: set[Path]) -> None:
    """Takes the written files back, with an error, where a required column is NULL in them."""
    required = [column.name for column in table.columns if not column.nullable]
    if not (required and written):
        return
    nullable = replace(
        table, columns=tuple(replace(column, nullable=True) for column in table.columns)
    )
    frame = session.spark.read.schema(nullable.ddl).parquet(*map(str, written))
    for name in required:
        if not frame.where(f"{quote(name)} IS NULL").isEmpty():
            for path in written:
                path.unlink()
            raise SqlError(
                "DELTA_NOT_NULL_CONSTRAINT_VIOLATED",
                f"NOT NULL constraint violated for column: {name}.",
                "23502",
            )


def _condition(session: SqlSession, statement: Statement) -> str:
    if statement.at_end:
        return "true"
    statement.expect("WHERE")
    return queries.rewrite(session, statement.rest())


def _count(session: SqlSession, table: Table, alias: str, condition: str) -> int:
    name = spark_name(table.full_name)
    text = f"SELECT count(*) FROM {name} {alias} WHERE {condition}"
    return int(session.spark.sql(text, session.arguments).collect()[0][0])


COMMANDS: dict[str, Command] = {
    "INSERT INTO": insert,
    "INSERT OVERWRITE": overwrite,
    "DELETE FROM": delete,
    "UPDATE": update,
    "TRUNCATE TABLE": truncate,
}
