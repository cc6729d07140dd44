"""Queries as Spark runs them: names, functions and masks replaced by what Spark understands."""

from __future__ import annotations

from pyspark.sql import DataFrame

from local_workspace.catalog.names import TableName, rewrite_sql, spark_name
from local_workspace.sql import functions, information_schema, masks
from local_workspace.sql.session import SqlSession


def frame(session: SqlSession, query: str) -> DataFrame:
    """``query`` as Spark runs it, with the caller's privileges checked."""
    return session.spark.sql(rewrite(session, query), session.arguments)


def names(session: SqlSession, query: str) -> tuple[str, ...]:
    """The tables and views that ``query`` reads by name, as ``catalog.schema.table``."""
    found: dict[str, None] = {}

    def note(name: TableName) -> str:
        found[name.key] = None
        return name.quoted

    rewrite_sql(query, session.catalog, session.schema, note, session.temporary)
    return tuple(found)


def rewrite(session: SqlSession, text: str) -> str:
    """``text`` with the names and functions that Spark knows. Raises SqlError."""

    def spell(name: TableName) -> str:
        if name.schema.lower() == information_schema.NAME:
            return information_schema.view(session, name)
        table = session.readable(name)
        masked = any(column.mask for column in table.columns)
        return masks.masked_view(session, table) if masked else spark_name(name)

    text = functions.substitute(session, text)
    return rewrite_sql(text, session.catalog, session.schema, spell, session.temporary)
