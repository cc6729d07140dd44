"""What a person typed into a table, and the design that comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

import streamlit as st

from medallion_core.edit.refusals import check_identifier, invalid
from medallion_core.errors import MedallionError
from medallion_core.model import Design
from pages.components.frame.late import Lost, Row, Rows, typed_late
from pages.components.frame.session import Session, keep_edit

__all__ = ["Edit", "Row", "Table"]

_LONGEST = 80
"""Characters of a value in a sentence."""

_NOTHING: dict[str, Any] = {"edited_rows": {}, "added_rows": [], "deleted_rows": []}


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was drawn of ``design`` under ``key``. ``base`` are its rows without what was
    typed, and ``places`` those that are shown; ``rows`` gives all rows of a design, ``apply`` a
    design with all rows, and nobody types into what is ``locked``. ``columns`` are the titles of
    columns by their names; rows are told apart ``by`` some of them. What is typed into the column
    ``named`` names something."""

    session: Session
    key: str
    design: Design
    base: list[Row]
    _: KW_ONLY
    places: tuple[int, ...]
    columns: Mapping[str, str]
    rows: Callable[[Design], list[Row]]
    apply: Callable[[Design, list[Row]], Design]
    locked: Sequence[str]
    by: Sequence[str]
    named: str = ""

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

    def is_that(self, other: object) -> bool:
        """Whether it is all that a browser had sent of the same table as ``other``."""
        return isinstance(other, Edit) and (self.table.key, self.typed) == (
            other.table.key,
            other.typed,
        )

    def take(self) -> bool:
        """Whether it was taken: it says something else than the design. Raises MedallionError where
        it is refused.

        A browser goes on sending it: where the design says something else in the place of a cell
        afterwards, the table is drawn anew.
        """
        table, state = self.table, self.table.session
        if self._says(table.rows(table.design), self._after()):
            return False
        keep_edit(self._made_of, typed=True)
        now = state.design
        if now is None or now is table.design or not self._is_shown(table.rows(now)):
            state.jumps += 1
        return True

    def _made_of(self, design: Design) -> Design:
        table = self.table
        for row in (*self._cells().values(), *self._added()):
            if row.get(table.named):
                check_identifier(row[table.named], "it")
        if design is table.design:
            return table.apply(design, self._after())
        if design.settings.pipeline_name != table.design.settings.pipeline_name:
            raise _another_design()
        try:
            rows = Rows(table.base, table.rows(design), by=table.by)
            late = typed_late(rows, self._cells(), self._gone(), self._added())
            made = table.apply(design, late.rows)
        except KeyError as error:
            raise _another_design() from error
        if late.lost:
            table.session.notices.append(self._lost(late.lost))
        return made

    def refusal(self, error: MedallionError) -> MedallionError:
        """``error`` with what was typed, and what stands there as long as it is not taken."""
        return MedallionError(
            error.code,
            f"Not taken: {self._told(self._untaken(), 'it stays')}.",
            f"{error.message} {error.hint}",
        )

    def _lost(self, lost: Iterable[Lost]) -> MedallionError:
        error = _another_design()
        return MedallionError(
            error.code, f"Not taken: {self._told(lost, 'it is')}.", f"{error.message} {error.hint}"
        )

    def _untaken(self) -> Iterator[Lost]:
        """What was typed and the design does not say."""
        rows = Rows(self.table.base, self.table.rows(self.table.design), by=self.table.by)
        for place, typed in self._cells().items():
            found = rows.place_of(place, typed)
            row = rows.drawn[place] if found is None else rows.now[found]
            cells = {n: v for n, v in typed.items() if (v or None) != (row[n] or None)}
            if cells:
                yield Lost(rows.drawn[place], cells, row)
        for place in sorted(self._gone()):
            yield Lost(rows.drawn[place], {}, rows.drawn[place])
        for row in self._added():
            yield Lost({}, row, {})

    def _told(self, lost: Iterable[Lost], instead: str) -> str:
        """As ``row orders: Role "fact" (it stays "other")``."""
        return "; ".join(f"{self._name(each)}: {self._cells_of(each, instead)}" for each in lost)

    def _name(self, lost: Lost) -> str:
        named = lost.drawn or lost.typed
        name = " ".join(str(named[each]) for each in self.table.by if named.get(each))
        return f"row {name}" if name else "a new row"

    def _cells_of(self, lost: Lost, instead: str) -> str:
        cells = ", ".join(
            f"{self.table.columns[name]} {_told(value)}"
            + (f" ({instead} {_told(lost.now[name])})" if lost.now else "")
            for name, value in lost.typed.items()
            if lost.drawn or value is not None
        )
        return cells or "taken out"

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
        return [*kept, *self._added()]

    def _added(self) -> list[Row]:
        names = self.table.columns
        return [{name: row.get(name) for name in names} for row in self.typed["added_rows"]]

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


def _another_design() -> MedallionError:
    return invalid(
        "The design has become another before what was typed came.",
        "Do it again where it is still meant.",
    )


def _told(value: object) -> str:
    text = str(value) if value is not None else ""
    return f'"{text[:_LONGEST]}{"…" * (len(text) > _LONGEST)}"' if text else "empty"
