"""Pieces of Python that code is put together from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """Python that means itself: a name of the file, a call."""

    text: str

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Sql:
    """SQL, written as a literal and laid out where it is too long for a line."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A method of a DataFrame or its reader. ``arguments`` are literals, Code or Sql."""

    method: str
    arguments: tuple[object, ...]
