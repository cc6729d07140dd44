"""Column-level lineage: where a column comes from, and what a change of it reaches."""

from __future__ import annotations

import streamlit as st

from medallion_core.model import Design
from medallion_core.tables.lineage import column_edges, downstream, upstream
from medallion_core.text.visible import visible


def show_column_lineage(design: Design) -> None:
    edges = column_edges(design)
    columns = sorted({*edges, *(parent for parents in edges.values() for parent in parents)})
    st.markdown("**Column by column**")
    chosen = st.selectbox(
        "Column",
        columns,
        index=None,
        format_func=visible,
        key="lineage_column",
        placeholder="Search for a column",
    )
    if chosen is None:
        st.caption("Choose a column to see where it comes from and what depends on it.")
        return
    came_from = upstream(design, chosen) if chosen in edges else []
    with st.grid(2, min_column_width=360) as grid:
        with grid.cell():
            _show_list("Comes from", came_from, "It is read from the source.")
        with grid.cell():
            _show_list("Goes into", downstream(design, chosen), "Nothing is made of it.")


def _show_list(title: str, columns: list[str], nothing: str) -> None:
    st.markdown(f"**{title}**")
    if columns:
        rows = [{"column": visible(column)} for column in columns]
        st.dataframe(rows, hide_index=True, placeholder="")
    else:
        st.caption(nothing)
