"""Names: how they are made, and how they enter SQL.

Every name, comment and value that comes from a catalog is hostile text. It reaches SQL through
``quote_identifier``, ``quote_name`` or ``quote_literal`` and through nothing else.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from anyascii import anyascii

MAX_IDENTIFIER_LENGTH = 255
"""Unity Catalog's limit for a table's or a column's name, in characters."""

MAX_ENTITY_LENGTH = 200
"""Leaves room for ``quarantine_`` and for the suffixes of surrogate keys."""

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=65536)
def snake_case(name: str) -> str:
    """``name`` as lower-case ASCII words joined by ``_``; never empty, never starts with a digit.
    Letters of other scripts are written as they sound.

    >>> snake_case("MediaTypeId"), snake_case("Order Details"), snake_case("2nd line")
    ('media_type_id', 'order_details', 'n2nd_line')
    >>> snake_case("Größe"), snake_case("Łódź"), snake_case("продажи"), snake_case("顧客")
    ('grosse', 'lodz', 'prodazhi', 'gu_ke')
    """
    ascii_name = anyascii(unicodedata.normalize("NFC", name))
    words = _NOT_A_WORD.sub("_", _WORD_START.sub("_", ascii_name).lower()).strip("_")
    if not words:
        return f"n{_digest(name)}"
    return shorten(f"n{words}" if words[0].isdigit() else words)


def shorten(name: str, length: int = MAX_ENTITY_LENGTH) -> str:
    """``name`` if it fits, else its beginning and a digest of the whole, ``length`` characters."""
    if len(name) <= length:
        return name
    return f"{name[: length - 9]}_{_digest(name)}"


def folder_name(name: str) -> str:
    """``name`` as a folder of its own: two names that differ never share one.

    Snake case alone would lay ``sales_x`` and ``sales__x`` into one folder. What snake case
    changes gets a digest of the whole behind a hyphen, which no name in snake case has.

    >>> folder_name("sales"), folder_name("Sales")
    ('sales', 'sales-8de4e0ea7370e4e6')
    """
    plain = snake_case(name)
    return plain if plain == name else f"{plain}-{_digest(name, 16)}"


def joined_name(*parts: str) -> str:
    """``parts`` as one name in snake case: two lists that differ never share one.

    >>> joined_name("sales", "x"), joined_name("sales_x")
    ('sales_x_b0903a5e09e89e15', 'sales_x_b92247ab31aaf151')
    """
    return f"{snake_case('_'.join(parts))}_{_digest(json.dumps(parts), 16)}"


def unique_names(names: Iterable[str]) -> list[str]:
    """``names`` in snake case, in order; a name already taken gets ``_2``, ``_3`` and so on.

    >>> unique_names(["Id", "ID", "id "])
    ['id', 'id_2', 'id_3']
    """
    taken: set[str] = set()
    result: list[str] = []
    for name in names:
        base = snake_case(name)
        candidate, number = base, 1
        while candidate in taken:
            number += 1
            candidate = f"{base}_{number}"
        taken.add(candidate)
        result.append(candidate)
    return result


def quote_identifier(name: str) -> str:
    """``name`` as one SQL identifier, always in backticks.

    >>> quote_identifier("odd`name")
    '`odd``name`'
    """
    return "`" + name.replace("`", "``") + "`"


def quote_name(*parts: str) -> str:
    """A multi-part name, each part quoted: ``quote_name("main", "retail")``."""
    return ".".join(quote_identifier(part) for part in parts)


def quote_literal(value: str) -> str:
    r"""``value`` as a Spark SQL string literal.

    Spark reads backslash escapes in string literals and replaces ``${…}`` before it parses, so
    backslash, quote, ``${`` and control characters are escaped.

    >>> quote_literal("it's")
    "'it\\'s'"
    """
    is_simple = value.isprintable() and "\\" not in value and "'" not in value
    escaped = value if is_simple else "".join(map(_escape, value))
    return "'" + escaped.replace("${", "\\u0024{") + "'"


def _escape(character: str) -> str:
    if character in "\\'":
        return "\\" + character
    if not character.isprintable():
        code = ord(character)
        return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
    return character


def _digest(text: str, length: int = 8) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]
