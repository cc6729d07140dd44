"""Texts that a table cuts at the edge of a cell, to be read in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from pages.components.frame.text import count, plain

_SHOWN = 20


def show_in_full(
    key: str, rows: Iterable[Mapping[str, Any]], by: Sequence[str], titles: Mapping[str, str]
) -> None:
    """The texts of the columns ``titles``, row by row, once somebody wants to read them. A row is
    called by its columns ``by``."""
    told = [
        (" ".join(str(row[name]) for name in by), [str(row[name]) for name in titles if row[name]])
        for row in rows
        if any(row[name] for name in titles)
    ]
    if not told:
        return
    label = f"{' and '.join(titles.values())} in full"
    box = st.expander(label, icon=":material/notes:", key=f"{key}_in_full", on_change="rerun")
    if not box.open:
        return
    with box:
        for name, texts in told[:_SHOWN]:
            st.markdown(f"**{plain(name)}**: {plain(' · '.join(texts))}")
        if len(told) > _SHOWN:
            st.caption(f"{count(len(told) - _SHOWN, 'more row')}: filter for them above.")
