"""The tables of the star, one at a time: what they are called, what they hold, at which grain."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from medallion_core import edit
from medallion_core.model import Aggregate, Bridge, Design, Dimension, Fact
from pages.components.design.dimension_editors import show_dimension
from pages.components.design.fact_editors import show_fact
from pages.components.design.table_name import RENAMED, show_name, widget_key
from pages.components.frame.editor import apply_edit
from pages.components.frame.text import plain

_CHOSEN = "star_table"


def show_star_tables(design: Design) -> None:
    found = [table for table in design.star.tables if not isinstance(table, Aggregate)]
    found.sort(key=lambda table: not isinstance(table, Fact))
    tables = {table.name: table for table in found}
    if not tables:
        st.caption("There is no star yet: make a table with amounts a fact.")
        return
    renamed = st.session_state.pop(RENAMED, None)
    if renamed in tables:
        st.session_state[_CHOSEN] = renamed
    name = st.selectbox("Table of the star", list(tables), key=_CHOSEN)
    match tables[name]:
        case Fact() as fact:
            show_fact(design, fact)
        case Dimension() as dimension:
            show_dimension(design, dimension)
        case Bridge() as bridge:
            _show_bridge(bridge)
        case other:
            show_name(other.name)


def _show_bridge(bridge: Bridge) -> None:
    with st.grid(2, min_column_width=240):
        show_name(bridge.name)
        weight = st.text_input(
            "Weight",
            bridge.weight,
            validate=("^([a-z_][a-z0-9_]*)?$", "Lower-case letters, digits, underscores."),
            help="A column that shares one whole over the pairs of the first key. Empty: none.",
            key=widget_key("weight", bridge.name, bridge.weight),
        )
    if weight != bridge.weight:
        changed = replace(bridge, weight=weight or "")
        apply_edit(
            lambda now: edit.edit_bridge(
                now, edit.carried(bridge, changed, now.star.bridge(bridge.name))
            )
        )
    st.caption(f"Pairs {plain(' and '.join(link.dimension for link in bridge.links))}.")
