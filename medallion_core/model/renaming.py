"""What becomes of the names in a design: they are changed, or what needs them goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Protocol, TypeVar


class Gone(Exception):  # noqa: N818
    """A name that there is no longer: the smallest part that needs it goes with it."""


class Names(Protocol):
    """What the names in a design become: each method gives what to write, or raises Gone.

    Every part of a design has a method ``renamed`` that asks for each of its names. An entity is
    asked for, and told, by the name that it had before.
    """

    def entity(self, name: str) -> str: ...

    def table(self, name: str) -> str:
        """Of a gold table."""
        ...

    def columns(self, entity: str, names: tuple[str, ...]) -> tuple[str, ...]:
        """Of silver columns of ``entity``."""
        ...

    def condition(self, entity: str, text: str) -> str:
        """Of SQL over the silver row of ``entity``."""
        ...

    def expression(self, entity: str, text: str, rows: Mapping[str, str]) -> str:
        """Of SQL over a row of ``entity``, and over qualified rows, whose entities ``rows`` has."""
        ...


Part = TypeVar("Part")


def each_left(parts: Iterable[Part], renamed: Callable[[Part], Part]) -> tuple[Part, ...]:
    """``parts``, each ``renamed``, without those that need what is gone."""
    return tuple(_each_left(parts, renamed))


def _each_left(parts: Iterable[Part], renamed: Callable[[Part], Part]) -> Iterator[Part]:
    for part in parts:
        with suppress(Gone):
            yield renamed(part)


def columns_left(names: Names, entity: str, columns: Iterable[str]) -> tuple[str, ...]:
    """``columns`` of ``entity`` as they are called, without those that are gone."""
    return each_left(columns, lambda column: column_named(names, entity, column))


def column_named(names: Names, entity: str, column: str) -> str:
    """What one column of ``entity`` is called; no column stays none. Raises Gone."""
    return names.columns(entity, (column,))[0] if column else ""


def unless_gone(renamed: Callable[[], Part], otherwise: Part) -> Part:
    try:
        return renamed()
    except Gone:
        return otherwise
