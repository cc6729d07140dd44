"""An editable table over plain rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from medallion_core.errors import MedallionError
from medallion_core.model import Design
from pages.components.frame.filters import found, wanted_among
from pages.components.frame.in_full import show_in_full
from pages.components.frame.session import keep_edit, session
from pages.components.frame.text import show_error
from pages.components.frame.typed import Edit, Row, Table

_PATIENT = Path(__file__).with_name("editor.js").read_text("utf-8")
_LONG, _NARROW = 32, 230
"""Characters, and pixels for so many."""

_PLACES = "editor_places"
_REFUSED, _REFUSED_BEFORE = "editor_refused", "editor_refused_before"
"""The key of a table, and what was refused of it: in this run of the app, and before."""

_TOLD = "editor_told"
_DRAWN, _DRAWN_BEFORE = "editor_drawn", "editor_drawn_before"
"""By this run of the app, and by the one before: what that one did not draw, a browser has given
up, with what was typed into it."""


def show_editor(
    key: str,
    rows: Callable[[Design], list[Row]],
    columns: Mapping[str, Any],
    apply: Callable[[Design, list[Row]], Design],
    *,
    by: Sequence[str],
    named: str = "",
    locked: Sequence[str] = (),
    in_full: Sequence[str] = (),
    num_rows: Literal["fixed", "dynamic", "delete"] = "fixed",
    schema: pa.Schema | None = None,
) -> None:
    """Draws the ``rows`` of the open design; what a person changed goes through ``apply`` into it,
    before anything else that comes with the click that ended the edit.

    ``columns`` are Streamlit column configurations in order of display. ``schema`` is needed
    where there may be no rows to tell the types from. What is typed into the column ``named`` is a
    name. Long texts of the columns ``in_full`` can be read below the table. A refused edit stays in
    the table, with the reason above it; one that changes nothing of the design leaves the table.
    Many rows have a filter.
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
        columns={name: column["label"] or name for name, column in columns.items()},
        rows=rows,
        apply=apply,
        locked=locked,
        by=by,
        named=named,
    )
    if num_rows != "fixed":
        table = _as_drawn(table)
    above = st.container()
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
    titles = {name: table.columns[name] for name in in_full}
    show_in_full(key, (every[place] for place in _shown(drawn, every, wanted)), by, titles)
    _take_drawn(table, above)


def _take_drawn(table: Table, above: DeltaGenerator) -> None:
    """Takes what a table that is drawn holds; what is refused is told ``above`` it, and once more
    where the table is not drawn any more the next time."""
    state, edit = table.session, table.edit()
    if (st.session_state.get(_REFUSED_BEFORE) or [None])[0] == table.key:
        del st.session_state[_REFUSED_BEFORE]
    try:
        with state.lock:
            if state.design is not table.design:
                return
            if edit.is_that(state.typed):
                state.typed = None
            taken = edit.take()
    except MedallionError as error:
        _refuse(edit, error, _REFUSED)
        if state.design is not table.design:
            st.rerun()
        with above:
            show_error(edit.refusal(error))
            st.button(
                "Put back what was there",
                key=f"{table.key} back",
                icon=":material/undo:",
                on_click=_put_back,
            )
    else:
        if taken:
            st.rerun()


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


def take_edits(*, late: bool = False) -> None:
    """Takes what was typed before anything else of the page is done: what was clicked after it may
    draw another table, or make the design another one.

    What was typed into a table of a design that has become another since goes on waiting: such a
    table may be drawn again, as it is now. ``late``: it is taken all the same, as far as it fits,
    for what follows is meant to come after it.
    """
    st.session_state[_DRAWN_BEFORE] = st.session_state.pop(_DRAWN, None)
    if _REFUSED in st.session_state:
        st.session_state[_REFUSED_BEFORE] = st.session_state.pop(_REFUSED)
    state = session()
    with state.lock:
        edit = state.typed
        if isinstance(edit, Edit) and (late or edit.table.design is state.design):
            _take(edit, _REFUSED_BEFORE)


def end_edits() -> None:
    """Behind everything on a page: what still waits was typed into a table that is not drawn any
    more, and is taken as far as it fits."""
    state = session()
    with state.lock:
        edit = state.typed
        if not isinstance(edit, Edit):
            return
        _take(edit, _REFUSED_BEFORE)
    st.rerun()


def _take(edit: Edit, refused: str) -> None:
    try:
        edit.take()
    except MedallionError as error:
        _refuse(edit, error, refused)
    session().typed = None


def _refuse(edit: Edit, error: MedallionError, refused: str) -> None:
    st.session_state[refused] = (edit.table.key, edit.refusal(error))


def _put_back() -> None:
    """A browser gives up what is typed into a table that has become another."""
    for refused in (_REFUSED, _REFUSED_BEFORE):
        st.session_state.pop(refused, None)
    session().jumps += 1


def tell_here() -> None:
    """Keeps a place for what ``show_told`` shows; the last one is taken."""
    st.session_state[_TOLD] = st.container()


def show_told() -> None:
    """What the person is to know of edits whose table is not drawn any more, until it is closed: a
    browser may ask for the page again before anybody has read it."""
    _, *refused = st.session_state.pop(_REFUSED_BEFORE, None) or [None]
    notices = session().notices
    notices.extend(each for each in refused if str(each) not in map(str, notices))
    with st.session_state.pop(_TOLD):
        for told in notices:
            show_error(told)
        if notices:
            st.button("Close", key="close_notices", icon=":material/close:", on_click=notices.clear)


def end_editors() -> None:
    """Stands behind all tables that can be edited: clicks wait for what was typed."""
    st.components.v2.component("medallion_editors", js=_PATIENT)(key="editors")


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


def apply_edit(edit: Callable[[Design], Design]) -> None:
    """Makes what ``edit`` makes of the open design the open one and draws the page again, if it is
    another; a refused edit is shown with its reason."""
    before = session().design
    try:
        keep_edit(edit)
    except MedallionError as error:
        if session().design is before:
            show_error(error)
            return
        session().notices.append(error)
    if session().design is not before:
        st.rerun()
