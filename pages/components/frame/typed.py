"""What a person typed into a table, and the design that comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

import streamlit as st

from medallion_core.model import Design
from pages.components.frame.session import Session, keep_design

Row = dict[str, Any]

_NOTHING: dict[str, Any] = {"edited_rows": {}, "added_rows": [], "deleted_rows": []}


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was drawn of ``design`` under ``key``. ``base`` are its rows without what was
    typed, and ``places`` those that are shown; ``rows`` gives all rows of a design, ``apply`` the
    design of all rows, and nobody types into what is ``locked``."""

    session: Session
    key: str
    design: Design
    base: list[Row]
    _: KW_ONLY
    places: tuple[int, ...]
    columns: tuple[str, ...]
    rows: Callable[[Design], list[Row]]
    apply: Callable[[list[Row]], Design]
    locked: Sequence[str]

    def edit(self) -> Edit:
        return Edit(self, _NOTHING | dict(st.session_state.get(self.key) or {}))

    def wait(self) -> None:
        """Leaves what was typed to the run of the page that begins. Should another page stop it,
        whose run knows nothing of this table, that one takes it."""
        self.session.typed = self.edit()


@dataclass(frozen=True, slots=True)
class Edit:
    """``typed`` is what a browser sends: cells by the places of shown rows, and rows that came and
    went."""

    table: Table
    typed: Mapping[str, Any]

    def take(self) -> bool:
        """Whether it was taken: it says something else than the design. Raises MedallionError where
        it is refused.

        A browser goes on sending it: where the design says something else in the place of a cell
        afterwards, the table is drawn anew.
        """
        table, state = self.table, self.table.session
        if state.design is not table.design:
            return False
        after = self._after()
        if self._says(table.rows(table.design), after):
            return False
        keep_design(table.apply(after), typed=True)
        now = state.design
        if now is table.design or not self._is_shown(table.rows(now)):
            state.jumps += 1
        return True

    def can_stay(self, design: Design, drawn_of: Design) -> bool:
        """Whether the table can stay as it is drawn, so that nobody who goes on typing is
        disturbed: with what was typed it says what ``design`` does, or what was typed is refused,
        and this is the design that it was ``drawn_of``; and what nobody types is as it was."""
        now, gone = self.table.rows(design), self._gone()
        kept = [row for place, row in enumerate(self.table.base) if place not in gone]
        same = all(
            row[name] == was[name]
            for row, was in zip(now, kept, strict=False)
            for name in self.table.locked
        )
        is_refused = design is drawn_of and self.typed != _NOTHING
        return same and (is_refused or self._says(now, self._after()))

    def _says(self, now: list[Row], after: list[Row]) -> bool:
        names = [name for name in self.table.columns if name not in self.table.locked]
        return len(now) == len(after) and all(
            row[name] == typed[name]
            for row, typed in zip(now, after, strict=True)
            for name in names
        )

    def _gone(self) -> set[int]:
        return {self.table.places[number] for number in self.typed["deleted_rows"]}

    def _after(self) -> list[Row]:
        """All rows; those that are not shown stay as they are, where they are."""
        before, cells, gone = self.table.base, self._cells(), self._gone()
        kept = [row | cells.get(place, {}) for place, row in enumerate(before) if place not in gone]
        names = self.table.columns
        return [
            *kept,
            *({name: row.get(name) for name in names} for row in self.typed["added_rows"]),
        ]

    def _cells(self) -> dict[int, Row]:
        edited = self.typed["edited_rows"]
        return {self.table.places[int(number)]: cells for number, cells in edited.items()}

    def _is_shown(self, now: list[Row]) -> bool:
        """Whether each cell stands in its place as it was typed."""
        return all(
            place < len(now) and (now[place][name] or None) == (value or None)
            for place, cells in self._cells().items()
            for name, value in cells.items()
        )
