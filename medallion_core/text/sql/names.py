"""SQL text as a person would write it: names bare where that is safe, quoted where it is not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from medallion_core.text.identifiers import quote_identifier, quote_literal
from medallion_core.text.sql.words import RESERVED
from medallion_core.text.types import FLOATING, family, read_type

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@lru_cache(maxsize=65536)
def name(text: str) -> str:
    """``text`` as one identifier.

    >>> name("order_key"), name("order"), name("Order Date")
    ('order_key', '`order`', '`Order Date`')
    """
    plain = _PLAIN_NAME.fullmatch(text) and text.lower() not in RESERVED
    return text if plain else quote_identifier(text)


def dotted(*parts: str) -> str:
    """The name of an object, one part per level.

    >>> dotted("main", "retail", "order"), dotted("main", "Sales 2024")
    ('main.retail.`order`', 'main.`Sales 2024`')
    """
    return ".".join(map(name, parts))


def column(alias: str, text: str) -> str:
    """A column of the row called ``alias``."""
    return f"{alias}.{name(text)}"


def aliased(expression: str, text: str) -> str:
    """``expression`` under the name ``text``, which a plain column of that name has already.

    >>> aliased("line.quantity", "quantity"), aliased("sum(quantity)", "quantity")
    ('line.quantity', 'sum(quantity) AS quantity')
    """
    own = name(text)
    alias = expression.removesuffix(f".{own}")
    is_column = expression == own or (alias != expression and _PLAIN_NAME.fullmatch(alias))
    return expression if is_column else f"{expression} AS {own}"


def string(text: str) -> str:
    """``text`` as a literal."""
    return quote_literal(text)


def type_name(text: str) -> str:
    """A plain type in upper case; a nested one as the catalog prints it.

    Raises MedallionError TYPE_INVALID for text that is no type.

    >>> type_name("decimal(12,2)"), type_name("array<string>")
    ('DECIMAL(12, 2)', 'array<string>')
    """
    found = read_type(text)
    nested = found.family in ("array", "map", "struct")
    return found.text if nested else found.text.upper().replace(",", ", ")


def all_of(conditions: Iterable[str]) -> str:
    return " AND ".join(conditions)


def date_key(day: str) -> str:
    """SQL for the smart key of a day: 20240131. To reckon it takes a fraction of the time that its
    text does, which a fact would make and read for each row and date."""
    return f"year({day}) * 10000 + month({day}) * 100 + day({day})"


def is_same_number(value: str, cast: str, type_: str) -> str:
    """SQL that is true where ``cast`` differs from ``value``, of a floating type, by noise only;
    NULL or false for NaN, infinity and what the cast cannot hold."""
    return f"abs({value} - {cast}) <= abs({value}) * {FLOATING[family(type_)]}"
