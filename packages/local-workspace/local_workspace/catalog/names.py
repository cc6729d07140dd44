"""Three-level names on Spark's one session catalog.

``main.retail.orders`` lives in Spark as ```main__retail`.`orders```. Names in SQL are replaced
where they stand in the text; the rest of the statement reaches Spark as it was written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection
from typing import NamedTuple

from local_workspace.catalog.relations import Chain, find_chains

_PLAIN_PAIR = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*__[a-z0-9]+(?:_[a-z0-9]+)*")
_PLAIN_TABLE = re.compile(r"\w+", re.ASCII)
_LONGEST_PLAIN = 200

_originals: dict[str, str] = {}
"""What each name that was given to Spark stands for, in backticks: for error messages."""


class TableName(NamedTuple):
    """Parts as written; two names are the same where their ``key`` is."""

    catalog: str
    schema: str
    table: str

    @property
    def key(self) -> str:
        """The name in lower case, as Unity Catalog keeps it."""
        return ".".join(self).lower()

    @property
    def quoted(self) -> str:
        return ".".join(map(quote, self))


Spell = Callable[[TableName], str]
"""How a table is called in the SQL that Spark sees."""


def quote(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def literal(value: str) -> str:
    """``value`` as a Spark SQL string literal.

    >>> print(literal("it's"))
    'it\\'s'
    """
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("$", "\\u0024")
    return "'" + escaped.replace("\n", "\\n") + "'"


def spark_schema(catalog: str, schema: str) -> str:
    """The name, without backticks, of the database that holds ``catalog.schema``."""
    pair = f"{catalog}__{schema}".lower()
    plain = _PLAIN_PAIR.fullmatch(pair) and pair.count("__") == 1 and len(pair) <= _LONGEST_PLAIN
    name = pair if plain else _digest(f"{catalog}.{schema}".lower())
    _originals[name] = f"{quote(catalog)}.{quote(schema)}"
    return name


def spark_name(name: TableName) -> str:
    """``name`` as Spark's session catalog has it, quoted.

    >>> spark_name(TableName("main", "retail", "Orders"))
    '`main__retail`.`orders`'
    """
    table = name.table.lower()
    if not (_PLAIN_TABLE.fullmatch(table) and len(table) <= _LONGEST_PLAIN):
        table = _digest(table)
        _originals[table] = quote(name.table)
    return f"{quote(spark_schema(name.catalog, name.schema))}.{quote(table)}"


def full_name(parts: tuple[str, ...], catalog: str, schema: str) -> TableName:
    """A name of one to three parts, completed. Raises ValueError for more."""
    if len(parts) > 3:
        raise ValueError(f"{'.'.join(parts)} has more than three parts")
    return TableName(*(catalog, schema)[: 3 - len(parts)], *parts)


def rewrite_sql(
    text: str,
    catalog: str,
    schema: str,
    spell: Spell = spark_name,
    local: Collection[str] = (),
) -> str:
    """``text`` with each table's name spelled for Spark.

    ``catalog`` and ``schema`` complete short names. ``local`` are names, in lower case, that the
    session has for itself (temporary views); common table expressions are seen in the text.

    >>> rewrite_sql("SELECT t.x, 'from a.b' FROM a.b.t, `c d`", "main", "dev")
    "SELECT t.x, 'from a.b' FROM `a__b`.`t`, `main__dev`.`n_b561f19fc16eaaacfc4cf029b14caa32`"
    """
    tables, columns = find_chains(text, local)
    names = [full_name(chain.parts, catalog, schema) for chain in tables]
    edits = [(chain, spell(name)) for chain, name in zip(tables, names, strict=True)]
    spelled = dict(zip(names, (edit[1] for edit in edits), strict=True))
    for chain in columns:
        found = _qualifier(chain, spelled)
        if found is not None:
            edits.append(found)
    return _apply(text, edits)


def original_names(message: str) -> str:
    """``message`` of Spark with the names that the person wrote."""
    message = message.replace("`spark_catalog`.", "").replace("spark_catalog.", "")
    return _SPARK_NAME.sub(_original, message)


_SPARK_NAME = re.compile(r"`?\b([a-z0-9_]+__[a-z0-9_]+|n_[0-9a-f]{32})\b`?")


def _original(match: re.Match[str]) -> str:
    quoted = _originals.get(match[1])
    if quoted is None:
        return match[0]
    return quoted if match[0].startswith("`") else quoted.replace("`", "")


def _qualifier(chain: Chain, spelled: dict[TableName, str]) -> tuple[Chain, str] | None:
    """How the table before a column's name is spelled, where the column is written with one."""
    parts = tuple(part.lower() for part in chain.parts)
    for name, spelling in spelled.items():
        full = tuple(part.lower() for part in name)
        if parts[:3] == full and chain.qualifies(3):
            return chain.head(3), spelling
        if parts[:2] == full[1:] and chain.qualifies(2):
            return chain.head(2), spelling
        renamed = not spelling.endswith(quote(full[2]))
        if parts[:1] == full[2:] and renamed and chain.qualifies(1):
            return chain.head(1), spelling
    return None


def _apply(text: str, edits: list[tuple[Chain, str]]) -> str:
    pieces, position = [], 0
    for chain, replacement in sorted(edits, key=lambda edit: edit[0].start):
        pieces += [text[position : chain.start], replacement]
        position = chain.end
    return "".join([*pieces, text[position:]])


def _digest(text: str) -> str:
    return "n_" + hashlib.sha256(text.encode()).hexdigest()[:32]
