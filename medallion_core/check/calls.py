"""Calls of Python as its syntax tree has them: their methods, their literals, the SQL in these."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import Any

from medallion_core.errors import MedallionError
from medallion_core.text.tokens import tokens

_AGGREGATES = frozenset(
    {"sum", "try_sum", "count", "count_if", "avg", "min", "max", "max_by", "min_by"}
)
_LEAVES = frozenset({ast.Constant, ast.Name, *(type(None), str, int, bool)})
_NO_NODES = frozenset({"arg", "asname", "attr", "ctx", "id", "kind", "level", "module", "name"})
_BELOW = {
    kind: tuple(field for field in kind._fields if field not in _NO_NODES)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}


def nodes_in(node: ast.AST) -> list[ast.AST]:
    """In the order of ``ast.walk``, in a quarter of its time: without names and literals, which
    are more than half of a file and have nothing below them."""
    found = [node]
    for each in found:
        values = vars(each)
        for field in _BELOW[type(each)]:
            value: Any = values.get(field)
            kind = type(value)
            if kind is list:
                found += [part for part in value if type(part) not in _LEAVES]
            elif kind not in _LEAVES:
                found.append(value)
    return found


class Calls:
    """Calls by their method: a file of proofs has a hundred thousand, and rules ask for a few."""

    __slots__ = ("by_method",)

    def __init__(self, found: Iterable[ast.Call] = ()) -> None:
        self.by_method: dict[str, list[ast.Call]] = {}
        for call in found:
            self.by_method.setdefault(method_of(call), []).append(call)

    @classmethod
    def together(cls, parts: Iterable[Calls]) -> Calls:
        whole = cls()
        for part in parts:
            for method, found in part.by_method.items():
                whole.by_method.setdefault(method, []).extend(found)
        return whole

    def __iter__(self) -> Iterator[ast.Call]:
        """All of them, method by method."""
        return chain.from_iterable(self.by_method.values())

    def of(self, methods: Collection[str]) -> list[ast.Call]:
        return [call for name in self.by_method if name in methods for call in self.by_method[name]]

    def beside(self, methods: Collection[str]) -> Calls:
        """Those of other methods."""
        others = Calls()
        others.by_method = {m: calls for m, calls in self.by_method.items() if m not in methods}
        return others

    def methods(self, owner: str, *, but: bool = False) -> frozenset[str]:
        """Those that are called on ``owner``, or on anything ``but`` it."""
        return frozenset(
            method
            for method, found in self.by_method.items()
            if any((owner_of(call) == owner) is not but for call in found)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A statement of a module, with the nodes within it but names and literals, and the calls
    among them."""

    node: ast.stmt
    nodes: list[ast.AST]
    calls: Calls


def statements_of(module: ast.Module) -> list[Statement]:
    found = ((statement, nodes_in(statement)) for statement in module.body)
    return [
        Statement(statement, nodes, Calls(node for node in nodes if type(node) is ast.Call))
        for statement, nodes in found
    ]


_EQUALITIES = frozenset({"=", "==", "<=>"})


def calls_in(node: ast.AST) -> Iterator[ast.Call]:
    return (found for found in nodes_in(node) if isinstance(found, ast.Call))


def calls_of(call: ast.Call) -> Iterator[ast.Call]:
    """The call itself and those in its arguments, not those that it goes on from."""
    yield call
    for part in (*call.args, *(word.value for word in call.keywords)):
        yield from calls_in(part)


def beyond(chained: Iterable[ast.Call], methods: frozenset[str]) -> Iterator[ast.Call]:
    """The calls before those of ``methods`` that a chain ends with."""
    skipping = True
    for call in chained:
        skipping = skipping and method_of(call) in methods
        if not skipping:
            yield call


def is_join(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "join" and len(call.args) > 1


def join_kind(call: ast.Call) -> str:
    how = call.args[2] if len(call.args) > 2 else argument(call, "how")
    return how.value if isinstance(how, ast.Constant) and isinstance(how.value, str) else "inner"


def is_loose(call: ast.Call) -> bool:
    """Whether a join's condition is SQL without an equality."""
    in_sql = (each for each in calls_in(call.args[1]) if method_of(each) == "expr")
    texts = [text for each in in_sql for text in literals(each)]
    words = {word for text in texts for word in sql_words(text)}
    return bool(texts) and not words & _EQUALITIES


def method_of(call: ast.Call) -> str:
    """``count`` of ``F.count(…)`` and of ``count(…)``. By types, not by patterns: of one file of
    proofs it is asked a hundred thousand times."""
    called = call.func
    if type(called) is ast.Attribute:
        return called.attr
    return called.id if type(called) is ast.Name else ""


def owner_of(call: ast.Call) -> str:
    """``F`` of ``F.count(…)``, empty for anything but a plain name."""
    called = call.func
    owner = called.value if type(called) is ast.Attribute else None
    return owner.id if type(owner) is ast.Name else ""


def argument(call: ast.Call, name: str) -> ast.expr | None:
    return next((word.value for word in call.keywords if word.arg == name), None)


def word(call: ast.Call, name: str) -> str:
    """The text of a keyword argument; of one that is put together its fixed parts."""
    value = argument(call, name)
    parts = value.values if isinstance(value, ast.JoinedStr) else [value]
    return "".join(
        part.value
        for part in parts
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


def literals(call: ast.Call) -> list[str]:
    """The literals among the arguments, and the fixed parts of texts that are put together."""
    found: list[str] = []
    for value in (*call.args, *(word.value for word in call.keywords)):
        for part in value.values if type(value) is ast.JoinedStr else (value,):
            if type(part) is ast.Constant and type(part.value) is str:
                found.append(part.value)
    return found


@lru_cache(maxsize=16384)
def sql_words(text: str) -> tuple[str, ...]:
    """The words and marks of SQL, in lower case; empty for what is quoted and for numbers."""
    try:
        return tuple(token.word for token in tokens(text))
    except MedallionError:
        return ()


def is_window(words: Sequence[str]) -> bool:
    """Whether SQL of these words has a window function."""
    return any(one == "over" and other == "(" for one, other in pairwise(words))


def adds_up(call: ast.Call) -> bool:
    """Whether SQL of a selection adds rows up, other than over a window."""
    for text in literals(call):
        words = sql_words(text) if "(" in text else ()
        if "over" not in words and any(
            one in _AGGREGATES and other == "(" for one, other in pairwise(words)
        ):
            return True
    return False
