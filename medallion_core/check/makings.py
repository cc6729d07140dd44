"""What of a file of the pipeline decides which rows its tables have, read from its syntax tree.

Two texts of a file are compared by it: of a stream, rows that were made by the one stay where the
other goes on. Comments, descriptions, properties and expectations that keep every row are no part
of it, nor how the code is laid out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from functools import lru_cache
from itertools import chain

from medallion_core.check.calls import literals, method_of, word
from medallion_core.errors import MedallionError
from medallion_core.tables import columns, silver
from medallion_core.text.tokens import tokens

KEY, ORDER, HANDLING = "its key", "its order", "how it handles changes"
RULES, DELETIONS = "the rules of its quarantine", "which rows delete"
FLOW, SOURCE = "the name of its flow", "what it reads"
VERSIONS, ROWS = "what begins a version", "how its rows are made"

STATE = frozenset({KEY, ORDER, HANDLING, FLOW, SOURCE, VERSIONS})
"""What the platform keeps of a flow between updates: it fails, or goes on wrong, where another
comes. https://docs.databricks.com/error-messages/autocdc-invalid-state-error-class and
https://docs.databricks.com/aws/en/ldp/full-refresh-st"""

Making = Mapping[str, str]
"""By what it is: the code that says it, in a form that is the same however it is laid out."""

_ARGUMENTS = {
    "keys": KEY,
    "sequence_by": ORDER,
    "stored_as_scd_type": HANDLING,
    "track_history_column_list": VERSIONS,
    "track_history_except_column_list": VERSIONS,
    "apply_as_deletes": DELETIONS,
}
_NAMES = frozenset({"target", "source", "name"})
_READERS = frozenset({"table", "load"})
_CHANGES = frozenset({"create_auto_cdc_flow", "create_auto_cdc_from_snapshot_flow"})
_RULES_CONSTANT = "QUARANTINED"


@lru_cache(maxsize=4096)
def makings(text: str) -> Mapping[str, Making]:
    """By dataset of the file. Empty for what is no Python, or nested too deep to be read."""
    try:
        parts = [_part(statement) for statement in ast.parse(text).body]
        known = {name: part for part in parts for name in part.names}
        return {name: _making(name, parts, known) for name in _datasets(parts)}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """A statement of the file: the datasets that it makes, all names that it can be found by, and
    those that it mentions. ``says`` is what it says by itself."""

    datasets: tuple[str, ...] = ()
    _: KW_ONLY
    names: tuple[str, ...] = ()
    mentioned: frozenset[str] = frozenset()
    says: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    flow: str = ""


def _datasets(parts: Iterable[_Part]) -> list[str]:
    return list(dict.fromkeys(name for part in parts for name in part.datasets))


def _making(dataset: str, parts: Iterable[_Part], known: Mapping[str, _Part]) -> Making:
    """What its own statements say, and those that these lead to."""
    own = [part for part in parts if dataset in part.datasets]
    reached = [*own]
    for part in reached:
        led = (known[name] for name in sorted(part.mentioned & known.keys()))
        reached += [each for each in led if each not in reached]
    said: dict[str, str] = {}
    for part in reached:
        for what, value in part.says.items():
            said[what] = f"{said.get(what, '')}{value}\n"
    said[FLOW] = " ".join(sorted(part.flow for part in own if part.flow))
    read = {source for part in reached for source in part.sources} - known.keys()
    return said | {SOURCE: " ".join(sorted(read))}


def _part(statement: ast.stmt) -> _Part:
    match statement:
        case ast.FunctionDef():
            return _function(statement)
        case ast.Expr(value=ast.Call() as call) if method_of(call) in _CHANGES:
            return _flow(call)
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            what = RULES if name == _RULES_CONSTANT else ROWS
            return _Part(names=(name,), says={what: ast.dump(_BARE.visit(value))})
    return _Part()


def _flow(call: ast.Call) -> _Part:
    target = word(call, "target")
    said: dict[str, str] = {}
    for each in call.keywords:
        if each.arg not in _NAMES:
            what = _ARGUMENTS.get(each.arg or "", ROWS)
            said[what] = f"{said.get(what, '')}{each.arg}={ast.dump(_BARE.visit(each.value))}\n"
    read = frozenset({word(call, "source")})
    return _Part((target,), mentioned=read, says=said, flow=word(call, "name") or target)


def _function(function: ast.FunctionDef) -> _Part:
    decorators = [each for each in function.decorator_list if isinstance(each, ast.Call)]
    made = [each for each in decorators if word(each, "target") or word(each, "name")]
    body = [_BARE.visit(statement) for statement in _without_docstring(function.body)]
    nodes = [node for statement in body for node in ast.walk(statement)]
    return _Part(
        datasets=tuple(word(each, "target") or word(each, "name") for each in made),
        names=(function.name, *(word(each, "name") for each in made)),
        mentioned=frozenset({*_mentioned(nodes), *_kept_out(decorators)}),
        says={ROWS: "\n".join(map(ast.dump, body))},
        sources=tuple(_read(nodes)),
        flow=" ".join(word(each, "name") for each in made),
    )


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    match body:
        case [ast.Expr(value=ast.Constant(value=str())), *rest]:
            return rest
    return body


def _mentioned(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.Name(id=name):
                yield name
            case ast.Constant(value=str() as text):
                yield text.removeprefix("LIVE.")


def _kept_out(decorators: Iterable[ast.Call]) -> Iterator[str]:
    """The rules of the quarantine, where an expectation holds rows to them."""
    for node in chain.from_iterable(map(ast.walk, decorators)):
        if isinstance(node, ast.Name) and node.id == _RULES_CONSTANT:
            yield node.id


def _read(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The tables and paths that are read."""
    for node in nodes:
        if isinstance(node, ast.Call) and method_of(node) in _READERS:
            yield from (text.removeprefix("LIVE.") for text in literals(node))


class _Bare(ast.NodeTransformer):
    """Takes off what decides no row: the comments of columns, the names of the rules that a row in
    quarantine breaks, and the hash that tells rows of one update apart. Columns that are renamed
    one by one are renamed together. SQL stays as its tokens."""

    def visit_Call(self, call: ast.Call) -> ast.AST:
        self.generic_visit(call)
        match call:
            case ast.Call(func=ast.Attribute(attr="withMetadata", value=rows)):
                return rows
            case ast.Call(
                func=ast.Attribute(attr="select", value=rows),
                args=[ast.Starred(value=ast.Call(func=ast.Name(id="described"))), *others],
            ) if all(isinstance(each, ast.Constant) for each in others):
                return rows
            case ast.Call(
                func=ast.Attribute(attr="withColumnRenamed", value=rows), args=[before, after]
            ):
                return _renamed(rows, before, after)
            case ast.Call(
                func=ast.Attribute(attr="withColumn", value=rows),
                args=[ast.Constant(value=columns.BROKEN_RULES | silver.ROW_HASH), _],
            ):
                return rows
        return call

    def visit_Constant(self, constant: ast.Constant) -> ast.AST:
        if isinstance(constant.value, str):
            constant.value = _laid_out(constant.value)
        return constant


def _renamed(rows: ast.expr, before: ast.expr, after: ast.expr) -> ast.expr:
    match rows:
        case ast.Call(func=ast.Attribute(attr="withColumnsRenamed"), args=[ast.Dict() as names]):
            names.keys.append(before)
            names.values.append(after)
            return rows
    called = ast.Attribute(rows, "withColumnsRenamed", ast.Load())
    return ast.Call(called, [ast.Dict([before], [after])], [])


_BARE = _Bare()
_BLANK = re.compile(r"\s")


def _laid_out(text: str) -> str:
    """SQL in one line; names, and text that is no SQL, as they are."""
    try:
        return " ".join(token.text for token in tokens(text)) if _BLANK.search(text) else text
    except MedallionError:
        return text
