"""The query of a materialized view as SQL, from its Python: what ``EXPLAIN CREATE MATERIALIZED
VIEW`` takes. Only what generated code is made of is translated; other code gives no query.

https://docs.databricks.com/aws/en/sql/language-manual/sql-ref-syntax-qry-explain-materialized-view
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from medallion_core.check.calls import method_of
from medallion_core.check.views import ViewCode
from medallion_core.errors import MedallionError
from medallion_core.text import sql

UNTRANSLATED = "CODE_IS_NOT_SQL"


@dataclass(frozen=True, slots=True)
class Rows:
    """A query that selects all of ``source`` where ``conditions`` hold: rows keep their aliases
    until something else is selected. ``columns`` are None where they are not known."""

    source: str
    columns: tuple[str, ...] | None = None
    conditions: tuple[str, ...] = ()

    @property
    def of(self) -> str:
        """What follows the selected columns. One condition stands without parentheses: Spark reads
        ``t WHERE (a)`` as a table with an alias and the name of its column."""
        first, *others = self.conditions or ("",)
        where = sql.all_of(f"({each})" for each in self.conditions) if others else first
        return f"FROM {self.source}{f' WHERE {where}' if where else ''}"

    @property
    def query(self) -> str:
        return f"SELECT * {self.of}"

    @property
    def nested(self) -> str:
        """As one thing to select from."""
        plain = not self.conditions and (self.source[0] == "(" or " " not in self.source)
        return self.source if plain else f"({self.query})"


@dataclass(frozen=True, slots=True)
class Grouped:
    rows: Rows
    keys: tuple[str, ...]


Value = Rows | Grouped | str | tuple[str, ...]
Scope = Mapping[str, Value]


def explain_statement(view: ViewCode, name: Callable[[str], str]) -> str:
    """The statement by which a warehouse tells whether the view refreshes incrementally. ``name``
    gives the full name of a table. Raises MedallionError CODE_IS_NOT_SQL."""
    rows = _Reader(view, name).returned(view.function.node, {})
    return f"EXPLAIN CREATE MATERIALIZED VIEW {name(view.name)} AS {rows.query}"


class _Reader:
    def __init__(self, view: ViewCode, name: Callable[[str], str]) -> None:
        self._view = view
        self._name = name

    def returned(self, function: ast.FunctionDef, scope: Scope) -> Rows:
        known = dict(scope)
        for statement in function.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=variable)], value=value):
                    known[variable] = self._value(value, known)
                case ast.Return(value=ast.expr() as value):
                    return _rows(self._value(value, known))
                case ast.Expr(value=ast.Constant()):
                    continue
                case _:
                    raise _untranslated(statement)
        raise _untranslated(function)

    def _value(self, node: ast.expr, scope: Scope) -> Value:
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.JoinedStr(values=values):
                return "".join(str(self._value(part, scope)) for part in values)
            case ast.FormattedValue(value=value):
                return self._value(value, scope)
            case ast.Name(id=name) if name in scope:
                return scope[name]
            case ast.Call():
                return self._call(node, scope)
        raise _untranslated(node)

    def _call(self, call: ast.Call, scope: Scope) -> Value:
        if ast.unparse(call.func) == "spark.read.table":
            return Rows(self._name(_table(self._value(call.args[0], scope))))
        if ast.unparse(call.func) == "spark.range":
            return Rows(f"range({ast.unparse(call.args[0])})")
        if isinstance(call.func, ast.Name):
            return self._helper(call, scope)
        if ast.unparse(call.func).startswith("Window."):
            return self._window(call, scope)
        if isinstance(call.func, ast.Attribute):
            return self._step(method_of(call), self._value(call.func.value, scope), call, scope)
        raise _untranslated(call)

    def _helper(self, call: ast.Call, scope: Scope) -> Rows:
        called = self._view.function.others.get(ast.unparse(call.func))
        if called is None:
            raise _untranslated(call)
        function = called.node
        names = [each.arg for each in function.args.args]
        defaults = zip(reversed(names), reversed(function.args.defaults), strict=False)
        given: dict[str, Value] = {n: self._value(value, {}) for n, value in defaults}
        given |= {n: self._value(a, scope) for n, a in zip(names, call.args, strict=False)}
        given |= {word.arg: self._value(word.value, scope) for word in call.keywords if word.arg}
        return self.returned(function, given)

    def _window(self, call: ast.Call, scope: Scope) -> tuple[str, ...]:
        """A window's keys and order, as what stands in OVER's brackets."""
        if method_of(call) == "partitionBy":
            return tuple(self._texts(call.args, scope))
        if not isinstance(call.func, ast.Attribute):
            raise _untranslated(call)
        keys = self._value(call.func.value, scope)
        order = ", ".join(f"{_descending(each)} DESC" for each in call.args)
        if not isinstance(keys, tuple):
            raise _untranslated(call)
        return (f"PARTITION BY {', '.join(keys)} ORDER BY {order}",)

    def _step(self, method: str, on: Value, call: ast.Call, scope: Scope) -> Value:
        if method == "agg" and isinstance(on, Grouped):
            return _aggregated(on, [self._aggregate(each, scope) for each in call.args])
        rows = _rows(on)
        match method:
            case "alias":
                (name,) = self._texts(call.args, scope)
                return Rows(f"{rows.nested} AS {name}", rows.columns)
            case "where" | "filter":
                (condition,) = self._texts(call.args, scope)
                return replace(rows, conditions=(*rows.conditions, condition))
            case "selectExpr":
                return _selected(rows, list(self._texts(call.args, scope)))
            case "select" if not call.args:
                return Rows(f"(SELECT NULL AS nothing {rows.of})", ())
            case "join":
                return self._join(rows, call, scope)
            case "union":
                other = _rows(self._value(call.args[0], scope))
                return Rows(f"({rows.query} UNION ALL {other.query})", rows.columns)
            case "unionByName":
                return _by_name(rows, _rows(self._value(call.args[0], scope)))
            case "groupBy":
                return Grouped(rows, tuple(self._texts(call.args, scope)))
            case "withColumn":
                return self._with_column(rows, call, scope)
            case "drop":
                dropped = ", ".join(self._texts(call.args, scope))
                return Rows(f"(SELECT * EXCEPT ({dropped}) {rows.of})")
            case "distinct":
                return Rows(f"(SELECT DISTINCT * {rows.of})", rows.columns)
        raise _untranslated(call)

    def _join(self, rows: Rows, call: ast.Call, scope: Scope) -> Rows:
        other, condition, how = call.args
        if rows.conditions:
            raise _untranslated(call)
        kind = str(self._value(how, scope)).upper().replace("_", " ")
        joined = _rows(self._value(other, scope))
        return Rows(f"{rows.source} {kind} JOIN {joined.source} ON {self._sql(condition, scope)}")

    def _with_column(self, rows: Rows, call: ast.Call, scope: Scope) -> Rows:
        name, value = call.args
        new = f"{self._sql(value, scope)} AS {self._value(name, scope)}"
        return Rows(f"(SELECT *, {new} {rows.of})")

    def _aggregate(self, node: ast.expr, scope: Scope) -> str:
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr="alias"), args=[name]):
                return f"{self._sql(value, scope)} AS {self._value(name, scope)}"
        return self._sql(node, scope)

    def _sql(self, node: ast.expr, scope: Scope) -> str:
        """SQL of ``F.expr("…")``, ``F.count("*")`` and ``F.row_number().over(window)``."""
        match node:
            case ast.Call(func=ast.Attribute(attr="expr"), args=[text]):
                return str(self._value(text, scope))
            case ast.Call(func=ast.Attribute(attr="count"), args=[ast.Constant(value="*")]):
                return "count(*)"
            case ast.Call(func=ast.Attribute(value=ast.Call() as of, attr="over"), args=[window]):
                (inside,) = _texts_of(self._value(window, scope))
                return f"{method_of(of)}() OVER ({inside})"
        raise _untranslated(node)

    def _texts(self, nodes: Sequence[ast.expr], scope: Scope) -> Iterator[str]:
        for node in nodes:
            value = self._value(node, scope)
            if not isinstance(value, str):
                raise _untranslated(node)
            yield value


def _rows(value: Value) -> Rows:
    if not isinstance(value, Rows):
        raise MedallionError(UNTRANSLATED, "What is returned are no rows.")
    return value


def _texts_of(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _selected(rows: Rows, expressions: list[str]) -> Rows:
    names = (
        None
        if any(each.strip() == "*" for each in expressions)
        else tuple(map(_name_of, expressions))
    )
    listed = ", ".join(each.strip() for each in expressions)
    return Rows(f"(SELECT {listed} {rows.of})", names)


def _aggregated(grouped: Grouped, aggregates: list[str]) -> Rows:
    listed = ", ".join((*grouped.keys, *aggregates))
    by = f" GROUP BY {', '.join(grouped.keys)}" if grouped.keys else ""
    return Rows(f"(SELECT {listed} {grouped.rows.of}{by})")


def _by_name(rows: Rows, other: Rows) -> Rows:
    """Columns that the other side does not have are NULL there."""
    if rows.columns is None or other.columns is None:
        raise MedallionError(UNTRANSLATED, "The columns of a union are not known.")
    there = {name.lower() for name in other.columns}
    listed = ", ".join(
        name if name.lower() in there else f"NULL AS {name}" for name in rows.columns
    )
    return Rows(f"({rows.query} UNION ALL SELECT {listed} {other.of})", rows.columns)


def _name_of(expression: str) -> str:
    """The name that a selected expression has: after AS, or its column's."""
    alias = expression.rpartition(" AS ")[2].strip()
    return sql.name(sql.name_parts(alias)[-1])


def _descending(node: ast.expr) -> str:
    match node:
        case ast.Call(
            func=ast.Attribute(
                value=ast.Call(func=ast.Attribute(attr="expr"), args=[ast.Constant(value=text)]),
                attr="desc",
            )
        ):
            return str(text)
    raise _untranslated(node)


def _table(value: Value) -> str:
    return ".".join(sql.name_parts(str(value).removeprefix("LIVE.")))


def _untranslated(node: ast.AST) -> MedallionError:
    return MedallionError(
        UNTRANSLATED,
        f"Line {getattr(node, 'lineno', 1)} is more than a query: "
        f"{ast.unparse(node).splitlines()[0][:80]}",
        "Ask the warehouse by a query of your own.",
    )
