"""SQL that rows cannot break: guarded divisions, casts that give NULL, numbers wide enough.

Where an expression cannot be read, a bracket that does not close, it reads nothing and comes back
as it was: ``check_expression`` is what refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from operator import itemgetter

from medallion_core.errors import MedallionError
from medallion_core.text.sql.column_use import map_columns
from medallion_core.text.sql.edits import Edit, edited, read_if_possible, span_of
from medallion_core.text.sql.expression import Call, Cast, Expression, Span
from medallion_core.text.sql.names import type_name
from medallion_core.text.sql.reading import read
from medallion_core.text.tokens import Kind, tokens
from medallion_core.text.types import is_integer, read_type

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
_CASTS = frozenset(
    ["tinyint", "smallint", "int", "bigint", "float", "double", "date", "timestamp", "boolean"]
)
"""Functions that cast to the type that they are called after."""
_DIVIDING = re.compile("[/%]|div|mod", re.IGNORECASE)
"""All that divides is written with one of these; most SQL has none, and need not be read."""


@lru_cache(maxsize=16384)
def divides(sql: str) -> bool:
    """Whether a row could make it divide by zero, which fails.

    >>> divides("a / b"), divides("a / nullif(b, 0)"), divides("try_divide(a, b) || ' / '")
    (True, False, False)
    """
    if not _DIVIDING.search(sql):
        return False
    try:
        found = read(sql)
    except MedallionError:
        return True
    remainders = (call for call in found.calls if call.name == "mod")
    unguarded = any(not _is_guarded(found, call) for call in remainders)
    return unguarded or any(True for _ in _open_divisors(found))


def casts(sql: str) -> bool:
    """Whether it casts to a type that it names.

    >>> casts("try_cast(a AS INT)"), casts("a::int"), casts("'cast(a AS INT)'")
    (True, True, False)
    """
    return bool(read_if_possible(sql).types)


def guard_divisions(sql: str) -> str:
    """``sql`` with NULL instead of an error where something is divided by zero.

    >>> guard_divisions("amount / (quantity - returned) * 100 / 2")
    'amount / nullif((quantity - returned), 0) * 100 / 2'
    """
    found = read_if_possible(sql)
    edits: list[Edit] = []
    for start, end in _open_divisors(found):
        edits += [(start, start, "nullif("), (end, end, ", 0)")]
    edits += [
        (*span_of(call.parts[-1]), "try_mod")
        for call in found.calls
        if call.name == "mod" and not _is_guarded(found, call)
    ]
    return edited(sql, edits)


def tolerate_casts(sql: str) -> str:
    """``sql`` with NULL instead of an error where a value does not read as the type.

    >>> tolerate_casts("CAST(a AS INT) + b::int + year(to_date(c, 'yyyy'))")
    "try_cast(a AS INT) + try_cast(b AS int) + year(CAST(try_to_timestamp(c, 'yyyy') AS DATE))"
    """
    found = read_if_possible(sql)
    changes = [(call.span[1], _tolerant_call(call)) for call in found.calls]
    changes += [(cast.type_[1], _tolerant_cast(cast)) for cast in found.casts]
    inner_first = sorted(changes, key=itemgetter(0))
    return edited(sql, [edit for _, edits in inner_first for edit in edits])


def widen_integers(sql: str, types: Mapping[str, str], rows: Collection[str] = ()) -> str:
    """``sql`` with its integer columns as wide decimals, so that arithmetic does not overflow.

    ``types`` maps column names to types.

    >>> types = {"quantity": "int", "price": "decimal(9,2)"}
    >>> widen_integers("line.quantity * price", types, ["line"])
    'CAST(line.quantity AS DECIMAL(19, 0)) * price'
    """
    integers = [each for each, type_ in types.items() if is_integer(type_)]
    return map_columns(sql, integers, lambda text: f"CAST({text} AS DECIMAL(19, 0))", rows)


def replace_cast(sql: str, before: str, after: str) -> str:
    """``sql`` casting to the type ``after`` where it casts to ``before``.

    >>> replace_cast("CAST(a AS INT) + b::int + int", "int", "bigint")
    'CAST(a AS BIGINT) + b::BIGINT + int'
    """
    wanted = read_type(before)
    spans = [s for s in read_if_possible(sql).types if read_type(sql[slice(*s)]) == wanted]
    return edited(sql, [(*span, type_name(after)) for span in spans])


def _tolerant_call(call: Call) -> list[Edit]:
    function, place = call.name, span_of(call.parts[-1])
    if function == "to_date":
        return [(*place, "CAST(try_to_timestamp"), (call.close + 1, call.close + 1, " AS DATE)")]
    if function in _CASTS:
        return [(*place, "try_cast"), (call.close, call.close, f" AS {function.upper()}")]
    return [(*place, _TOLERANT[function])] if function in _TOLERANT else []


def _tolerant_cast(cast: Cast) -> list[Edit]:
    (start, end), (type_start, type_end) = cast.operand, cast.type_
    return [
        (start, start, "try_cast("),
        (end, type_start, " AS "),
        (type_end, type_end, ")"),
    ]


def _open_divisors(found: Expression) -> Iterator[Span]:
    """What is divided by and may be zero."""
    remainders = [call.arguments[-1] for call in found.calls if call.name == "pmod"]
    return (span for span in (*found.divisors, *remainders) if not _is_never_zero(found, span))


def _is_guarded(found: Expression, call: Call) -> bool:
    return bool(call.arguments) and _is_never_zero(found, call.arguments[-1])


def _is_never_zero(found: Expression, span: Span) -> bool:
    """Whether it is a number, or NULL in place of zero."""
    nullif = next((c for c in found.calls if c.span == span and c.name == "nullif"), None)
    if nullif is not None and len(nullif.arguments) == 2:
        return _number(found, nullif.arguments[1]) == "0"
    return _number(found, span) not in ("", "0")


def _number(found: Expression, span: Span) -> str:
    """The digits that count of the literal that stands there; empty for anything else."""
    *signs, last = tokens(found.text[slice(*span)])
    if last.kind is not Kind.NUMBER or any(sign.word not in ("-", "+") for sign in signs):
        return ""
    digits = last.text.lower().partition("e")[0].strip("lsydfb")
    return digits.replace(".", "").strip("0") or "0"
