"""Unions of hundreds of parts: those of the proofs of a large design."""

from __future__ import annotations

import ast

import pytest

from medallion_core.generate.gold import union
from medallion_core.generate.python import Code, chain
from medallion_core.tables.calls import Call


@pytest.mark.parametrize("parts", [0, 1, 50, 51, 3_000])
def test_any_number_of_parts_stay_in_order_and_compile(parts: int) -> None:
    code = "part(0)" + chain(union(Code(f"part({number})") for number in range(1, parts + 1)))
    tree = ast.parse(code, mode="eval")
    assert compile(tree, "parts", "eval")
    found = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert sorted(found) == list(range(parts + 1))
    assert _evaluated(code) == list(range(parts + 1))


def test_few_parts_are_one_chain() -> None:
    assert union([Code("a"), Code("b")]) == (
        Call("union", (Code("a"),)),
        Call("union", (Code("b"),)),
    )


class _Part(list[int]):
    def union(self, other: list[int]) -> _Part:
        return _Part([*self, *other])


def _evaluated(code: str) -> list[int]:
    found: list[int] = eval(code, {"part": lambda number: _Part([number])})
    return found
