"""Pieces of Python that templates put in a row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset, and the function that defines it."""

    name: str
    function: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """Python that means itself: a name of the file, a call."""

    text: str

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Call:
    """A method of a DataFrame or its reader. ``arguments`` are literals, or Code."""

    method: str
    arguments: tuple[object, ...]


def expr(expression: str) -> Code:
    """A column of Spark made by SQL."""
    return Code(f"F.expr({expression!r})")
