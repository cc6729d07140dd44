"""What was typed into the rows of one design, in the rows of what it became meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lost:
    """A row as it was ``drawn``, empty for one that was added; ``typed`` into it was this, nothing
    where it was deleted; and what the row says ``now``, empty where it is not there any more."""

    drawn: Row
    typed: Row
    now: Row


@dataclass(frozen=True, slots=True)
class Late:
    """``rows`` are all of the design as it is, with what still fits; ``lost`` is what does not."""

    rows: list[Row]
    lost: tuple[Lost, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Those that a table was drawn of, and those of the design as it is ``now``. A row is the same
    where it says the same in the columns ``by`` which it is told from others."""

    drawn: Sequence[Row]
    now: Sequence[Row]
    _: KW_ONLY
    by: Sequence[str]

    def place_of(self, place: int, typed: Row) -> int | None:
        """Where the row that was drawn in ``place`` is now; it may have got its new name before."""
        alike = self._places(self.drawn, self.drawn[place])
        found = self._places(self.now, self.drawn[place])
        if len(found) == len(alike):
            return found[alike.index(place)]
        renamed = self._places(self.now, self.drawn[place] | typed)
        return renamed[0] if not found and len(renamed) == 1 else None

    def is_free(self, row: Row) -> bool:
        """Whether no row is called like this one that comes."""
        return not self._places(self.now, row)

    def came(self, row: Row) -> bool:
        """Whether it is there already, as far as it was typed."""
        return any(
            all(_is_one_of(self.now[place][name], value) for name, value in row.items() if value)
            for place in self._places(self.now, row)
        )

    def _places(self, rows: Sequence[Row], wanted: Row) -> list[int]:
        told = [wanted.get(name) for name in self.by]
        return [place for place, row in enumerate(rows) if [row[n] for n in self.by] == told]


def typed_late(
    rows: Rows, cells: Mapping[int, Row], gone: Collection[int], added: Sequence[Row]
) -> Late:
    """``cells`` by the places of drawn rows, the places of rows that are ``gone``, and rows that
    were ``added``, in what the design is now. A cell fits where it says what it did or, by now,
    what was typed; a row goes where it says what it did, and comes where none is called as it is.
    """
    kept: dict[int, Row] = {place: dict(row) for place, row in enumerate(rows.now)}
    lost: list[Lost] = []
    for place, typed in cells.items():
        row, found = rows.drawn[place], rows.place_of(place, typed)
        now = rows.now[found] if found is not None else {}
        fits = {n: v for n, v in typed.items() if now and _is_one_of(now[n], row[n], v)}
        if found is not None:
            kept[found] |= fits
        if len(fits) < len(typed):
            lost.append(Lost(row, {n: v for n, v in typed.items() if n not in fits}, now))
    for place in gone:
        row, found = rows.drawn[place], rows.place_of(place, {})
        if found is not None and rows.now[found] != row:
            lost.append(Lost(row, {}, rows.now[found]))
        elif found is not None:
            del kept[found]
    came = [row for row in added if rows.is_free(row)]
    taken = [Lost({}, row, {}) for row in added if not rows.is_free(row) and not rows.came(row)]
    return Late([*kept.values(), *came], (*lost, *taken))


def _is_one_of(now: object, *values: object) -> bool:
    return any((now or None) == (value or None) for value in values)
