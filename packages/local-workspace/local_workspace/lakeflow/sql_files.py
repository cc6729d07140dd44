"""``.sql`` files of a pipeline: each statement defines what its Python twin would.

Follows the SQL reference of Lakeflow pipelines: CREATE [OR REFRESH] STREAMING TABLE and
MATERIALIZED VIEW, CREATE TEMPORARY VIEW, CREATE FLOW, AUTO CDC (or APPLY CHANGES) INTO, SET.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyspark import pipelines as dp
from pyspark.sql import functions as F
from pyspark.sql.connect.session import SparkSession

from local_workspace.catalog.names import quote
from local_workspace.lakeflow.errors import PipelineError
from local_workspace.lakeflow.graph import Action, Definitions, Expectation
from local_workspace.sql.statements import Statement, split, unescape

_VARIABLE = re.compile(r"\$\{([\w.]+)\}")
_CREATE = ("CREATE OR REFRESH", "CREATE OR REPLACE", "CREATE")
_STREAMING = ("STREAMING TABLE", "STREAMING LIVE TABLE", "INCREMENTAL LIVE TABLE")
_VIEWS = ("MATERIALIZED VIEW", "LIVE TABLE", "TABLE")
_TEMPORARY = ("TEMPORARY STREAMING LIVE VIEW", "TEMPORARY LIVE VIEW", "TEMPORARY VIEW", "LIVE VIEW")
_VIOLATIONS = {"": Action.ALLOW, "DROP ROW": Action.DROP, "FAIL UPDATE": Action.FAIL}


@dataclass
class Clauses:
    """What stands between a dataset's name and its query."""

    columns: list[str] = field(default_factory=list)
    expectations: list[Expectation] = field(default_factory=list)
    arguments: dict[str, Any] = field(default_factory=dict)

    def define(self) -> dict[str, Any]:
        """Arguments of the Python twin."""
        typed = self.columns and not self.renamed
        return self.arguments | ({"schema": ", ".join(self.columns)} if typed else {})

    @property
    def renamed(self) -> list[str]:
        """The names of a list of columns without types; empty where there are types, or no list."""
        found = [Statement(column) for column in self.columns]
        names = [statement.name()[-1] for statement in found]
        untyped = all(each.at_end or each.peek("COMMENT") for each in found)
        return names if untyped else []


def define(
    text: str, spark: SparkSession, definitions: Definitions, configuration: Mapping[str, str]
) -> None:
    """Registers what the statements of one file define. Raises SqlError."""
    known = dict(configuration)
    for piece in split(text, ";"):
        statement = Statement(_VARIABLE.sub(lambda found: _variable(found[1], known), piece))
        if statement.tokens:
            _define(statement, spark, definitions, known)


def _define(
    statement: Statement, spark: SparkSession, definitions: Definitions, known: dict[str, str]
) -> None:
    if statement.take("SET"):
        name, _, value = statement.rest().partition("=")
        known[name.strip()] = _plain(value.strip())
        return
    if statement.take_any("APPLY CHANGES INTO", "AUTO CDC INTO"):
        _change_flow(statement, "")
        return
    if not statement.take_any(*_CREATE):
        raise statement.error()
    if statement.take("FLOW"):
        _flow(statement, spark)
        return
    private = statement.take("PRIVATE")
    for kinds, make in _DATASETS:
        if statement.take_any(*kinds):
            make(statement, spark, definitions, private)
            return
    raise statement.error()


def _streaming_table(
    statement: Statement, spark: SparkSession, definitions: Definitions, private: bool
) -> None:
    statement.take("IF", "NOT", "EXISTS")
    name, clauses = _name(statement), _clauses(statement)
    if statement.take("FLOW") or statement.at_end:
        dp.create_streaming_table(name, private=private, **clauses.define())  # type: ignore[call-arg]
        definitions.expect(name, clauses.expectations)
        if not statement.at_end:
            statement.expect("AUTO", "CDC")
            _change_flow(statement, "", target=name)
        return
    function = _query(statement, spark, clauses)
    dp.table(name=name, private=private, **clauses.define())(function)  # type: ignore[call-overload]


def _materialized_view(
    statement: Statement, spark: SparkSession, _: Definitions, private: bool
) -> None:
    statement.take("IF", "NOT", "EXISTS")
    name, clauses = _name(statement), _clauses(statement)
    function = _query(statement, spark, clauses)
    dp.materialized_view(name=name, private=private, **clauses.define())(function)  # type: ignore[call-overload]


def _temporary_view(statement: Statement, spark: SparkSession, _: Definitions, __: bool) -> None:
    name, clauses = _name(statement), _clauses(statement)
    function = _query(statement, spark, clauses)
    dp.temporary_view(name=name, comment=clauses.arguments.get("comment"))(function)


def _flow(statement: Statement, spark: SparkSession) -> None:
    """``name [COMMENT text] AS INSERT INTO [ONCE] target BY NAME query``, or AUTO CDC."""
    name = _name(statement)
    if statement.take("COMMENT"):
        statement.string()
    statement.expect("AS")
    if statement.take_any("AUTO CDC INTO", "APPLY CHANGES INTO"):
        _change_flow(statement, name)
        return
    statement.expect("INSERT", "INTO")
    once = statement.take("ONCE")
    target = _name(statement)
    statement.expect("BY", "NAME")
    function = _function(statement.rest(), spark)
    dp.append_flow(target=target, name=name, once=once)(function)  # type: ignore[call-arg]


def _change_flow(statement: Statement, name: str, target: str = "") -> None:
    """What follows AUTO CDC INTO, or in a table's own definition AUTO CDC."""
    target = target or _name(statement)
    statement.expect("FROM")
    source = _source(statement)
    statement.expect("KEYS")
    options: dict[str, Any] = {"keys": [_plain(item) for item in statement.items()]}
    while not statement.at_end:
        _change_option(statement, options)
    dp.create_auto_cdc_flow(target=target, source=source, name=name or None, **options)


def _change_option(statement: Statement, options: dict[str, Any]) -> None:
    if statement.take("IGNORE", "NULL", "UPDATES"):
        options["ignore_null_updates"] = True
    elif statement.take("APPLY", "AS", "DELETE", "WHEN"):
        options["apply_as_deletes"] = F.expr(statement.until(*_AFTER_CONDITION))
    elif statement.take("APPLY", "AS", "TRUNCATE", "WHEN"):
        options["apply_as_truncates"] = F.expr(statement.until(*_AFTER_CONDITION))
    elif statement.take("SEQUENCE", "BY"):
        options["sequence_by"] = F.expr(statement.until(*_AFTER_CONDITION))
    elif statement.take("COLUMNS"):
        _columns(statement, options, "column_list", "except_column_list")
    elif statement.take("STORED", "AS"):
        statement.take("SCD")
        statement.expect("TYPE")
        options["stored_as_scd_type"] = int(statement.word())
    elif statement.take("TRACK", "HISTORY", "ON"):
        tracked = ("track_history_column_list", "track_history_except_column_list")
        _columns(statement, options, *tracked)
    else:
        raise statement.error()


_AFTER_CONDITION = ("APPLY", "SEQUENCE", "COLUMNS", "STORED", "TRACK", "IGNORE")


def _columns(statement: Statement, options: dict[str, Any], some: str, others: str) -> None:
    """``(a, b)``, ``a, b`` or ``* EXCEPT (a, b)``."""
    if statement.take("*"):
        statement.expect("EXCEPT")
        some = others
    listed = statement.items() if statement.peek("(") else split(statement.until(*_AFTER_CONDITION))
    options[some] = [_plain(item) for item in listed]


def _source(statement: Statement) -> str:
    """``STREAM(name)``, ``STREAM name`` or ``name``."""
    if not statement.take("STREAM"):
        return _name(statement)
    return statement.group().strip() if statement.peek("(") else _name(statement)


def _clauses(statement: Statement) -> Clauses:
    found = Clauses()
    if statement.peek("("):
        for item in statement.items():
            _column_or_rule(item, found)
    while not (statement.at_end or statement.peek("AS") or statement.peek("FLOW")):
        _clause(statement, found.arguments)
    return found


def _clause(statement: Statement, arguments: dict[str, Any]) -> None:
    if statement.take("COMMENT"):
        arguments["comment"] = statement.string()
    elif statement.take("TBLPROPERTIES"):
        arguments["table_properties"] = _properties(statement)
    elif statement.take("CLUSTER", "BY"):
        if not statement.take("AUTO"):
            arguments["cluster_by"] = [_plain(item) for item in statement.items()]
    elif statement.take("PARTITIONED", "BY"):
        arguments["partition_cols"] = [_plain(item) for item in statement.items()]
    elif statement.take("REFRESH", "POLICY"):
        statement.word()
        statement.take("STRICT")
    elif statement.take("USING"):
        statement.word()
    else:
        raise statement.error()


def _column_or_rule(item: str, found: Clauses) -> None:
    """A column, a key, or ``CONSTRAINT name EXPECT (condition) [ON VIOLATION …]``."""
    statement = Statement(item)
    if statement.take("CONSTRAINT"):
        name = _plain(statement.word())
        if statement.take("EXPECT"):
            condition = statement.group()
            violated = statement.take("ON", "VIOLATION")
            action = _VIOLATIONS[statement.rest().strip().upper() if violated else ""]
            found.expectations.append(Expectation(name, condition.strip(), action))
            return
    found.columns.append(item)


def _query(statement: Statement, spark: SparkSession, clauses: Clauses) -> Callable[[], Any]:
    statement.expect("AS")
    function = _function(statement.rest(), spark, clauses.renamed)
    if clauses.expectations:
        vars(function)["expectations"] = list(clauses.expectations)
    return function


def _function(text: str, spark: SparkSession, names: list[str] | None = None) -> Callable[[], Any]:
    """What a dataset's decorator decorates. ``sql_text`` tells what it reads and calls."""

    def query() -> Any:
        frame = spark.sql(text)
        return frame.toDF(*names) if names else frame

    vars(query)["sql_text"] = text
    return query


def _name(statement: Statement) -> str:
    """A dotted name, quoted where it must be; ``LIVE.`` before a definition says nothing."""
    parts = statement.name()
    parts = parts[1:] if parts[0].upper() == "LIVE" and len(parts) > 1 else parts
    return ".".join(part if re.fullmatch(r"\w+", part) else quote(part) for part in parts)


def _properties(statement: Statement) -> dict[str, str]:
    pairs = (item.split("=", 1) for item in statement.items())
    return {_plain(key): _plain(value) for key, value in pairs}


def _plain(word: str) -> str:
    word = word.strip()
    return unescape(word) if word[:1] in ("'", '"') else word.strip("`")


def _variable(name: str, known: Mapping[str, str]) -> str:
    if name not in known:
        raise PipelineError(
            "UNBOUND_SQL_PARAMETER", f"The variable '{name}' has no value.", "42P02"
        )
    return known[name]


_DATASETS: tuple[
    tuple[tuple[str, ...], Callable[[Statement, SparkSession, Definitions, bool], None]], ...
] = (
    (_STREAMING, _streaming_table),
    (_TEMPORARY, _temporary_view),
    (_VIEWS, _materialized_view),
)
