"""What follows from a type of Unity Catalog.

A type is written as the catalog prints it, in lower case: ``decimal(12,2)``, ``map<string,int>``.
"""

from __future__ import annotations

import re
from functools import lru_cache

from medallion_core.errors import MedallionError
from medallion_core.text.tokens import tokens
from medallion_core.text.type_grammar import (
    MAX_PRECISION,
    Field,
    Type,
    TypeReader,
    check_type,
    read_type,
)

__all__ = ["MAX_PRECISION", "Field", "Type", "check_type", "read_type"]

INTEGERS = ("tinyint", "smallint", "int", "bigint")
"""From narrow to wide."""

FLOATING = {"float": "2.5E-7", "real": "2.5E-7", "double": "1E-12"}
"""Floating types, and what part of a number may be the noise of its last bits: two of the 24 bits
of a float, what a few thousand additions leave in a double."""

_TEMPORAL = frozenset({"date", "timestamp", "timestamp_ntz"})
_TEXTS = frozenset({"string", "varchar", "char"})
# A cast from one to another of these loses nothing.
_WIDER = {
    "tinyint": {"smallint", "int", "bigint", "float", "double"},
    "smallint": {"int", "bigint", "float", "double"},
    "int": {"bigint", "double"},
    "float": {"double"},
    "date": {"timestamp", "timestamp_ntz"},
}

_COLUMNS_HINT = (
    "Write columns as NAME TYPE: order_id BIGINT, amount DECIMAL(12,2); Avro as its record."
)


_NAME_OR_WORD = re.compile(r"(`(?:[^`]|``)*`|\w+(?=\s*:))|\w+")


def as_printed(type_: str) -> str:
    """A type in lower case, but for the names of fields: they keep theirs.

    >>> as_printed("STRUCT<Id: BIGINT, `Zip Code`: DECIMAL(5,0)>")
    'struct<Id: bigint, `Zip Code`: decimal(5,0)>'
    """
    return _NAME_OR_WORD.sub(lambda found: found[1] or found[0].lower(), type_)


@lru_cache(maxsize=16384)
def family(type_: str) -> str:
    """The type's name without what stands in its brackets; empty for text that is no type.

    >>> family("decimal(12,2)"), family("string collate UNICODE"), family("array<int>")
    ('decimal', 'string', 'array')
    """
    try:
        return read_type(type_).family
    except MedallionError:
        return ""


def is_integer(type_: str) -> bool:
    return family(type_) in INTEGERS


def is_floating(type_: str) -> bool:
    return family(type_) in FLOATING


def is_number(type_: str) -> bool:
    return is_integer(type_) or is_floating(type_) or family(type_) == "decimal"


def is_temporal(type_: str) -> bool:
    """Whether it is a date or a timestamp: each of them compares with each."""
    return family(type_) in _TEMPORAL


def is_text(type_: str) -> bool:
    return family(type_) in _TEXTS


def can_cluster(type_: str) -> bool:
    """Whether liquid clustering takes columns of the type."""
    return is_number(type_) or is_temporal(type_) or is_text(type_)


def digits(type_: str) -> tuple[int, int]:
    """A decimal's digits, and how many of them are behind the point; (0, 0) for another type.

    >>> digits("decimal(12,2)"), digits("decimal"), digits("int")
    ((12, 2), (10, 0), (0, 0))
    """
    if family(type_) != "decimal":
        return 0, 0
    precision, scale = read_type(type_).numbers
    return int(precision), int(scale)


def decimal(precision: int, scale: int) -> str:
    """A decimal, of at most the digits that there may be."""
    return f"decimal({min(precision, MAX_PRECISION)},{scale})"


def keeps_all(before: str, after: str) -> bool:
    """Whether every value of the type ``before`` is one of ``after``, too."""
    return family(after) in _WIDER.get(family(before), ())


_INTEGER_DIGITS = {"tinyint": 3, "smallint": 5, "int": 10, "bigint": 20}
"""Digits of the decimals that Spark takes them for beside another decimal."""

KEPT_SCALE = 6
"""Digits behind the point that no product rounds off."""

FEWEST_WHOLE_DIGITS = 6
"""Digits before the point that each factor of a product keeps at least."""


def as_decimal(type_: str) -> str:
    """The decimal that an exact number is taken for beside another one.

    >>> as_decimal("int"), as_decimal("decimal(12,2)")
    ('decimal(10,0)', 'decimal(12,2)')
    """
    whole = _INTEGER_DIGITS.get(family(type_))
    return decimal(whole, 0) if whole else decimal(*digits(type_))


def factor_types(one: str, other: str) -> tuple[str, str] | None:
    """The types to multiply two numbers as, so that no digit of the product is rounded off; None
    where there are none. Of decimals that are too wide for this, each gives up digits before its
    point: a number that has them is refused, not changed.

    Of a product with more digits than there may be Spark keeps six behind the point:
    https://spark.apache.org/docs/latest/sql-ref-datatypes.html.

    >>> factor_types("int", "int"), factor_types("int", "decimal(12,2)")
    (('bigint', 'bigint'), ('decimal(10,0)', 'decimal(12,2)'))
    >>> factor_types("decimal(38,10)", "decimal(18,2)")
    ('decimal(22,10)', 'decimal(14,2)')
    """
    if is_floating(one) or is_floating(other):
        return "double", "double"
    if is_integer(one) and is_integer(other):
        return "bigint", "bigint"
    decimals = as_decimal(one), as_decimal(other)
    (wide, scale), (other_wide, other_scale) = map(digits, decimals)
    if wide + other_wide < MAX_PRECISION or scale + other_scale <= KEPT_SCALE:
        return decimals
    whole = (MAX_PRECISION - 1 - scale - other_scale) // 2
    if whole < FEWEST_WHOLE_DIGITS:
        return None
    narrow = min(wide, whole + scale), min(other_wide, whole + other_scale)
    return decimal(narrow[0], scale), decimal(narrow[1], other_scale)


def product_type(one: str, other: str) -> str:
    """The type of the product of two ``factor_types``.

    >>> product_type("decimal(10,0)", "decimal(12,2)"), product_type("bigint", "bigint")
    ('decimal(22,2)', 'bigint')
    """
    if family(one) != "decimal":
        return one
    known = (digits(one), digits(other))
    return decimal(sum(precision for precision, _ in known), sum(scale for _, scale in known))


def sum_type(type_: str) -> str:
    """The type of a sum, as Spark has it: a decimal gets ten more digits."""
    precision, scale = digits(type_)
    if precision:
        return decimal(precision + 10, scale)
    return "double" if is_floating(type_) else "bigint"


def fields_of(type_: str) -> list[Field]:
    """The fields of a struct; none for any other type.

    >>> [(field.name, field.type) for field in fields_of("struct<id:bigint,to:struct<zip:int>>")]
    [('id', 'bigint'), ('to', 'struct<zip:int>')]
    """
    return list(read_type(type_).fields) if family(type_) == "struct" else []


def type_at(type_: str, path: tuple[str, ...]) -> str:
    """The type of the field that ``path`` leads to; empty where there is none."""
    for name in path:
        type_ = next((field.type for field in fields_of(type_) if field.name == name), "")
    return type_


def ddl_columns(schema: str) -> list[Field]:
    """The columns of ``a BIGINT, b STRUCT<c: INT>`` or of ``STRUCT<a: BIGINT, …>``.

    Raises MedallionError SCHEMA_INVALID.

    >>> [(column.name, column.type) for column in ddl_columns("`a b` INT, c MAP<STRING, INT>")]
    [('a b', 'int'), ('c', 'map<string,int>')]
    """
    try:
        found = tokens(schema)
        if [token.word for token in found[:2]] == ["struct", "<"]:
            return fields_of(check_type(schema))
        reader = TypeReader(schema, found)
        fields = reader.fields() if found else ()
        reader.expect("")
    except MedallionError as error:
        raise MedallionError("SCHEMA_INVALID", error.message, _COLUMNS_HINT) from error
    return list(fields)
