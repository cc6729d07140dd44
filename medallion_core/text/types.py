"""Types as Unity Catalog prints them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from medallion_core.errors import MedallionError

_FIELD = re.compile(r"\s*(?:`((?:[^`]|``)+)`|([^\s:`]+))(?:\s*:\s*|\s+)(\S.*?)\s*", re.DOTALL)
_AFTER_TYPE = re.compile(r"\s+(NOT\s+NULL|COMMENT\s+.*)$", re.IGNORECASE | re.DOTALL)
_WORD_IN_TYPE = re.compile(r"`(?:[^`]|``)+`|\w+\s*:|(?P<type>\w+)")
_STRUCT = re.compile(r"\s*STRUCT\s*<(.*)>\s*", re.IGNORECASE | re.DOTALL)

FLOATING = {"float": "2.5E-7", "real": "2.5E-7", "double": "1E-12"}
"""Floating types, and what part of a number may be the noise of its last bits: two of the 24 bits
of a float, what a few thousand additions leave in a double."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a DDL string, or a field of a struct."""

    name: str
    type: str


def ddl_columns(schema: str) -> list[Field]:
    """The columns of ``a BIGINT, b STRUCT<c: INT>`` or of ``STRUCT<a: BIGINT, …>``.

    >>> [(column.name, column.type) for column in ddl_columns("`a b` INT, c MAP<STRING, INT>")]
    [('a b', 'int'), ('c', 'map<string, int>')]
    """
    inner = _STRUCT.fullmatch(schema)
    return [_ddl_column(part) for part in _split(inner.group(1) if inner else schema)]


def _ddl_column(text: str) -> Field:
    field = _FIELD.fullmatch(text)
    if not field:
        raise _invalid(f"{text.strip()!r} is no column with a type.")
    quoted, plain, kind = field.groups()
    while _AFTER_TYPE.search(kind):
        kind = _AFTER_TYPE.sub("", kind)
    return Field(quoted.replace("``", "`") if quoted else plain, _lower_types(kind))


def _lower_types(kind: str) -> str:
    """The type in lower case, but for the names of nested fields, which JSON tells apart."""
    return _WORD_IN_TYPE.sub(
        lambda match: match["type"].lower() if match["type"] else match[0], kind
    )


def _split(schema: str) -> Iterator[str]:
    """At the commas that stand outside of brackets, quotes and backticks."""
    depth, quote, part = 0, "", ""
    for character in schema:
        if quote:
            quote = "" if character == quote else quote
        elif character in "`'\"":
            quote = character
        else:
            depth += (character in "<(") - (character in ">)")
        if character == "," and not depth and not quote:
            yield part
            part = ""
        else:
            part += character
    if part.strip():
        yield part


def fields_of(type_: str) -> list[Field]:
    """The fields of a struct; none for any other type.

    >>> [(field.name, field.type) for field in fields_of("struct<id:bigint,to:struct<zip:int>>")]
    [('id', 'bigint'), ('to', 'struct<zip:int>')]
    """
    return ddl_columns(type_) if type_.lower().startswith("struct<") else []


def type_at(type_: str, path: tuple[str, ...]) -> str:
    """The type of the field that ``path`` leads to; empty where there is none."""
    for name in path:
        type_ = next((field.type for field in fields_of(type_) if field.name == name), "")
    return type_


def _invalid(problem: str) -> MedallionError:
    return MedallionError(
        "SCHEMA_INVALID",
        problem,
        "Write columns as NAME TYPE: order_id BIGINT, amount DECIMAL(12,2); Avro as its record.",
    )
