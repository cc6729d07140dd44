"""The star and the lineage of a design, each on a canvas. Pointing at a table draws only these
again, not the page around them."""

from __future__ import annotations

import streamlit as st

from medallion_core.model import Design
from pages.components.canvas.lineage import lineage_graph
from pages.components.canvas.references import show_references_canvas
from pages.components.canvas.star import star_graph, views
from pages.components.canvas.table_panel import show_table
from pages.components.canvas.view import show_view

WHOLE = "The whole star"
REFERENCES = "Tables and their references, to be drawn"
_AT_A_GLANCE = 24
"""More tables than these are shown fact by fact at first."""


@st.fragment
def show_star_canvas(
    design: Design, key: str, *, beside: bool = True, references: bool = False
) -> None:
    """``references``: the tables with their references can be looked at, and drawn, instead."""
    whole = star_graph(design)
    facts = views(design)
    first = 1 if facts and len(whole.nodes) > _AT_A_GLANCE else 0
    view = st.selectbox(
        "Show",
        [WHOLE, *facts, *[REFERENCES] * references],
        index=first,
        key=f"{key}_view",
        label_visibility="collapsed",
    )
    if view == REFERENCES:
        show_references_canvas(design, f"{key}_references")
        return
    graph = whole if view == WHOLE else star_graph(design, view)
    show_view(graph, key, "The star schema", lambda name: show_table(design, name), beside=beside)


@st.fragment
def show_lineage_canvas(design: Design, key: str) -> None:
    graph = lineage_graph(design)
    label = "From sources to gold, table by table"
    show_view(graph, key, label, lambda name: show_table(design, name))
