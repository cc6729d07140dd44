"""Rules for the Python of a pipeline."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from medallion_core.check.calls import Calls, Statement, method_of, owner_of
from medallion_core.text import sql

# https://docs.databricks.com/aws/en/ldp/developer/python-dev
FORBIDDEN_IN_DATASETS = frozenset(
    {"collect", "count", "pivot", "save", "saveAsTable", "start", "toPandas", "toTable"}
)
SESSION_MUTATIONS = frozenset(
    {
        "createGlobalTempView",
        "createOrReplaceGlobalTempView",
        "createOrReplaceTempView",
        "createTempView",
        "registerTempTable",
    }
)
_SESSION_CALLS = frozenset({"conf.set", "udf.register"})
_SESSION_METHODS = SESSION_MUTATIONS | {each.partition(".")[2] for each in _SESSION_CALLS}
_IMPORTS = (ast.Import, ast.ImportFrom)
_ASKED_FOR = frozenset({*_IMPORTS, ast.Assign, ast.BinOp})
_DIVISIONS = (ast.Div, ast.FloorDiv, ast.Mod)
_OPTION_METHODS = frozenset({"option"})
_SQL_METHODS = frozenset({"expr", "selectExpr", "where", "filter"})
_KNOWN_PACKAGES = frozenset({"pyspark", "datetime", "decimal", "__future__"})


Violation = tuple[int, str, str]
"""A line, what is wrong there, and what to do."""


@dataclass(frozen=True, slots=True)
class Nodes:
    """What the rules ask for in a file: its calls, and other nodes, in order."""

    calls: Calls
    others: list[ast.AST]


def violations(statements: Sequence[Statement]) -> Iterator[Violation]:
    """What a file does that a pipeline's may not."""
    nodes = _nodes(statements)
    yield from _forbidden_calls(nodes)
    yield from _imports(nodes)
    yield from _strings(nodes)
    yield from _divisions(nodes)
    for call in nodes.calls.of({"createDataFrame"}):
        if call.args:
            yield from _data_values(nodes, call)


def _nodes(statements: Sequence[Statement]) -> Nodes:
    return Nodes(
        Calls.together(each.calls for each in statements),
        [node for each in statements for node in each.nodes if type(node) in _ASKED_FOR],
    )


def _calls(nodes: Iterable[ast.AST]) -> Iterator[ast.Call]:
    return (node for node in nodes if isinstance(node, ast.Call))


def _holder(call: ast.Call) -> str:
    """``conf`` of ``spark.conf.set(…)``, empty for anything but a name. Not ``ast.unparse``, which
    fails on chains of hundreds of calls."""
    match call.func:
        case ast.Attribute(value=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name
        case _:
            return ""


def _forbidden_calls(nodes: Nodes) -> Iterator[Violation]:
    for call in nodes.calls.of(FORBIDDEN_IN_DATASETS | _SESSION_METHODS):
        name = method_of(call)
        if not isinstance(call.func, ast.Attribute):
            continue
        if name in FORBIDDEN_IN_DATASETS and owner_of(call) not in ("F", "functions"):
            yield (
                call.lineno,
                f"{name}() runs a query while the pipeline is being planned.",
                "Return a DataFrame and let the pipeline run it.",
            )
        holder = _holder(call) if name in _SESSION_METHODS else ""
        called = f"{holder}.{name}".lstrip(".")
        if name in SESSION_MUTATIONS or called in _SESSION_CALLS:
            yield (
                call.lineno,
                f"{called}() changes the session that all tables share.",
                "Use the pipeline's configuration or a temporary view of the pipeline.",
            )


def _imports(nodes: Nodes) -> Iterator[Violation]:
    imports = (node for node in nodes.others if isinstance(node, _IMPORTS))
    for node in imports:
        for module in _modules(node):
            if module.partition(".")[0] not in _KNOWN_PACKAGES:
                yield (
                    node.lineno,
                    f"{module} is imported, which a pipeline may not have.",
                    "Generated code needs pyspark and the standard library only.",
                )


def _modules(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or "."]


def _strings(nodes: Nodes) -> Iterator[Violation]:
    for call in nodes.calls.of(_OPTION_METHODS):
        for argument in call.args:
            if _text(argument) == "cloudFiles.schemaLocation":
                yield (
                    argument.lineno,
                    "A pipeline keeps the schema location itself.",
                    "Remove the option cloudFiles.schemaLocation.",
                )


def _divisions(nodes: Nodes) -> Iterator[Violation]:
    hint = "Use try_divide, which gives NULL for a division by zero."
    for node in nodes.others:
        if isinstance(node, ast.BinOp) and isinstance(node.op, _DIVISIONS):
            yield node.lineno, "This divides without a guard.", hint
    for call in nodes.calls.of(_SQL_METHODS):
        for argument in call.args:
            if sql.divides(_text(argument)):
                detail = f"{_text(argument)!r} divides without a guard."
                yield argument.lineno, detail, hint


def _text(node: ast.expr) -> str:
    """The value of a string literal, empty for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _data_values(nodes: Nodes, call: ast.Call) -> Iterator[Violation]:
    """Rules for rows that are built in Python: real values, of the type their column has."""
    rows = call.args[0]
    for inner in _calls(ast.walk(rows)):
        if method_of(inner) == "current_timestamp":
            yield (
                inner.lineno,
                "current_timestamp() is a Column, not a timestamp.",
                "Use datetime.now() for a value in a row built in Python.",
            )
        elif owner_of(inner) in ("F", "functions") or method_of(inner) in ("col", "lit", "expr"):
            yield (
                inner.lineno,
                f"{ast.unparse(inner)} is a Column, not a value.",
                "Put plain Python values into rows.",
            )
    schema = _argument(call, 1, "schema")
    yield from _doubles(rows, _double_columns(nodes, schema))


def _argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    named = [keyword.value for keyword in call.keywords if keyword.arg == name]
    return named[0] if named else (call.args[position] if len(call.args) > position else None)


def _double_columns(nodes: Nodes, schema: ast.expr | None) -> dict[int | str, str]:
    """Position and name of each DoubleType column of a StructType, given here or by its name."""
    if isinstance(schema, ast.Name):
        assigned = [
            node.value
            for node in nodes.others
            if isinstance(node, ast.Assign)
            and any(isinstance(t, ast.Name) and t.id == schema.id for t in node.targets)
        ]
        schema = assigned[-1] if assigned else None
    inner = _calls(ast.walk(schema)) if schema else ()
    fields = [call for call in inner if method_of(call) == "StructField"]
    found: dict[int | str, str] = {}
    for position, field in enumerate(fields):
        named, typed = _argument(field, 0, "name"), _argument(field, 1, "dataType")
        if named and typed and "DoubleType" in ast.unparse(typed):
            name = _text(named) or str(position)
            found |= {position: name, name: name}
    return found


def _doubles(rows: ast.expr, columns: dict[int | str, str]) -> Iterator[Violation]:
    for row in rows.elts if isinstance(rows, ast.List | ast.Tuple) else ():
        for place, value in _values(row):
            if place in columns and not _is_float(value):
                yield (
                    value.lineno,
                    f"{ast.unparse(value)} goes into the double column {columns[place]}.",
                    "Write it as float(…) or with .0.",
                )


def _values(row: ast.expr) -> Iterable[tuple[int | str, ast.expr]]:
    match row:
        case ast.Tuple(elts=values) | ast.List(elts=values):
            return list(enumerate(values))
        case ast.Dict(keys=keys, values=values):
            named = zip(keys, values, strict=True)
            return [(_text(key), value) for key, value in named if key is not None]
        case _:
            return []


def _is_float(value: ast.expr) -> bool:
    if isinstance(value, ast.UnaryOp):
        return _is_float(value.operand)
    if isinstance(value, ast.Constant):
        return value.value is None or isinstance(value.value, float)
    return isinstance(value, ast.Call) and method_of(value) == "float"
