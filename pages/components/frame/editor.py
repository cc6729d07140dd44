"""An editable table over plain rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

import pyarrow as pa
import streamlit as st

from medallion_core.errors import MedallionError
from medallion_core.model import Design
from pages.components.frame.session import keep_design, session
from pages.components.frame.text import show_error

Row = dict[str, Any]

_LONG, _NARROW = 32, 230
"""Characters, and pixels for so many."""


def show_editor(
    key: str,
    rows: Sequence[Row],
    columns: Mapping[str, Any],
    apply: Callable[[list[Row]], Design],
    *,
    locked: Sequence[str] = (),
    num_rows: Literal["fixed", "dynamic", "delete"] = "fixed",
    schema: pa.Schema | None = None,
) -> None:
    """Draws ``rows``; what a person changed goes through ``apply`` into the open design.

    ``columns`` are Streamlit column configurations in order of display. ``schema`` is needed
    where there may be no rows to tell the types from. A refused edit stays in the table, with the
    reason below it; one that changes nothing of the design leaves the table.
    """
    table = pa.Table.from_pylist(list(rows), schema=schema)
    edited = st.data_editor(
        table,
        key=editor_key(key),
        hide_index=True,
        placeholder="",
        column_config=dict(columns),
        column_order=list(columns),
        disabled=list(locked),
        num_rows=num_rows,
    )
    changed = edited.to_pylist()
    if changed == table.to_pylist():
        return
    if not apply_edit(lambda: apply(changed), typed=True):
        # A browser goes on sending the edit, and showing what the design does not say.
        session().jumps += 1
        st.rerun()


def narrow(texts: Iterable[str]) -> int | None:
    """The width of a column in pixels, where its longest text would take the room of the others;
    None for as wide as its texts."""
    return _NARROW if max(map(len, texts), default=0) > _LONG else None


def editor_key(key: str) -> str:
    """A browser sends what was typed into a table with every click, as long as the table has this
    key: where the design became another in another way, and after an edit that changed nothing, it
    is another, so that nothing is put back and no other design gets the edit."""
    jumps = session().jumps
    return f"{key}_{jumps}" if jumps else key


def apply_edit(edit: Callable[[], Design], *, typed: bool = False) -> bool:
    """Makes what ``edit`` returns the open design and draws the page again; a refused edit is
    shown with its reason. False where the design is what it was: drawn again, the page would apply
    the same edit for ever. ``typed``: into a table, which goes on holding the edit."""
    before = session().design
    try:
        keep_design(edit(), typed=typed)
    except MedallionError as error:
        show_error(error)
        return True
    if session().design is not before:
        st.rerun()
    return False
