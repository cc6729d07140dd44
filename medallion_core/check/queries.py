"""The query of a materialized view as SQL, from its Python: what ``EXPLAIN CREATE MATERIALIZED
VIEW`` takes. Only what generated code is made of is translated; other code gives no query.

https://docs.databricks.com/aws/en/sql/language-manual/sql-ref-syntax-qry-explain-materialized-view
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from medallion_core.check.calls import method_of
from medallion_core.check.relations import (
    UNTRANSLATED,
    Grouped,
    Over,
    Rows,
    Value,
    aggregated,
    by_name,
    selected,
)
from medallion_core.check.views import ViewCode
from medallion_core.errors import MedallionError
from medallion_core.text import sql

_FUNCTIONS = frozenset({"coalesce", "count", "lag", "row_number", "sum", "try_divide"})
"""Those of ``F`` that SQL has by the same name, over columns."""
_ENDS = {
    "Window.unboundedPreceding": "UNBOUNDED PRECEDING",
    "Window.currentRow": "CURRENT ROW",
    "Window.unboundedFollowing": "UNBOUNDED FOLLOWING",
}


Scope = Mapping[str, Value]


def explain_statement(view: ViewCode, name: Callable[[str], str]) -> str:
    """The statement by which a warehouse tells whether the view refreshes incrementally. ``name``
    gives the full name of a table. Raises MedallionError CODE_IS_NOT_SQL."""
    return f"EXPLAIN CREATE MATERIALIZED VIEW {name(view.name)} AS {view_query(view, name)}"


def view_query(view: ViewCode, name: Callable[[str], str]) -> str:
    """The view's rows as one query. ``name`` gives what stands in it for a table that is read.
    Raises MedallionError CODE_IS_NOT_SQL."""
    return _Reader(view, name).returned(view.function.node, {}).query


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
                try:
                    return self._call(node, scope)
                except (ValueError, IndexError):  # Called with other arguments than we write.
                    raise _untranslated(node) from None
        raise _untranslated(node)

    def _call(self, call: ast.Call, scope: Scope) -> Value:
        if ast.unparse(call.func) == "spark.read.table":
            return Rows(self._name(_table(self._value(call.args[0], scope))))
        if ast.unparse(call.func) == "spark.range":
            return Rows(f"range({ast.unparse(call.args[0])})")
        if isinstance(call.func, ast.Name):
            return self._helper(call, scope)
        if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "Window":
            return self._window(Over(()), call, scope)
        if isinstance(call.func, ast.Attribute):
            return self._step(method_of(call), self._value(call.func.value, scope), call, scope)
        raise _untranslated(call)

    def _helper(self, call: ast.Call, scope: Scope) -> Rows:
        written = self._view.function.others.get(ast.unparse(call.func))
        if written is None:
            raise _untranslated(call)
        function = written.node
        names = [each.arg for each in function.args.args]
        defaults = zip(reversed(names), reversed(function.args.defaults), strict=False)
        given: dict[str, Value] = {n: self._value(value, {}) for n, value in defaults}
        given |= {n: self._value(a, scope) for n, a in zip(names, call.args, strict=False)}
        given |= {word.arg: self._value(word.value, scope) for word in call.keywords if word.arg}
        return self.returned(function, given)

    def _window(self, over: Over, call: ast.Call, scope: Scope) -> Over:
        match method_of(call):
            case "partitionBy":
                return replace(over, keys=tuple(self._texts(call.args, scope)))
            case "orderBy":
                return replace(over, order=tuple(self._order(each, scope) for each in call.args))
            case "rowsBetween":
                start, end = (_ENDS.get(ast.unparse(each), "") for each in call.args)
                if start and end:
                    return replace(over, frame=f"ROWS BETWEEN {start} AND {end}")
        raise _untranslated(call)

    def _order(self, node: ast.expr, scope: Scope) -> str:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Call() as of, attr="desc"), args=[]):
                return f"{self._sql(of, scope)} DESC"
            case ast.Call(func=ast.Attribute(attr="desc"), args=[name]):
                return f"{self._sql(name, scope)} DESC"
        return self._sql(node, scope)

    def _step(self, method: str, on: Value, call: ast.Call, scope: Scope) -> Value:
        if isinstance(on, Over):
            return self._window(on, call, scope)
        if method == "agg" and isinstance(on, Grouped):
            return aggregated(on, [self._aggregate(each, scope) for each in call.args])
        rows = _rows(on)
        if call.keywords and method != "unionByName":
            raise _untranslated(call)
        match method:
            case "alias":
                (name,) = self._texts(call.args, scope)
                return Rows(f"{rows.nested} AS {name}", rows.columns)
            case "where" | "filter":
                (condition,) = self._texts(call.args, scope)
                return replace(rows, conditions=(*rows.conditions, condition))
            case "selectExpr":
                return selected(rows, list(self._texts(call.args, scope)))
            case "select" if not call.args:
                return Rows(f"(SELECT NULL AS nothing {rows.of})", ())
            case "join":
                return self._join(rows, call, scope)
            case "union":
                other = _rows(self._value(call.args[0], scope))
                return Rows(f"({rows.query} UNION ALL {other.query})", rows.columns)
            case "unionByName":
                return by_name(rows, _rows(self._value(call.args[0], scope)))
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
        other, condition, *how = call.args
        if rows.conditions:
            raise _untranslated(call)
        kinds = "".join(self._texts(how, scope)) or "inner"
        kind = kinds.upper().replace("_", " ")
        joined = _rows(self._value(other, scope))
        if joined.conditions:
            raise _untranslated(call)
        return Rows(f"{rows.source} {kind} JOIN {joined.source} ON {self._sql(condition, scope)}")

    def _with_column(self, rows: Rows, call: ast.Call, scope: Scope) -> Rows:
        name, value = (self._value(call.args[0], scope), self._sql(call.args[1], scope))
        others = f"* EXCEPT ({name})" if name in rows.added else "*"
        new = f"(SELECT {others}, {value} AS {name} {rows.of})"
        return Rows(new, added=(*rows.added, str(name)))

    def _aggregate(self, node: ast.expr, scope: Scope) -> str:
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr="alias"), args=[name]):
                return f"{self._sql(value, scope)} AS {self._value(name, scope)}"
        return self._sql(node, scope)

    def _sql(self, node: ast.expr, scope: Scope) -> str:
        """SQL of a column: its name, or a function of ``F`` over others."""
        match node:
            case ast.Call(func=ast.Attribute(attr="expr"), args=[text]):
                return str(self._value(text, scope))
            case ast.Call(func=ast.Attribute(attr="lit"), args=[ast.Constant(value=int(value))]):
                return str(value)
            case ast.Call(func=ast.Attribute(value=of, attr="over"), args=[window]):
                over = self._value(window, scope)
                if isinstance(over, Over):
                    return f"{self._sql(of, scope)} OVER ({over})"
            case ast.Call(
                func=ast.Attribute(value=of, attr=("cast" | "try_cast") as how),
                args=[ast.Constant(value=str(t))],
            ):
                return f"{how.upper()}({self._sql(of, scope)} AS {t})"
            case ast.Call(func=ast.Attribute(value=ast.Name(id="F"), attr=function)):
                if function in _FUNCTIONS:
                    return f"{function}({', '.join(self._sql(a, scope) for a in node.args)})"
            case ast.Constant(value=str(name)):
                return name
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


def _table(value: Value) -> str:
    return ".".join(sql.name_parts(str(value).removeprefix("LIVE.")))


def _untranslated(node: ast.stmt | ast.expr) -> MedallionError:
    return MedallionError(
        UNTRANSLATED,
        f"Line {node.lineno} is more than a query: {ast.unparse(node).splitlines()[0][:80]}",
        "Ask the warehouse by a query of your own.",
    )
