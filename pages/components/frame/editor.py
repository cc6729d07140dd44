"""An editable table over plain rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import streamlit as st

from medallion_core.errors import MedallionError
from medallion_core.model import Design
from pages.components.frame.filters import found, wanted_among
from pages.components.frame.session import keep_design, session
from pages.components.frame.text import show_error
from pages.components.frame.typed import Row, Table

_PATIENT = Path(__file__).with_name("editor.js").read_text("utf-8")
_LONG, _NARROW = 32, 230
"""Characters, and pixels for so many."""

_PLACES, _REFUSED = "editor_places", "editor_refused"
_DRAWN, _DRAWN_BEFORE = "editor_drawn", "editor_drawn_before"
"""By this run of the app, and by the one before: what that one did not draw, a browser has given
up, with what was typed into it."""


def show_editor(
    key: str,
    rows: Callable[[Design], list[Row]],
    columns: Mapping[str, Any],
    apply: Callable[[list[Row]], Design],
    *,
    locked: Sequence[str] = (),
    num_rows: Literal["fixed", "dynamic", "delete"] = "fixed",
    schema: pa.Schema | None = None,
) -> None:
    """Draws the ``rows`` of the open design; what a person changed goes through ``apply`` into it,
    before anything else that comes with the click that ended the edit.

    ``columns`` are Streamlit column configurations in order of display. ``schema`` is needed
    where there may be no rows to tell the types from. A refused edit stays in the table, with the
    reason below it; one that changes nothing of the design leaves the table. Many rows have a
    filter.
    """
    design = session().design
    if design is None:
        return
    every = rows(design)
    wanted = wanted_among(len(every), key)
    drawn = editor_key(key, wanted)
    table = Table(
        session(),
        drawn,
        design,
        every,
        places=_shown(drawn, every, wanted),
        columns=tuple(columns),
        rows=rows,
        apply=apply,
        locked=locked,
    )
    if num_rows != "fixed":
        table = _as_drawn(table)
    st.data_editor(
        pa.Table.from_pylist([table.base[place] for place in table.places], schema=schema),
        key=drawn,
        hide_index=True,
        placeholder="",
        column_config=dict(columns),
        column_order=list(columns),
        disabled=list(locked),
        num_rows=num_rows,
        on_change=table.wait,
    )
    st.session_state.pop(_REFUSED, None)
    try:
        if table.edit().take():
            st.rerun()
    except MedallionError as error:
        show_error(error)


def _as_drawn(table: Table) -> Table:
    """A table that grows and shrinks is another one for a browser with each row that is, and ends
    what is being typed: it keeps the rows that it was drawn of, as long as they can stay."""
    drawn: tuple[Table, Design] | None = st.session_state.get(_DRAWN_BEFORE)
    if drawn is not None and drawn[0].key == table.key:
        kept = replace(table, base=drawn[0].base, places=drawn[0].places)
        if kept.edit().can_stay(table.design, drawn[1]):
            table = kept
    st.session_state[_DRAWN] = (table, table.design)
    return table


def take_edits() -> None:
    """Takes what was typed before anything else of the page is done: what was clicked after it may
    draw another table, or make the design another one."""
    st.session_state[_DRAWN_BEFORE] = st.session_state.pop(_DRAWN, None)
    state = session()
    edit = state.typed
    if edit is None:
        return
    with state.lock:
        if state.typed is edit:
            try:
                edit.take()
            except MedallionError as error:
                st.session_state[_REFUSED] = error
            state.typed = None


def end_editors() -> None:
    """Stands behind all tables that can be edited: clicks wait for what was typed; an edit that was
    not taken, and whose table is not drawn any more, says why."""
    st.components.v2.component("medallion_editors", js=_PATIENT)(key="editors")
    refused: MedallionError | None = st.session_state.pop(_REFUSED, None)
    if refused is not None:
        show_error(refused)


def _shown(drawn: str, every: Sequence[Row], wanted: str) -> tuple[int, ...]:
    """The places of the rows that are shown: an edit takes none away, and brings none."""
    if not wanted:
        return tuple(range(len(every)))
    kept: tuple[str, int, tuple[int, ...]] = st.session_state.get(_PLACES, ("", 0, ()))
    if kept[:2] != (drawn, len(every)):
        kept = (drawn, len(every), found(every, wanted))
        st.session_state[_PLACES] = kept
    return kept[2]


def narrow(texts: Iterable[str]) -> int | None:
    """The width of a column in pixels, where its longest text would take the room of the others;
    None for as wide as its texts."""
    return _NARROW if max(map(len, texts), default=0) > _LONG else None


def editor_key(key: str, wanted: str = "") -> str:
    """A browser sends what was typed into a table with every click, as long as the table has this
    key: where the design became another in another way, and after an edit that changed nothing, it
    is another, so that nothing is put back and no other design gets the edit."""
    jumps = session().jumps
    drawn = f"{key}_{jumps}" if jumps else key
    return f"{drawn} {wanted}" if wanted else drawn


def apply_edit(edit: Callable[[], Design]) -> None:
    """Makes what ``edit`` returns the open design and draws the page again, if it is another; a
    refused edit is shown with its reason."""
    before = session().design
    try:
        keep_design(edit())
    except MedallionError as error:
        show_error(error)
        return
    if session().design is not before:
        st.rerun()
