"""Changes of SQL, each in its place.

Where an expression cannot be read, a bracket that does not close, it reads nothing and comes back
as it was: ``check_expression`` is what refuses it.
"""

from __future__ import annotations

from collections.abc import Sequence

from medallion_core.errors import MedallionError
from medallion_core.text.sql.expression import Expression, Span
from medallion_core.text.sql.reading import read
from medallion_core.text.tokens import Token

Edit = tuple[int, int, str]
"""What stands from the first place up to the second becomes the text."""


def read_if_possible(sql: str) -> Expression:
    try:
        return read(sql)
    except MedallionError:
        return Expression(sql)


def edited(sql: str, edits: Sequence[Edit]) -> str:
    """What is put before a place comes before what the place becomes."""
    parts, at = [], 0
    for start, end, text in sorted(edits, key=lambda edit: (edit[0], edit[1] > edit[0])):
        parts += [sql[at:start], text]
        at = end
    return "".join([*parts, sql[at:]])


def span_of(token: Token) -> Span:
    return token.start, token.end
