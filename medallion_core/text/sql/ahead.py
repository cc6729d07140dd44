"""What comes next in an expression, told before any of it is taken."""

from __future__ import annotations

from medallion_core.text.sql.words import FRAME_STARTS, UNITS
from medallion_core.text.tokens import Cursor, Kind, Token

SIGNS = ("-", "+", "~")


def is_more_text(at: Cursor) -> bool:
    """Whether a text stands right behind another: both are one."""
    return at.peek().kind is Kind.STRING and at.tokens[at.at - 1].kind is Kind.STRING


def is_one(token: Token, follows: Token) -> bool:
    """Whether a name and what follows it are no column: ``DATE '2024-01-31'``, ``NULLS LAST``."""
    typed = token.kind is Kind.WORD and follows.kind is Kind.STRING
    nulls = token.word == "nulls" and follows.word in ("first", "last")
    return typed or nulls


def is_unit(token: Token) -> bool:
    return token.word.removesuffix("s") in UNITS


def is_interval(at: Cursor) -> bool:
    """Whether what follows INTERVAL is a number with its unit."""
    signed = at.peek().word in SIGNS and is_unit(at.peek(2))
    return signed or at.peek().kind in (Kind.STRING, Kind.NUMBER)


def is_frame(at: Cursor) -> bool:
    """``ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW``, in which no column is read."""
    if at.peek().word not in ("rows", "range"):
        return False
    start = at.peek(1)
    return start.kind is Kind.NUMBER or start.word in FRAME_STARTS


def key(at: Cursor) -> Token | None:
    """The text that follows as a key: ``(_uncast, 'amount')``, ``_uncast['amount']``."""
    found = at.peek(1)
    is_key = at.peek().word in (",", "[") and found.kind is Kind.STRING
    return found if is_key and at.peek(2).word in (",", ")", "]") else None


def lambda_names(at: Cursor) -> list[Token]:
    """The names of ``total, price) -> …``; none where this is another bracket."""
    names, ahead = [at.peek()], 1
    while names[-1].is_name and at.peek(ahead).word == ",":
        names.append(at.peek(ahead + 1))
        ahead += 2
    is_lambda = at.peek(ahead).word == ")" and at.peek(ahead + 1).word == "->"
    return names if is_lambda else []


def clause_length(at: Cursor) -> int:
    """Of the words of the clause that follows a call; 0 where there is none."""
    first, second = at.peek().word, at.peek(1)
    if (first, second.word) in (("over", "("), ("filter", "(")):
        return 1
    named = first == "over" and second.is_name
    pairs = (("within", "group"), ("ignore", "nulls"), ("respect", "nulls"))
    return 2 if named or (first, second.word) in pairs else 0
