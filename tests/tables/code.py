"""What generated Python defines, read off its syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from medallion_core.model import Bundle
from medallion_core.tables.datasets import DatasetKind

KINDS = {
    "table": DatasetKind.STREAMING_TABLE,
    "create_streaming_table": DatasetKind.STREAMING_TABLE,
    "materialized_view": DatasetKind.MATERIALIZED_VIEW,
    "temporary_view": DatasetKind.TEMPORARY_VIEW,
}
CDC = ("create_auto_cdc_flow", "create_auto_cdc_from_snapshot_flow")


@dataclass
class Defined:
    """A dataset as the code defines it: ``schema`` is its DDL, ``sources`` what bronze reads."""

    name: str
    kind: DatasetKind
    file: str
    quality: str = ""
    schema: str = ""
    reads: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    flows: set[str] = field(default_factory=set)


def defined_in(bundle: Bundle) -> dict[str, Defined]:
    """Every dataset of the bundle's Python, by its name."""
    found: dict[str, Defined] = {}
    for path, text in bundle.items():
        if path.endswith(".py"):
            for defined in _datasets(path, ast.parse(text)):
                assert defined.name not in found
                found[defined.name] = defined
    return found


def _datasets(path: str, module: ast.Module) -> Iterable[Defined]:
    functions = {part.name: part for part in module.body if isinstance(part, ast.FunctionDef)}
    found = {defined.name: defined for defined in _definitions(path, module)}
    for function in functions.values():
        for call in (each for each in function.decorator_list if isinstance(each, ast.Call)):
            target = _word(call, "target") or _word(call, "name")
            if target in found:
                _add_reads(function, functions, found[target])
            if _method(call) == "append_flow":
                found[target].flows.add(_word(call, "name"))
    for call in _declarations(module, CDC):
        found[_word(call, "target")].reads.add(_own(_word(call, "source")))
    return found.values()


def _definitions(path: str, module: ast.Module) -> Iterator[Defined]:
    for call in _declarations(module, KINDS):
        properties, schema = _keyword(call, "table_properties"), _keyword(call, "schema")
        yield Defined(
            _word(call, "name"),
            KINDS[_method(call)],
            path,
            ast.literal_eval(properties)["quality"] if properties else "",
            _in_target(schema) if schema else "",
        )


def _in_target(schema: ast.expr) -> str:
    """The text of ``schema``, with a name for the target."""
    text = eval(compile(ast.Expression(schema), "schema", "eval"), {"TARGET": "`main`.`gold`"})
    return str(text)


def _add_reads(
    function: ast.FunctionDef, functions: dict[str, ast.FunctionDef], defined: Defined
) -> None:
    """What the function reads itself, and in those that it calls."""
    in_bronze = defined.file.startswith("src/bronze/")
    for call in (call for statement in function.body for call in _calls(statement)):
        match _method(call), [_text(argument) for argument in call.args]:
            case name, _ if name in functions and isinstance(call.func, ast.Name):
                _add_reads(functions[name], functions, defined)
            case ("load", [place]) | ("option", ["subscribe" | "subscribePattern", place]):
                defined.sources.add(place)
            case "table", [table] if in_bronze:
                defined.sources.add(table)
            case "table", [table]:
                defined.reads.add(_own(table))


def _declarations(module: ast.Module, methods: Collection[str]) -> Iterator[ast.Call]:
    """Calls of ``dp``."""
    for call in _calls(module):
        if ast.unparse(call.func).startswith("dp.") and _method(call) in methods:
            yield call


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (found for found in ast.walk(node) if isinstance(found, ast.Call))


def _method(call: ast.Call) -> str:
    return ast.unparse(call.func).rsplit(".", 1)[-1]


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((word.value for word in call.keywords if word.arg == name), None)


def _word(call: ast.Call, name: str) -> str:
    value = _keyword(call, name)
    return _text(value) if value is not None else ""


def _text(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""


def _own(name: str) -> str:
    return name.removeprefix("LIVE.").replace("`", "")
