"""SQL expressions that people write, made to tolerate what the data holds.

Text is rewritten by its tokens, never parsed and printed again, so that everything else stays as
it was written. What cannot be read, a bracket that does not close, comes back unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<space>(?:\s|--[^\n]*|/\*.*?\*/)+)"""
    r"""|(?P<operand>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|\d[\w.]*|\.\d+\w*)"""
    r"""|(?P<name>(?:`(?:``|[^`])*`|[A-Za-z_]\w*)(?:\s*\.\s*(?:`(?:``|[^`])*`|[A-Za-z_]\w*))*)"""
    r"""|(?P<mark>::|\|\||<=>|[<>!=]=|<>|->|.)""",
    re.DOTALL,
)
_NOT_OPERANDS = {"and", "or", "not", "in", "is", "like", "rlike", "between", "as", "distinct"}
_NOT_OPERANDS |= {"case", "when", "then", "else", "end", "div", "from"}
_NUMBER = re.compile(r"(\d[\w.]*|\.\d+\w*)")

_TOLERANT = {
    "cast": "try_cast",
    "to_timestamp": "try_to_timestamp",
    "to_number": "try_to_number",
    "to_binary": "try_to_binary",
    "parse_json": "try_parse_json",
    "make_timestamp": "try_make_timestamp",
    "element_at": "try_element_at",
    "mod": "try_mod",
}
_CASTS = {"tinyint", "smallint", "int", "bigint", "float", "double"}
_CASTS |= {"date", "timestamp", "boolean"}


class _UnreadableError(Exception):
    """The text is no expression that this module can follow."""


@dataclass(frozen=True, slots=True)
class _Rewrite:
    """What is done to the parts of an expression; each gets and gives SQL text."""

    divisor: Callable[[str], str] = str
    call: Callable[[str, str], str] = lambda name, arguments: f"{name}({arguments})"
    cast: Callable[[str, str], str] = lambda operand, type_: f"{operand}::{type_}"
    column: Callable[[str], str] = str


def guard_divisions(sql: str) -> str:
    """``sql`` with NULL instead of an error where something is divided by zero.

    >>> guard_divisions("amount / (quantity - returned) * 100 / 2")
    'amount / nullif((quantity - returned), 0) * 100 / 2'
    """
    return _rewritten(sql, _Rewrite(divisor=_not_zero, call=_tolerant_mod))


def tolerate_casts(sql: str) -> str:
    """``sql`` with NULL instead of an error where a value does not read as the type.

    >>> tolerate_casts("CAST(a AS INT) + b::int + year(to_date(c, 'yyyy'))")
    "try_cast(a AS INT) + try_cast(b AS int) + year(CAST(try_to_timestamp(c, 'yyyy') AS DATE))"
    """
    return _rewritten(sql, _Rewrite(call=_tolerant_call, cast=_tolerant_cast))


def map_columns(sql: str, change: Callable[[str], str]) -> str:
    """``sql`` with ``change`` applied to each column it reads, as it is written there.

    >>> map_columns("sum(line.a) + DATE '2024-01-31'", lambda name: f"abs({name})")
    "sum(abs(line.a)) + DATE '2024-01-31'"
    """
    return _rewritten(sql, _Rewrite(column=change))


def widen_integers(sql: str, types: Mapping[str, str]) -> str:
    """``sql`` with its integer columns as wide decimals, so that arithmetic does not overflow.

    ``types`` maps column names to types; names may be qualified in ``sql``.

    >>> widen_integers("line.quantity * price", {"quantity": "int", "price": "decimal(9,2)"})
    'CAST(line.quantity AS DECIMAL(19, 0)) * price'
    """

    def wide(name: str) -> str:
        is_integer = types.get(last_part(name), "") in ("tinyint", "smallint", "int", "bigint")
        return f"CAST({name} AS DECIMAL(19, 0))" if is_integer else name

    return map_columns(sql, wide)


def rename_column(sql: str, before: str, after: str) -> str:
    """``sql`` reading the column ``after``, an SQL name, where it read ``before``.

    >>> rename_column("line.OrderQty > 0", "OrderQty", "order_qty")
    'line.order_qty > 0'
    """

    def renamed(name: str) -> str:
        if last_part(name).lower() != before.lower():
            return name
        head = re.match(r"(?:.*\.\s*)?", name, re.DOTALL)
        return (head.group() if head else "") + after

    return map_columns(sql, renamed)


def column_names(sql: str) -> frozenset[str]:
    """The last parts of the names that ``sql`` reads, as they are written but unquoted.

    >>> sorted(column_names("coalesce(line.`Net`, 0) * rate"))
    ['Net', 'rate']
    """
    found: set[str] = set()

    def note(name: str) -> str:
        found.add(last_part(name))
        return name

    map_columns(sql, note)
    return frozenset(found)


def last_part(name: str) -> str:
    """The last part of a dotted SQL name, without its backticks."""
    parts = re.findall(r"`((?:``|[^`])*)`|([A-Za-z_]\w*)", name)
    quoted, plain = parts[-1] if parts else ("", name)
    return plain or quoted.replace("``", "`")


def _not_zero(divisor: str) -> str:
    number = _NUMBER.fullmatch(divisor)
    if (number and number.group().strip("0.")) or divisor.lower().startswith("nullif("):
        return divisor
    return f"nullif({divisor}, 0)"


def _tolerant_mod(name: str, arguments: str) -> str:
    return f"{'try_mod' if name.lower() == 'mod' else name}({arguments})"


def _tolerant_call(name: str, arguments: str) -> str:
    plain = name.lower()
    if plain == "to_date":
        return f"CAST(try_to_timestamp({arguments}) AS DATE)"
    if plain in _CASTS:
        return f"try_cast({arguments} AS {plain.upper()})"
    return f"{_TOLERANT.get(plain, name)}({arguments})"


def _tolerant_cast(operand: str, type_: str) -> str:
    return f"try_cast({operand} AS {type_})"


# ── Reading ──────────────────────────────────────────────────────────────────────────────────


def _rewritten(sql: str, rewrite: _Rewrite) -> str:
    try:
        return _Reader(sql, rewrite).read("")
    except _UnreadableError:
        return sql


class _Reader:
    """Reads a sequence of operands and marks, rewriting each operand once it is complete."""

    def __init__(self, sql: str, rewrite: _Rewrite) -> None:
        self._tokens = [(str(m.lastgroup), m.group()) for m in _TOKEN.finditer(sql)]
        self._at = 0
        self._rewrite = rewrite

    def read(self, end: str) -> str:
        """The text up to the mark ``end``, which is taken too; empty: up to the end."""
        parts: list[str] = []
        divides = False
        while self._at < len(self._tokens):
            kind, text = self._tokens[self._at]
            if kind == "mark" and text == end:
                self._at += 1
                return "".join(parts)
            if self._is_operand(kind, text):
                operand = self._operand()
                parts.append(self._rewrite.divisor(operand) if divides else operand)
                divides = False
                continue
            self._at += 1
            parts.append(text)
            if kind != "space":
                divides = text in ("/", "%") or text.lower() == "div"
        if end:
            raise _UnreadableError
        return "".join(parts)

    @staticmethod
    def _is_operand(kind: str, text: str) -> bool:
        if kind == "name":
            return text.lower() not in _NOT_OPERANDS
        return kind == "operand" or text == "("

    def _operand(self) -> str:
        """A literal, a column, a call or a bracket, with what is attached to it."""
        kind, text = self._take()
        follows = self._peek()
        if kind == "name" and follows == "(":
            self._take()
            text = self._call(text)
        elif kind == "name" and not self._is_literal():
            text = self._rewrite.column(text)
        elif text == "(":
            text = f"({self.read(')')})"
        for mark in iter(self._peek, ""):
            if mark == "[":
                self._take()
                text = f"{text}[{self.read(']')}]"
            elif mark == "::":
                self._take()
                text = self._rewrite.cast(text, self._type())
            else:
                break
        return text

    def _is_literal(self) -> bool:
        """Whether the word that was taken begins a literal: ``DATE '2024-01-31'``."""
        following = [
            text for kind, text in self._tokens[self._at : self._at + 2] if kind != "space"
        ]
        return bool(following) and following[0].startswith("'")

    def _call(self, name: str) -> str:
        return self._rewrite.call(name, self.read(")"))

    def _type(self) -> str:
        _, text = self._take()
        if self._peek() == "(":
            self._take()
            text += f"({self.read(')')})"
        return text

    def _take(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise _UnreadableError
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""
