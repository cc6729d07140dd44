"""Pieces of Python that templates put in a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from medallion_core.generate.formatter import BLOCK, LINE_LENGTH
from medallion_core.generate.layout import sql_lines
from medallion_core.tables.calls import Call, Code

__all__ = [
    "QUOTES",
    "Call",
    "Code",
    "Dataset",
    "block",
    "chain",
    "escape",
    "expr",
    "listed",
    "sql_literal",
]

QUOTES = '"""'


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset, and the function that defines it."""

    name: str
    function: str
    comment: str = ""


def chain(calls: Iterable[Call]) -> str:
    """The calls, one behind the other."""
    return "".join(f".{call.method}({listed(call.arguments)})" for call in calls)


def listed(values: Iterable[object]) -> str:
    """Python literals with commas between them."""
    return ", ".join(map(repr, values))


def expr(expression: str, indent: int = 16) -> Code:
    """A column of Spark made by SQL."""
    return Code(f"F.expr({sql_literal(expression, indent)})")


def sql_literal(expression: str, indent: int) -> str:
    """SQL as a literal, of several lines where one, ``indent`` characters in, is too short."""
    literal, room = repr(expression), LINE_LENGTH - indent
    if len(literal) < room:
        return literal
    lines = sql_lines(expression, room)
    return literal if len(lines[0]) > room else block(lines)


def block(lines: Iterable[str]) -> str:
    """A triple-quoted string of these lines. The formatter moves them to where it stands."""
    lines = list(lines)
    whole = "".join(lines)
    if not whole.isprintable() or "\\" in whole or QUOTES in whole:
        lines = [escape(line, QUOTES) for line in lines]
    return f'"""{BLOCK}\n' + "".join(f"{line}\n" for line in lines) + '"""'


def formatted_block(lines: Sequence[str]) -> str:
    """The same of lines that are text of an f-string; without a brace it is a plain one."""
    return ("f" if any("{" in line or "}" in line for line in lines) else "") + block(lines)


def escape(text: str, quotes: str = '"') -> str:
    """What means ``text`` in a string that ends with ``quotes``."""
    escaped = text.replace("\\", r"\\").replace(quotes, r"\"" * len(quotes))
    if escaped.isprintable():
        return escaped
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in escaped
    )
