"""MERGE INTO: the target's rows are computed anew, as one query, and written again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from local_workspace.catalog.errors import SqlError
from local_workspace.catalog.metastore import Table
from local_workspace.catalog.names import quote, spark_name
from local_workspace.sql import dml
from local_workspace.sql.queries import rewrite
from local_workspace.sql.session import Command, SqlSession
from local_workspace.sql.statements import Statement, split

MATCHED, NEW, UNMATCHED = "MATCHED", "NOT MATCHED", "NOT MATCHED BY SOURCE"


@dataclass(frozen=True, slots=True)
class Clause:
    """``WHEN kind AND condition THEN``: the new values by column, or nothing, to delete the row."""

    kind: str
    condition: str
    values: dict[str, str] = field(default_factory=dict)
    deletes: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """``target`` and ``source`` are what stands after FROM, in Spark's names, with an alias."""

    table: Table
    alias: str
    target: str
    source: str
    source_columns: tuple[str, ...]
    source_alias: str
    on: str
    clauses: tuple[Clause, ...]

    def of(self, kind: str) -> list[Clause]:
        return [clause for clause in self.clauses if clause.kind == kind]


def merge(session: SqlSession, statement: Statement) -> pa.Table:
    parsed = _read(session, statement)
    _check_single_matches(session, parsed)
    queries = [_matched(parsed), _unmatched(parsed), *_inserted(parsed)]
    affected = _affected(session, parsed)
    dml.write_again(session, parsed.table, " UNION ALL ".join(queries), "MERGE")
    return dml.affected(affected)


def _read(session: SqlSession, statement: Statement) -> Merge:
    statement.take("INTO")
    table = session.table(session.complete(statement.name()))
    dml.writable(session, table)
    alias = _alias(statement, table.name, "USING")
    statement.expect("USING")
    relation, source_alias = _source(session, statement)
    statement.expect("ON")
    on = rewrite(session, statement.until("WHEN"))
    source = f"{relation} AS {source_alias}"
    columns = tuple(session.spark.sql(f"SELECT * FROM {source}", session.arguments).columns)
    clauses = []
    while not statement.at_end:
        clauses.append(_clause(session, statement, table, columns, source_alias))
    target = f"{spark_name(table.full_name)} AS {alias}"
    return Merge(table, alias, target, source, columns, source_alias, on, tuple(clauses))


def _source(session: SqlSession, statement: Statement) -> tuple[str, str]:
    if statement.peek("("):
        relation, name = f"({rewrite(session, statement.group())})", "_source"
    else:
        parts = statement.name()
        text = ".".join(map(quote, parts))
        relation = rewrite(session, f"TABLE {text}").removeprefix("TABLE ")
        name = parts[-1]
    return relation, _alias(statement, name, "ON")


def _alias(statement: Statement, name: str, end: str) -> str:
    statement.take("AS")
    return quote(name if statement.peek(end) else statement.name()[0])


def _clause(
    session: SqlSession, statement: Statement, table: Table, columns: Sequence[str], source: str
) -> Clause:
    statement.expect("WHEN")
    kind = statement.take_any(UNMATCHED, "NOT MATCHED BY TARGET", NEW, MATCHED)
    kind = NEW if kind == "NOT MATCHED BY TARGET" else kind
    condition = rewrite(session, statement.until("THEN")) if statement.take("AND") else "true"
    statement.expect("THEN")
    if statement.take("DELETE"):
        return Clause(kind, condition, deletes=True)
    if statement.take("UPDATE", "SET", "*") or statement.take("INSERT", "*"):
        return Clause(kind, condition, _all(table, columns, source))
    if statement.take("UPDATE", "SET"):
        values = dml.assignments(session, table, statement.until("WHEN"))
        return Clause(kind, condition, values)
    statement.expect("INSERT")
    names = [item.strip("`").lower() for item in split(statement.group())]
    statement.expect("VALUES")
    given = (rewrite(session, item) for item in split(statement.group()))
    known = {column.name.lower(): column.name for column in table.columns}
    pairs = zip(names, given, strict=True)
    return Clause(kind, condition, {known[name]: value for name, value in pairs if name in known})


def _all(table: Table, columns: Sequence[str], source: str) -> dict[str, str]:
    """``UPDATE SET *``: each column from the source's column of that name."""
    given = {column.lower(): column for column in columns}
    missing = [column.name for column in table.columns if column.name.lower() not in given]
    if missing:
        raise SqlError(
            "DELTA_MERGE_UNRESOLVED_EXPRESSION",
            f"Cannot resolve {quote(missing[0])} in UPDATE clause given columns "
            f"{', '.join(columns)}.",
            "42601",
        )
    return {
        column.name: f"{source}.{quote(given[column.name.lower()])}" for column in table.columns
    }


def _matched(merge: Merge) -> str:
    select = _changed(merge, merge.of(MATCHED))
    keep = _kept(merge.of(MATCHED))
    return f"SELECT {select} FROM {merge.target} JOIN {merge.source} ON {merge.on} WHERE {keep}"


def _unmatched(merge: Merge) -> str:
    select = _changed(merge, merge.of(UNMATCHED))
    anti = f"{merge.target} LEFT ANTI JOIN {merge.source} ON {merge.on}"
    return f"SELECT {select} FROM {anti} WHERE {_kept(merge.of(UNMATCHED))}"


def _inserted(merge: Merge) -> list[str]:
    """One query for each NOT MATCHED clause; a row goes to the first whose condition holds."""
    queries, before = [], "true"
    for clause in merge.of(NEW):
        columns = [
            f"CAST({clause.values.get(column.name, 'NULL')} AS {column.type})"
            for column in merge.table.columns
        ]
        queries.append(
            f"SELECT {', '.join(columns)} FROM {merge.source} "
            f"LEFT ANTI JOIN {merge.target} ON {merge.on} WHERE {before} AND ({clause.condition})"
        )
        before += f" AND NOT coalesce(({clause.condition}), false)"
    return queries


def _changed(merge: Merge, clauses: Sequence[Clause]) -> str:
    """The target's columns, as the first clause whose condition holds has them."""
    columns = []
    for column in merge.table.columns:
        old = f"{merge.alias}.{quote(column.name)}"
        cases = "".join(
            f" WHEN {clause.condition} THEN {clause.values.get(column.name, old)}"
            for clause in clauses
            if not clause.deletes
        )
        value = f"CASE{cases} ELSE {old} END" if cases else old
        columns.append(f"CAST({value} AS {column.type}) AS {quote(column.name)}")
    return ", ".join(columns)


def _kept(clauses: Sequence[Clause]) -> str:
    """True for a row that no DELETE takes."""
    cases = "".join(
        f" WHEN {clause.condition} THEN {'false' if clause.deletes else 'true'}"
        for clause in clauses
    )
    return f"CASE{cases} ELSE true END" if cases else "true"


def _check_single_matches(session: SqlSession, merge: Merge) -> None:
    """Raises SqlError where several rows of the source change one row of the target."""
    if not merge.of(MATCHED):
        return
    row = f"{merge.alias}._metadata.file_path, {merge.alias}._metadata.row_index"
    twice = session.spark.sql(
        f"SELECT 1 FROM {merge.target} JOIN {merge.source} ON {merge.on} "
        f"GROUP BY {row} HAVING count(*) > 1",
        session.arguments,
    )
    if not twice.isEmpty():
        raise SqlError(
            "DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE",
            "Cannot perform Merge as multiple source rows matched and attempted to modify the "
            "same target row in the Delta table in possibly conflicting ways.",
            "21506",
        )


def _affected(session: SqlSession, merge: Merge) -> int:
    """Rows that a clause applies to."""
    joins = {MATCHED: "JOIN", UNMATCHED: "LEFT ANTI JOIN"}
    total = 0
    for kind in (MATCHED, UNMATCHED, NEW):
        conditions = " OR ".join(f"({clause.condition})" for clause in merge.of(kind))
        if conditions:
            left, right = merge.target, merge.source
            if kind == NEW:
                left, right = right, left
            join = f"{left} {joins.get(kind, 'LEFT ANTI JOIN')} {right} ON {merge.on}"
            text = f"SELECT count(*) FROM {join} WHERE {conditions}"
            total += session.spark.sql(text, session.arguments).collect()[0][0]
    return total


COMMANDS: dict[str, Command] = {"MERGE": merge}
