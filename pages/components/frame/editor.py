"""An editable table over plain rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
    places = _shown(drawn, every, wanted)
    table = Table(session(), drawn, design, places, columns=tuple(columns), rows=rows, apply=apply)
    st.data_editor(
        pa.Table.from_pylist([every[place] for place in places], schema=schema),
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


def take_edits() -> None:
    """Takes what was typed before anything else of the page is done: what was clicked after it may
    draw another table, or make the design another one."""
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
