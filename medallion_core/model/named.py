"""Parts that have a name: found at one look, and put in the place of those that have it."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar


class Named(Protocol):
    @property
    def name(self) -> str: ...


Part = TypeVar("Part", bound=Named)


class Whole:
    """What has parts with names. The first look makes an index of them, which is no field: it is
    not compared, printed, copied or written."""

    __slots__ = ("_indexes",)
    _indexes: dict[int, Any]

    def _find(self, parts: tuple[Part, ...], name: str) -> Part:
        """The first of ``parts``, a field of this object, that has ``name``; KeyError for none."""
        index: dict[str, Part] | None = self._known().get(id(parts))
        if index is None:
            index = {part.name: part for part in reversed(parts)}
            self._known()[id(parts)] = index
        return index[name]

    def _known(self) -> dict[int, Any]:
        """The index of each field, by the identity of its tuple, which lives as long as this."""
        try:
            return self._indexes
        except AttributeError:
            object.__setattr__(self, "_indexes", {})
            return self._indexes


def with_part(parts: tuple[Part, ...], part: Part) -> tuple[Part, ...]:
    """``parts`` with ``part`` in place of the one of its name. Raises KeyError for none."""
    if not any(each.name == part.name for each in parts):
        raise KeyError(part.name)
    return tuple(part if each.name == part.name else each for each in parts)
