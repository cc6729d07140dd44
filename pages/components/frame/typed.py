"""What a person typed into a table, and the design that comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any

import streamlit as st

from medallion_core.model import Design
from pages.components.frame.session import Session, keep_design

Row = dict[str, Any]

_NOTHING: dict[str, Any] = {"edited_rows": {}, "added_rows": [], "deleted_rows": []}


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was drawn of ``design`` under ``key``. ``places`` tells which of its rows are
    shown; ``rows`` gives all rows of a design, and ``apply`` the design of all rows."""

    session: Session
    key: str
    design: Design
    places: tuple[int, ...]
    _: KW_ONLY
    columns: tuple[str, ...]
    rows: Callable[[Design], list[Row]]
    apply: Callable[[list[Row]], Design]

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
        before = table.rows(table.design)
        after = self._after(before)
        if after == before:
            return False
        keep_design(table.apply(after), typed=True)
        now = state.design
        if now is table.design or not self._is_shown(table.rows(now)):
            state.jumps += 1
        return True

    def _after(self, before: list[Row]) -> list[Row]:
        """All rows; those that are not shown stay as they are, where they are."""
        cells = self._cells()
        gone = {self.table.places[number] for number in self.typed["deleted_rows"]}
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
