"""The columns that SQL reads: asked for, named anew, qualified.

Where an expression cannot be read, a bracket that does not close, it reads nothing and comes back
as it was: ``check_expression`` is what refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

from medallion_core.text.identifiers import quote_identifier
from medallion_core.text.sql.edits import Edit, edited, read_if_possible, span_of
from medallion_core.text.sql.expression import Column
from medallion_core.text.sql.names import column, name, string
from medallion_core.text.tokens import Kind, Token, tokens

_PLAIN = re.compile(
    r"(?:[\w\s,()*+<=>] | (?<=\w)\.(?=[a-z_]) | (?<=\d)\.(?=\d) | -(?![->]))*",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
"""Names, numbers and marks: nothing quoted, no comment, no name that a lambda binds."""

_QUALIFIED = re.compile(
    r"(?<![\w.])([a-z_]\w*+)\.([a-z_]\w*+)(?:\.\w++)*+(?!\s*\()", re.ASCII | re.IGNORECASE
)
"""A column in plain SQL, up to its fields; what a bracket follows is a function."""

_BARE = re.compile(r"\w+(?:\.\w+)*", re.ASCII)
"""Most names of tables."""


def columns(sql: str, rows: Collection[str] = ()) -> list[str]:
    """The columns that ``sql`` reads, each once, unquoted. ``rows`` are the aliases that may
    qualify them.

    >>> columns("coalesce(line.`Net`, 0) * rate * address.zip", ["line"])
    ['Net', 'rate', 'address']
    """
    found = [_column(each, rows).value for each in read_if_possible(sql).columns]
    return list(dict.fromkeys(found))


def reads(sql: str, wanted: str, rows: Collection[str] = (), maps: Collection[str] = ()) -> bool:
    """Whether ``sql`` reads the column, or asks one of ``maps`` for its name.

    >>> reads("NOT map_contains_key(_uncast, 'net')", "net", maps=["_uncast"])
    True
    """
    return any(
        _is(_column(each, rows), wanted) or _is_key(each, wanted, maps)
        for each in read_if_possible(sql).columns
    )


def mentioned(sql: str) -> list[tuple[str, str]]:
    """The qualified columns of ``sql`` in order, each as alias and name.

    >>> mentioned("coalesce(line.price, 0) * header.`Odd Rate`")
    [('line', 'price'), ('header', 'Odd Rate')]
    """
    if _PLAIN.fullmatch(sql):
        return _QUALIFIED.findall(sql)
    found = (each.parts for each in read_if_possible(sql).columns)
    return [(parts[0].value, parts[1].value) for parts in found if len(parts) > 1]


def plain_name(sql: str) -> tuple[str, ...]:
    """The parts of the name that ``sql`` is; empty where it is more than a column.

    >>> plain_name("line.`Net`"), plain_name("net + 1")
    (('line', 'Net'), ())
    """
    found = read_if_possible(sql).columns
    is_all = len(found) == 1 and len(tokens(sql)) == 2 * len(found[0].parts) - 1
    return tuple(part.value for part in found[0].parts) if is_all else ()


def name_parts(text: str) -> tuple[str, ...]:
    """The parts of a name as messages print it: in backticks, or as it is.

    >>> name_parts("`main`.`odd.schema`.t"), name_parts("main.odd schema.t")
    (('main', 'odd.schema', 't'), ('main', 'odd schema', 't'))
    """
    if _BARE.fullmatch(text):
        return tuple(text.split("."))
    return plain_name(text) or tuple(part.strip("`") for part in text.split("."))


def rename(
    sql: str,
    names: Mapping[str, str],
    *,
    rows: Mapping[str, Mapping[str, str]] | None = None,
    maps: Collection[str] = (),
) -> str:
    """``sql`` with columns named anew, in backticks where they were or where that is needed.

    ``rows`` are the aliases that may qualify columns, each with the names of its own; a column
    without one follows ``names``, and so does what ``maps`` are asked for.

    >>> rename("qty > 0 AND `qty` <> line.qty", {"qty": "group"}, rows={"line": {"qty": "n"}})
    '`group` > 0 AND `group` <> line.n'
    """
    by_row = {alias.lower(): _folded(theirs) for alias, theirs in (rows or {}).items()}
    own = _folded(names)
    edits: list[Edit] = []
    for each in read_if_possible(sql).columns:
        token = _column(each, by_row)
        known = own if token is each.parts[0] else by_row[each.parts[0].value.lower()]
        if token.value.lower() in known:
            edits.append(_renamed(token, known[token.value.lower()]))
        edits += [
            (*span_of(each.key), string(new))
            for old, new in names.items()
            if each.key and _is_key(each, old, maps)
        ]
    return edited(sql, edits)


def qualify(sql: str, names: Collection[str], alias: str, rows: Collection[str] = ()) -> str:
    """``sql`` with every unqualified column among ``names`` put under ``alias``. ``rows`` are the
    aliases that may qualify columns already.

    >>> qualify("price * (1 - line.discount)", {"price", "discount"}, "line", ["line"])
    'line.price * (1 - line.discount)'
    """
    known = {each.lower() for each in names}
    own = [
        _column(each, rows)
        for each in read_if_possible(sql).columns
        if not _is_qualified(each, rows)
    ]
    edits = [(*span_of(t), column(alias, t.value)) for t in own if t.value.lower() in known]
    return edited(sql, edits)


def requalify(sql: str, rows: Mapping[str, str]) -> str:
    """``sql`` with the alias that qualifies a column replaced by what ``rows`` have for it.

    >>> requalify("line.line * coalesce(header.rate, rate)", {"line": "sales", "header": "orders"})
    'sales.line * coalesce(orders.rate, rate)'
    """
    by_row = {before.lower(): after for before, after in rows.items()}
    found = [c.parts[0] for c in read_if_possible(sql).columns if _is_qualified(c, by_row)]
    return edited(sql, [(*span_of(row), by_row[row.value.lower()]) for row in found])


def map_columns(
    sql: str, names: Collection[str], change: Callable[[str], str], rows: Collection[str] = ()
) -> str:
    """``sql`` with ``change`` applied to each of the columns ``names``, as it is written there.

    >>> map_columns("sum(line.a) + b", ["a"], lambda name: f"abs({name})", ["line"])
    'sum(abs(line.a)) + b'
    """
    known = {each.lower() for each in names}
    found = [c for c in read_if_possible(sql).columns if _column(c, rows).value.lower() in known]
    return edited(sql, [(*c.span, change(sql[slice(*c.span)])) for c in found])


def _is_qualified(found: Column, rows: Collection[str]) -> bool:
    return len(found.parts) > 1 and _is_one(found.parts[0], rows)


def _column(found: Column, rows: Collection[str]) -> Token:
    """The part that names the column: the second behind an alias."""
    return found.parts[_is_qualified(found, rows)]


def _is_key(found: Column, wanted: str, maps: Collection[str]) -> bool:
    if found.key is None or not _is_one(found.parts[-1], maps):
        return False
    return found.key.text in (string(wanted), f"'{wanted}'", f'"{wanted}"')


def _renamed(token: Token, new: str) -> Edit:
    return (*span_of(token), quote_identifier(new) if token.kind is Kind.QUOTED else name(new))


def _is_one(token: Token, names: Collection[str]) -> bool:
    return token.value.lower() in {each.lower() for each in names}


def _is(token: Token, wanted: str) -> bool:
    return token.value.lower() == wanted.lower()


def _folded(names: Mapping[str, str]) -> dict[str, str]:
    return {before.lower(): after for before, after in names.items()}
