"""SQL text as a person would write it: names bare where that is safe, quoted where it is not."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from medallion_core.text.identifiers import quote_identifier, quote_literal
from medallion_core.text.types import FLOATING

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLAIN_TYPE = re.compile(r"[a-z_]+(\(\d+(, ?\d+)?\))?")

# Words that Spark's grammar reserves in ANSI mode or reads as something else than a column.
# https://spark.apache.org/docs/latest/sql-ref-ansi-compliance.html#sql-keywords
_KEYWORDS = """
    all alter and anti any array as asc at authorization between both by case cast check collate
    column constraint create cross cube current current_date current_time current_timestamp
    current_user default delete desc describe distinct drop else end escape except exists
    explain extract false fetch filter for foreign from full function glob grant group grouping
    having ilike in inner insert intersect interval into is join lateral leading left like limit
    live local map match_recognize minus natural no not notnull null of offset on only or order
    outer overlaps partitioned_by pivot position primary qualify references regexp returning
    revoke right rlike rollback rollup select semi serdeproperties session_user set some struct
    sum table tablesample then to trailing trim true truncate uncache union unique unknown
    unpivot update use user using values when where window with within xor
"""
_RESERVED = frozenset(_KEYWORDS.split())

_TOKEN = re.compile(
    r"""(?P<skip>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|\d[\w.]*|\.\s*(?:`[^`]*`|\w+)"""
    r"""|--[^\n]*|/\*.*?\*/)|(?P<quoted>`(?:``|[^`])*`)|(?P<word>[A-Za-z_]\w*)""",
    re.DOTALL,
)
_QUALIFIED = re.compile(r"'(?:\\.|[^'\\])*'|\b([A-Za-z_]\w*)\.(?:(\w+)|`((?:``|[^`])+)`)")
_CALL_OR_QUALIFIER = re.compile(r"\s*[(.]")


def name(text: str) -> str:
    """``text`` as one identifier.

    >>> name("order_key"), name("order"), name("Order Date")
    ('order_key', '`order`', '`Order Date`')
    """
    plain = _PLAIN_NAME.fullmatch(text) and text.lower() not in _RESERVED
    return text if plain else quote_identifier(text)


def column(alias: str, text: str) -> str:
    """A column of the row called ``alias``."""
    return f"{alias}.{name(text)}"


def aliased(expression: str, text: str) -> str:
    """``expression`` under the name ``text``, which a plain column of that name has already.

    >>> aliased("line.quantity", "quantity"), aliased("sum(quantity)", "quantity")
    ('line.quantity', 'sum(quantity) AS quantity')
    """
    own = name(text)
    is_column = expression == own or re.fullmatch(r"\w+\." + re.escape(own), expression)
    return expression if is_column else f"{expression} AS {own}"


def string(text: str) -> str:
    """``text`` as a literal."""
    return quote_literal(text)


def type_name(text: str) -> str:
    """A plain type in upper case; a nested one as the catalog prints it.

    >>> type_name("decimal(12,2)"), type_name("array<string>")
    ('DECIMAL(12, 2)', 'array<string>')
    """
    if not _PLAIN_TYPE.fullmatch(text):
        return text
    return re.sub(r", ?", ", ", text.upper())


def family(text: str) -> str:
    """The type without its parameters: ``decimal`` of ``decimal(12,2)``."""
    return re.split(r"[(<]", text, maxsplit=1)[0].strip()


def all_of(conditions: Iterable[str]) -> str:
    return " AND ".join(conditions)


def date_key(day: str) -> str:
    """SQL for the smart key of a day: 20240131."""
    return f"CAST(date_format({day}, 'yyyyMMdd') AS INT)"


def mentioned(expression: str) -> list[tuple[str, str]]:
    """The qualified columns of ``expression`` in order, each as alias and name.

    >>> mentioned("coalesce(line.price, 0) * header.`Odd Rate`")
    [('line', 'price'), ('header', 'Odd Rate')]
    """
    found = _QUALIFIED.finditer(expression)
    return [(match[1], match[2] or match[3].replace("``", "`")) for match in found if match[1]]


def qualify(expression: str, columns: Collection[str], alias: str) -> str:
    """``expression`` with every unqualified name among ``columns`` put under ``alias``.

    >>> qualify("price * (1 - line.discount)", {"price", "discount"}, "line")
    'line.price * (1 - line.discount)'
    """
    known = {column.lower() for column in columns}

    def replace(match: re.Match[str]) -> str:
        text = match.group()
        if match.group("skip") or _CALL_OR_QUALIFIER.match(expression, match.end()):
            return text
        bare = text[1:-1].replace("``", "`") if match.group("quoted") else text
        return column(alias, bare) if bare.lower() in known else text

    return _TOKEN.sub(replace, expression)


def is_same_number(value: str, cast: str, type_name: str) -> str:
    """SQL that is true where ``cast`` differs from ``value``, of a floating type, by noise only;
    NULL or false for NaN, infinity and what the cast cannot hold."""
    return f"abs({value} - {cast}) <= abs({value}) * {FLOATING[type_name]}"
