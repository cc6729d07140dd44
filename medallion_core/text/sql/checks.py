"""What people type, held to one expression that reads its table's columns and nothing else.

Tokens decide, and only those that are known: so Spark reads what is read here. Comments are left
out of what is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass
from functools import lru_cache
from itertools import pairwise

from medallion_core.text.sql.expression import Expression
from medallion_core.text.sql.functions import FUNCTIONS, MOMENTARY
from medallion_core.text.sql.reading import read
from medallion_core.text.sql.words import CLAUSES, QUERIES
from medallion_core.text.tokens import (
    END,
    Kind,
    Token,
    invalid_expression,
    tokens,
    without_comments,
)

MAX_LENGTH = 10_000
"""Characters of an expression."""

_MARKS = "( ) [ ] & ^ : , . - = > < % ! | + / * ~ == <=> <> != <= >= !< !> || :: ?:: -> =>"
_KNOWN_MARKS = frozenset(_MARKS.split())
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_STRING = re.compile(r"[rRxX]?['\"]")
_BLANK = re.compile(r"[ \t\r\n]*")

_TAKES_FROM = ("extract", "overlay", "substr", "substring", "trim")
_BUILT_IN = frozenset(
    ["and", "between", "case", "div", "ilike", "in", "like", "not", "or", "regexp", "rlike", "when"]
)
"""Operators that functions cannot be called like: Spark has them built in as functions, too."""

_TIMES = ("date", "timestamp", "timestamp_ltz", "timestamp_ntz")
_BARE_MOMENTS = ("current_date", "current_time", "current_timestamp", "localtimestamp")
"""Functions that are called without brackets, too."""

_MOMENTS = ("now", "today", "tomorrow", "yesterday")
"""What the text of a time may say instead of one.
https://spark.apache.org/docs/latest/sql-ref-literals.html#datetime-literal"""

_OPENING = ("(", "[", ",", "->", "case")


@lru_cache(maxsize=16384)
def check_expression(text: str) -> str:
    """``text`` without its comments.

    Raises MedallionError EXPRESSION_INVALID where it is not one expression over columns: a query,
    a table, a statement's end, brackets that do not match, a function that reaches outside.
    """
    if len(text) > MAX_LENGTH:
        raise invalid_expression(f"It is longer than {MAX_LENGTH} characters.")
    if "${" in text:
        raise invalid_expression("${…} is replaced before SQL is read. In a text: \\u0024{…}.")
    if not tokens(text):
        raise invalid_expression("It is empty.")
    for problem in _problems(read(text)):
        raise invalid_expression(problem)
    return without_comments(text)


def is_not_true(condition: str) -> str:
    """SQL that is true where ``condition`` is false or NULL. Raises as ``check_expression``."""
    return f"NOT coalesce(({check_expression(condition)}), false)"


@dataclass(frozen=True, slots=True)
class _Place:
    """A token with its neighbours; ``function`` is what the bracket around it is called with.
    ``opens``: an operand begins here, not the operator between two. ``is_between``: it was read
    as such an operator."""

    before: Token
    token: Token
    follows: Token
    _: KW_ONLY
    depth: int
    function: str
    opens: bool
    is_between: bool


def _places(expression: Expression) -> Iterator[_Place]:
    found, between = tokens(expression.text), expression.between
    functions: list[str] = []
    for before, token, follows in zip((END, *found), found, (*found[1:], END), strict=False):
        if token.word in (")", "]"):
            functions.pop()
        yield _Place(
            before,
            token,
            follows,
            depth=len(functions),
            function=functions[-1] if functions else "",
            opens=before is END or before.word in _OPENING or before.start in between,
            is_between=token.start in between,
        )
        if token.word in ("(", "["):
            functions.append(before.value.lower() if before.is_name else "")


def _problems(expression: Expression) -> Iterator[str]:
    for left, right in pairwise(tokens(expression.text)):
        yield from _of_gap(expression.text[left.end : right.start])
    in_types = [range(*span) for span in expression.types]
    for place in _places(expression):
        yield from _of_token(place.token)
        yield from _of_part(place)
        yield from _of_query(place)
        if not any(place.token.start in span for span in in_types):
            yield from _of_call(place)
    for name in expression.names:
        yield f"An operator is missing before {name.text}."


def _of_gap(gap: str) -> Iterator[str]:
    """Comments are left out; other blanks than these are blanks for some readers only."""
    if not _BLANK.fullmatch(gap) and "--" not in gap and "/*" not in gap:
        yield f"{gap!r} is not a blank: type it again."


def _of_token(token: Token) -> Iterator[str]:
    if token.kind is Kind.MARK and token.text not in _KNOWN_MARKS:
        yield f"{token.text} has no place in it."
    if token.kind is Kind.WORD and not _BARE.fullmatch(token.text):
        yield f"{token.text!r} is not a plain name: put it in backticks."
    if token.kind is Kind.STRING and not _STRING.match(token.text):
        yield f"{token.text} has a letter before its quotes."


def _of_part(place: _Place) -> Iterator[str]:
    """What would make it more than one expression, or leave a part of it open."""
    word = place.token.word
    if place.depth == 0 and word == ",":
        yield "It is more than one expression: a comma parts them."
    if word == "as" and (place.depth == 0 or place.follows.word == "("):
        yield "It has a name of its own: AS."
    whole = place.function != "" and place.follows.word in (")", ",")
    if word == "*" and (place.opens or place.before.word == ".") and not whole:
        yield "It stands for many columns: *."
    if word in (":", "?::") and place.opens:
        yield "It has a parameter: nothing is given for it."


def _of_query(place: _Place) -> Iterator[str]:
    if place.before.word == "." or not place.token.word:
        return
    if place.token.word in QUERIES:
        yield f"It cannot hold a query: {place.token.text.upper()}."
    in_place = place.before.word == "distinct" or (
        place.function in _TAKES_FROM and place.before.word != "("
    )
    if place.token.word == "from" and not in_place:
        yield "It cannot read a table: FROM."


def _of_call(place: _Place) -> Iterator[str]:
    """A name before a bracket is called, if it is no operator that stands between two operands."""
    if place.token.word == "(" and place.before.word in (")", "]"):
        yield "It calls what a bracket gives."
    if place.follows.word != "(" or not place.token.is_name:
        return
    called = place.token.value.lower()
    if place.before.word == ".":
        yield f"It calls {called} of a catalog, a schema or a row: use what is built in."
    elif called not in FUNCTIONS and not _belongs_to_what_is_before(place):
        yield f"It calls {called}, which is not built in, makes several rows or reaches outside."


def _belongs_to_what_is_before(place: _Place) -> bool:
    """``x IN (…)``, ``x LIKE ALL (…)``, ``sum(x) OVER (…)``."""
    word, before = place.token.word, place.before.word
    if before in ("like", "ilike"):
        return word in ("all", "any", "some")
    if place.opens:
        return word in _BUILT_IN or (word == "distinct" and before == "(" and place.function != "")
    return place.is_between or word in CLAUSES


def asks_time(text: str) -> bool:
    """Whether what ``text`` says of a row depends on when it is asked, or on chance.

    >>> asks_time("day <= CURRENT_DATE"), asks_time("day <= date 'today'"), asks_time("now > 1")
    (True, True, False)
    """
    return any(
        (one.word in MOMENTARY and (other.word == "(" or one.word in _BARE_MOMENTS))
        or (one.word in _TIMES and other.text[1:-1].strip().lower() in _MOMENTS)
        for one, other in pairwise((*tokens(text), END))
    )
