"""Reads ``schema="…"``: columns for Spark's parser, and the clauses that only Databricks has."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pyspark.sql.types import ArrayType, DataType, MapType, StructType

from local_workspace.catalog.errors import SqlError
from local_workspace.catalog.names import quote

_TOKEN = re.compile(
    r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.)*\"|`(?:[^`]|``)*`|\w+|\s+|.", re.DOTALL
)
_OPEN, _CLOSE, _COMMA = "(<", ")>", ","
_NAME = r"(`(?:[^`]|``)*`|\w+)"
_PART = re.compile(r"\s*(?:`((?:[^`]|``)*)`|([^.`]+?))\s*(?:\.|$)")
_CONSTRAINT = re.compile(
    rf"(?:CONSTRAINT\s+{_NAME}\s+)?(PRIMARY\s+KEY|FOREIGN\s+KEY|UNIQUE)\s*\(([^)]*)\)\s*(.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_KEYS = {("PRIMARY", "KEY"), ("FOREIGN", "KEY"), ("UNIQUE", "(")}
_REFERENCES = re.compile(
    rf"REFERENCES\s+(?P<parent>{_NAME}(?:\.{_NAME})*)\s*(?:\((?P<columns>[^)]*)\))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Constraint:
    """A declared key: PRIMARY KEY, FOREIGN KEY or UNIQUE. ``parent`` is the name as written, in
    parts; empty for any but a foreign key."""

    name: str
    kind: str
    columns: tuple[str, ...]
    parent: tuple[str, ...] = ()
    parent_columns: tuple[str, ...] = ()


@dataclass(slots=True)
class ParsedDdl:
    """``columns`` is what Spark's own parser reads."""

    columns: str = ""
    constraints: tuple[Constraint, ...] = ()
    masks: dict[str, str] = field(default_factory=dict)
    generated: dict[str, str] = field(default_factory=dict)


def parse_ddl(text: str) -> ParsedDdl:
    """Splits a schema string. Raises SqlError for a constraint that it cannot read.

    >>> parse_ddl("id BIGINT NOT NULL, CONSTRAINT pk PRIMARY KEY(id)").constraints
    (Constraint(name='pk', kind='PRIMARY KEY', columns=('id',), parent=(), parent_columns=()),)
    """
    parsed = ParsedDdl()
    columns: list[str] = []
    for item in _items(text):
        words = [token.upper() for token in item if token.strip()][:2]
        if words and (words[0] == "CONSTRAINT" or tuple(words) in _KEYS):
            parsed.constraints += (_constraint("".join(item).strip()),)
        elif words:
            columns.append(_column(item, parsed))
    parsed.columns = ", ".join(columns)
    return parsed


def split_name(name: str) -> list[str]:
    """Splits ``catalog.schema.table``; parts may be quoted with backticks.

    >>> split_name("main.`a``b`.t")
    ['main', 'a`b', 't']
    """
    parts, position = [], 0
    while position < len(name):
        found = _PART.match(name, position)
        if not found:
            raise SqlError("PARSE_SYNTAX_ERROR", f"Syntax error in name '{name}'.", "42601")
        quoted, plain = found.groups()
        parts.append(plain if quoted is None else quoted.replace("``", "`"))
        position = found.end()
    if not parts:
        raise SqlError("PARSE_SYNTAX_ERROR", "A table name is empty.", "42601")
    return parts


def type_ddl(kind: DataType) -> str:
    """A type as Spark's DDL in lower case; names of nested fields are quoted where they must be.

    >>> from pyspark.sql.types import IntegerType
    >>> type_ddl(StructType().add("a b", IntegerType()))
    'struct<`a b`:int>'
    """
    if isinstance(kind, StructType):
        fields = (f"{_field(field.name)}:{type_ddl(field.dataType)}" for field in kind.fields)
        return f"struct<{','.join(fields)}>"
    if isinstance(kind, ArrayType):
        return f"array<{type_ddl(kind.elementType)}>"
    if isinstance(kind, MapType):
        return f"map<{type_ddl(kind.keyType)},{type_ddl(kind.valueType)}>"
    return kind.simpleString()


def _field(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_]\w*", name) else quote(name)


def _items(text: str) -> list[list[str]]:
    """Tokens of each item between top-level commas; strings and quoted names are one token."""
    items: list[list[str]] = [[]]
    depth = 0
    for token in _TOKEN.findall(text):
        depth += (token in _OPEN) - (token in _CLOSE) if len(token) == 1 else 0
        if token == _COMMA and depth == 0:
            items.append([])
        else:
            items[-1].append(token)
    return items


def _column(tokens: list[str], parsed: ParsedDdl) -> str:
    """The column for Spark: name, type, NOT NULL, COMMENT. The other clauses go to ``parsed``."""
    name = _unquote(next(token for token in tokens if token.strip()))
    text, rest = "", tokens
    while rest:
        word = rest[0].upper()
        if word == "MASK":
            parsed.masks[name], rest = _mask(rest[1:])
        elif word == "GENERATED":
            parsed.generated[name], rest = _generated(rest[1:])
        elif word == "PRIMARY" and text.strip() != "":
            parsed.constraints += (Constraint("", "PRIMARY KEY", (name,)),)
            rest = rest[[token.upper() for token in rest].index("KEY") + 1 :]
        else:
            text, rest = text + rest[0], rest[1:]
    return text.strip()


def _mask(tokens: list[str]) -> tuple[str, list[str]]:
    """``MASK function [USING COLUMNS (…)]``; ends at COMMENT or NOT."""
    end = next((i for i, t in enumerate(tokens) if t.upper() in ("COMMENT", "NOT")), len(tokens))
    return "".join(tokens[:end]).strip(), tokens[end:]


def _generated(tokens: list[str]) -> tuple[str, list[str]]:
    """``GENERATED ALWAYS AS (expression)``; identity columns are refused."""
    text = "".join(tokens)
    if re.match(r"\s+(ALWAYS|BY\s+DEFAULT)\s+AS\s+IDENTITY", text, re.IGNORECASE):
        raise SqlError(
            "UNSUPPORTED_IDENTITY", "The local workspace has no identity columns.", "0A000"
        )
    start, depth = tokens.index("("), 0
    for end in range(start, len(tokens)):
        depth += (tokens[end] == "(") - (tokens[end] == ")")
        if depth == 0:
            return "".join(tokens[start + 1 : end]), tokens[end + 1 :]
    raise SqlError("PARSE_SYNTAX_ERROR", "GENERATED ALWAYS AS has no end.", "42601")


def _constraint(text: str) -> Constraint:
    found = _CONSTRAINT.match(text)
    if not found:
        raise SqlError("PARSE_SYNTAX_ERROR", f"Syntax error in '{text}'.", "42601")
    name, kind, columns, rest = found.groups()
    parent = _REFERENCES.match(rest)
    kind = " ".join(kind.upper().split())
    if kind == "FOREIGN KEY" and not parent:
        raise SqlError("PARSE_SYNTAX_ERROR", f"Syntax error in '{text}'.", "42601")
    return Constraint(
        _unquote(name or ""),
        kind,
        _names(columns),
        tuple(split_name(parent["parent"])) if parent else (),
        _names(parent["columns"] or "") if parent else (),
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(_unquote(name) for name in re.findall(_NAME, text))


def _unquote(name: str) -> str:
    return name[1:-1].replace("``", "`") if name.startswith("`") else name
