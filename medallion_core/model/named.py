"""Parts that have a name: found at one look, and put in the place of those that have it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Protocol, TypeVar


class Named(Protocol):
    @property
    def name(self) -> str: ...


Part = TypeVar("Part", bound=Named)
Result = TypeVar("Result")


class Whole:
    """What has parts with names. The first look makes an index of them, which is no field: it is
    not compared, printed, copied or written."""

    __slots__ = ("_kept",)
    _kept: dict[Hashable, Any]

    def find_out_once(self, what: Hashable, find_out: Callable[[], Result]) -> Result:
        """What ``find_out`` tells of this object, which cannot change, kept as long as it lives."""
        try:
            kept = self._kept
        except AttributeError:
            kept = {}
            object.__setattr__(self, "_kept", kept)
        if what not in kept:
            kept[what] = find_out()
        result: Result = kept[what]
        return result

    def _find(self, parts: tuple[Part, ...], name: str) -> Part:
        """The first of ``parts``, a field of this object, that has ``name``; KeyError for none."""
        # A field's tuple lives as long as this object, so that its identity tells it.
        return self.find_out_once(id(parts), lambda: _index(parts))[name]


def _index(parts: tuple[Part, ...]) -> dict[str, Part]:
    return {part.name: part for part in reversed(parts)}


def with_part(parts: tuple[Part, ...], part: Part) -> tuple[Part, ...]:
    """``parts`` with ``part`` in place of the one of its name. Raises KeyError for none."""
    if not any(each.name == part.name for each in parts):
        raise KeyError(part.name)
    return tuple(part if each.name == part.name else each for each in parts)
