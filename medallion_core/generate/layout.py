"""SQL over several lines, where one is too short for it.

Line breaks are put between tokens only, so that what the SQL means stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from medallion_core.errors import MedallionError
from medallion_core.text.tokens import Kind, Token, tokens

_INDENT = "    "
_DEPTHS = {"(": 1, "[": 1, ")": -1, "]": -1}
"""By how much a mark goes into brackets. No other token is written so: quoted ones have quotes."""
_SUMS, _PRODUCTS = ("+", "-", "||"), ("*",)

Tokens = Sequence[Token]


def sql_lines(text: str, room: int) -> list[str]:
    """``text`` in lines of at most ``room`` characters, as far as a name, a literal or a call
    without arguments is no longer than that.

    >>> sql_lines("CAST(coalesce(price, 0.0) AS DECIMAL(12, 2)) AS amount", 30)
    ['CAST(', '    coalesce(price, 0.0)', '        AS DECIMAL(12, 2)', ') AS amount']
    """
    return list(_sql_lines(text, room))


@lru_cache(maxsize=16384)
def _sql_lines(text: str, room: int) -> tuple[str, ...]:
    """Kept: tables have columns of the same names, and an edit changes few of them."""
    try:
        found = tokens(text) if len(text) > room else ()
    except MedallionError:
        found = ()
    return tuple(_lines(text, found, room)) if found else (text,)


def fitted(lines: Iterable[str], room: int) -> Iterator[str]:
    """Each of ``lines`` by itself in lines of at most ``room`` characters, as far as it starts."""
    for line in lines:
        margin = " " * (len(line) - len(line.lstrip()))
        yield from (margin + part for part in sql_lines(line.lstrip(), room - len(margin)))


def _lines(text: str, found: Tokens, room: int) -> list[str]:
    if len(_written(text, found)) <= room:
        return [_written(text, found)]
    outside = _outside(found)
    for breaks in (_after_comma, _before_and, _before_sum, _before_product):
        parts = list(_parts(found, outside, breaks))
        if len(parts) > 1:
            return [line for part in parts for line in _lines(text, part, room)]
    named = [_written(text, part) for part in _parts(found, outside, _before_as)]
    if len(named) > 1 and all(len(part) <= room - len(_INDENT) for part in named):
        return [named[0], *(_INDENT + part for part in named[1:])]
    return _bracketed(text, found, room)


def _bracketed(text: str, found: Tokens, room: int) -> list[str]:
    """What stands in the longest brackets, in lines of its own."""
    opened, closed = max(_brackets(found), key=lambda pair: pair[1] - pair[0], default=(0, 0))
    inner = found[opened + 1 : closed]
    if not inner:
        return [_written(text, found)]
    lines = _lines(text, inner, room - len(_INDENT))
    head, tail = _written(text, found[: opened + 1]), _written(text, found[closed:])
    return [head, *(_INDENT + line for line in lines), tail]


def _written(text: str, found: Tokens) -> str:
    return text[found[0].start : found[-1].end]


def _outside(found: Tokens) -> list[int]:
    """Where the tokens are that stand in no brackets, the opening ones among them."""
    depth, outside = 0, []
    for index, token in enumerate(found):
        if depth == 0:
            outside.append(index)
        depth += _DEPTHS.get(token.text, 0)
    return outside


def _parts(
    found: Tokens, outside: Iterable[int], breaks: Callable[[Token, Token], bool]
) -> Iterator[Tokens]:
    """``found``, parted before those ``outside`` of which ``breaks`` says so, beside the one
    before."""
    start = 0
    for index in outside:
        if index > start and breaks(found[index - 1], found[index]):
            yield found[start:index]
            start = index
    yield found[start:]


def _brackets(found: Tokens) -> Iterator[tuple[int, int]]:
    """Where brackets open and close that stand in no others."""
    depth = opened = 0
    for index, token in enumerate(found):
        before, depth = depth, depth + _DEPTHS.get(token.text, 0)
        if not before and depth:
            opened = index
        elif before and not depth:
            yield opened, index


def _after_comma(before: Token, _: Token) -> bool:
    return before.text == ","


def _before_and(_: Token, token: Token) -> bool:
    return token.word in ("and", "or")


def _before_sum(before: Token, token: Token) -> bool:
    return _is_between(before, token) and token.text in _SUMS


def _before_product(before: Token, token: Token) -> bool:
    return _is_between(before, token) and token.text in _PRODUCTS


def _is_between(before: Token, token: Token) -> bool:
    """Whether a mark is no sign."""
    is_binary = before.kind is not Kind.MARK or before.text in ")]"
    return is_binary and token.kind is Kind.MARK


def _before_as(_: Token, token: Token) -> bool:
    return token.word == "as"
