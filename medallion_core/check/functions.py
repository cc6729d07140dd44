"""The functions of a Python file, their calls, and the tables that they read. Nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from medallion_core.check.calls import (
    Calls,
    Statement,
    literals,
    method_of,
    owner_of,
    statements_of,
    word,
)
from medallion_core.text import sql

UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What the parser raises: the last two for brackets that nest without end."""


class Written(NamedTuple):
    """A function as its file has it, and the calls in it."""

    node: ast.FunctionDef
    calls: Calls


# Without slots: what is found out of the code is kept beside its fields.
@dataclass(frozen=True, eq=False)
class Function:
    """A function of a file, with the functions of all of that file, which it may call, as they
    are written: if they referred to each other, they would stay, with the code of whole files,
    until garbage is collected."""

    node: ast.FunctionDef
    calls: Calls = field(repr=False)
    others: Mapping[str, Written] = field(repr=False)

    def decorators(self) -> Iterator[ast.Call]:
        return (each for each in self.node.decorator_list if isinstance(each, ast.Call))

    @property
    def temporary_views(self) -> list[str]:
        """The names under which it is a temporary view."""
        made = (each for each in self.decorators() if method_of(each) == "temporary_view")
        return [word(each, "name") for each in made]

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """The tables that it reads itself, each once."""
        return tuple(dict.fromkeys(_reads(self.calls)))

    @property
    def bodies(self) -> list[Function]:
        """This function, and those that it calls, each once."""
        return [self, *self._called]

    @cached_property
    def _called(self) -> list[Function]:
        found: dict[str, Function] = {}
        waiting: list[Function] = [self]
        while waiting:
            called = waiting.pop().calls.of(self.others.keys() - found.keys() - {self.node.name})
            for name in (call.func.id for call in called if isinstance(call.func, ast.Name)):
                if name not in found:
                    found[name] = Function(*self.others[name], self.others)
                    waiting.append(found[name])
        return list(found.values())


def functions_of(statements: Iterable[Statement]) -> list[Function]:
    written = {
        each.node.name: Written(each.node, each.calls)
        for each in statements
        if isinstance(each.node, ast.FunctionDef)
    }
    return [Function(*each, written) for each in written.values()]


def parsed(text: str) -> list[Statement]:
    """The statements of a file; one that is not Python has none."""
    try:
        return statements_of(ast.parse(text))
    except UNPARSABLE:
        return []


def _reads(calls: Calls) -> Iterator[str]:
    """The tables that are read, by their own names where they are of the pipeline."""
    for call in calls.of({"table"}):
        is_read = owner_of(call) != "dp" and call.args
        if is_read and (text := next(iter(literals(call)), "")):
            yield ".".join(sql.name_parts(text.removeprefix("LIVE.")))
