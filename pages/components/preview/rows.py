"""The rows that code gives on samples of its sources: computed by a click, as who asks."""

from __future__ import annotations

import streamlit as st

from medallion_core.builder import Builder
from medallion_core.check.sampled import Sample
from medallion_core.model import Design
from medallion_core.tables.inventory import inventory
from pages.components.frame.connection import asker
from pages.components.frame.text import errors_shown, plain

_KEY = "sampled_rows"


def show_rows(design: Design, path: str) -> None:
    """Of a table whose code stands in this file. Nothing is written anywhere."""
    tables = [each.name for each in inventory(design).tables if each.file == path]
    if not tables:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        table = st.selectbox("Table", tables) if len(tables) > 1 else tables[0]
        if st.button("Compute rows from samples", icon=":material/table_rows:", key="sample_rows"):
            with errors_shown(), st.spinner("Computing"):
                sample = Builder(asker()).sample(design, table)
                st.session_state[_KEY] = (design, table, sample)
    known: tuple[Design, str, Sample] | None = st.session_state.get(_KEY)
    if known is not None and known[:2] == (design, table):
        st.caption(plain(known[2].note))
        st.dataframe(known[2].rows, hide_index=True, placeholder="")
