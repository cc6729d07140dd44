"""Types as Databricks' grammar has them, read from the tokens of SQL.

https://docs.databricks.com/aws/en/sql/language-manual/sql-ref-datatypes
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from medallion_core.errors import MedallionError
from medallion_core.text.identifiers import quote_identifier
from medallion_core.text.tokens import END, Cursor, Kind, Token, tokens

_ALIASES = {
    "byte": "tinyint",
    "short": "smallint",
    "integer": "int",
    "long": "bigint",
    "real": "float",
    "dec": "decimal",
    "numeric": "decimal",
    "character": "char",
    "timestamp_ltz": "timestamp",
}
_NESTED = {"array": 1, "map": 2}
_PLAIN_TYPES = """
    tinyint smallint int bigint decimal float double boolean binary string char varchar date time
    timestamp timestamp_ntz interval variant void object geometry geography
"""
_PLAIN = frozenset(_PLAIN_TYPES.split())
_NUMBERS = {"decimal": 2, "char": 1, "varchar": 1, "time": 1, "geometry": 1, "geography": 1}
"""How many numbers in brackets a type takes at most."""

_UNITS = frozenset({"year", "month", "day", "hour", "minute", "second"})
MAX_PRECISION = 38
"""Digits that a decimal has at most."""

_MAX_DEPTH = 50
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a DDL string, or a field of a struct; ``type`` as the catalog prints it."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Type:
    """``family`` is the type's name alone, ``text`` all of it as the catalog prints it, with odd
    names in backticks. ``numbers`` stand in its brackets, ``fields`` in those of a struct."""

    family: str
    text: str
    numbers: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()


@lru_cache(maxsize=16384)
def read_type(text: str) -> Type:
    """Raises MedallionError TYPE_INVALID for what is not one type and nothing else.

    >>> read_type("STRUCT<a: DECIMAL(12, 2), `b c` ARRAY<INT>>").text
    'struct<a:decimal(12,2),`b c`:array<int>>'
    """
    try:
        reader = TypeReader(text, tokens(text))
        found = reader.type()
        reader.expect("")
    except MedallionError as error:
        raise _invalid(error.message) from error
    return found


def check_type(text: str) -> str:
    """``text`` as the catalog would print it. Raises as ``read_type``."""
    return read_type(text).text


class TypeReader(Cursor):
    """Reads types from the tokens of a text."""

    _depth = 0

    def type(self) -> Type:
        token = self.take()
        name = _ALIASES.get(token.word, token.word)
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise _invalid("The type is nested too deep.")
        found = self._nested(name) or self._plain(name, token)
        self._depth -= 1
        return found

    def fields(self) -> tuple[Field, ...]:
        """Names with their types, up to what is no comma."""
        found = [self._field()]
        while self.accepts(","):
            found.append(self._field())
        return tuple(found)

    def expect(self, word: str) -> None:
        """Takes ``word``, empty for the end."""
        if self.peek().word != word or (not word and self.peek() is not END):
            wanted = f"{word!r} is missing" if word else "It is not one type"
            raise _invalid(f"{wanted} at {self.peek().text!r} in {self.text[:80]!r}.")
        self.at += 1

    def _nested(self, name: str) -> Type | None:
        if name == "struct":
            fields = () if self.accepts("<>") else self._struct_fields()
            inner = ",".join(f"{_printed(field.name)}:{field.type}" for field in fields)
            return Type(name, f"struct<{inner}>", fields=fields)
        if name in _NESTED:
            self.expect("<")
            inner = self.type().text
            for _ in range(_NESTED[name] - 1):
                self.expect(",")
                inner += f",{self.type().text}"
            self.expect(">")
            return Type(name, f"{name}<{inner}>")
        return None

    def _struct_fields(self) -> tuple[Field, ...]:
        self.expect("<")
        found = self.fields()
        self.expect(">")
        return found

    def _plain(self, name: str, token: Token) -> Type:
        if name not in _PLAIN:
            raise _invalid(f"{token.text!r} is not a type of Unity Catalog.")
        most = _NUMBERS.get(name, 0)
        numbers = self._numbers() if most else ()
        if name == "decimal":
            numbers = _decimal_digits(numbers)
        if len(numbers) > most:
            raise _invalid(f"{name} does not take {len(numbers)} numbers.")
        text = f"{name}({','.join(numbers)})" if numbers else name
        return Type(name, text + self._rest(name), numbers)

    def _numbers(self) -> tuple[str, ...]:
        if not self.accepts("("):
            return ()
        found = [self.take()]
        while self.accepts(","):
            found.append(self.take())
        self.expect(")")
        if any(not token.text.isdecimal() and token.word != "any" for token in found):
            raise _invalid(f"No number of digits in {self.text[:80]!r}.")
        return tuple(token.text.lower() for token in found)

    def _rest(self, name: str) -> str:
        """The collation of a text, from what to what an interval counts."""
        if name in ("string", "char", "varchar") and self.accepts("collate"):
            return f" collate {_printed(self._take_name().value)}"
        if name == "interval" and self.peek().word in _UNITS:
            first = self.take().word
            return f" {first} to {self._unit()}" if self.accepts("to") else f" {first}"
        return ""

    def _unit(self) -> str:
        if self.peek().word not in _UNITS:
            raise _invalid(f"{self.peek().text!r} is not a unit of an interval.")
        return self.take().word

    def _field(self) -> Field:
        first = self.take()
        while self._colon_follows():
            self.take()
        last = self.tokens[self.at - 1]
        name = first.value if first is last else self.text[first.start : last.end]
        if not self.accepts(":") and not first.is_name:
            raise _invalid(f"{first.text!r} is not the name of a column.")
        if self.peek() is END or self.peek().word == ",":
            raise _invalid(f"{name!r} is not a column with a type.")
        found = Field(name, self.type().text)
        self._skip_constraints()
        return found

    def _colon_follows(self) -> bool:
        """Whether the name goes on: the catalog prints odd names as they are, up to a colon."""
        for token in self.tokens[self.at :]:
            if token.word in (":", ",", "<", ">", "(", ""):
                return token.word == ":" and token is not self.peek()
        return False

    def _skip_constraints(self) -> None:
        while True:
            if self.accepts("not"):
                self.expect("null")
            elif self.accepts("comment"):
                if self.take().kind is not Kind.STRING:
                    raise _invalid("A comment is a text in quotes.")
            else:
                return

    def _take_name(self) -> Token:
        if not self.peek().is_name:
            raise _invalid(f"A name is missing at {self.peek().text!r}.")
        return self.take()


def _decimal_digits(numbers: tuple[str, ...]) -> tuple[str, ...]:
    precision, scale = (*numbers, *("10", "0")[len(numbers) :])[:2]
    if not (precision + scale).isdecimal() or not int(scale) <= int(precision) <= MAX_PRECISION:
        raise _invalid(f"A decimal has at most {MAX_PRECISION} digits.")
    return (precision, scale, *numbers[2:])


def _printed(name: str) -> str:
    return name if _PLAIN_NAME.fullmatch(name) else quote_identifier(name)


def _invalid(problem: str) -> MedallionError:
    return MedallionError("TYPE_INVALID", problem, "Write a type such as BIGINT or DECIMAL(12, 2).")
