"""Sources: what there is to build from, and the basket that it is put into."""

from __future__ import annotations

import streamlit as st

from medallion_core.model import Source, TableName
from pages.components.frame.connection import identity
from pages.components.frame.page import run_page
from pages.components.frame.text import errors_shown, plain
from pages.components.sources import catalog
from pages.components.sources.basket import show_basket
from pages.components.sources.details import show_details
from pages.components.sources.files import show_files
from pages.components.sources.kafka import show_kafka
from pages.components.sources.tables import (
    show_found_tables,
    show_pasted_list,
    show_schema_tables,
    show_table_details,
)

TABLES, FILES, KAFKA, LIST = "Tables", "Files", "Kafka", "List of names"
ICONS = {
    TABLES: ":material/table:",
    FILES: ":material/folder:",
    KAFKA: ":material/stream:",
    LIST: ":material/list:",
}


def show_page() -> None:
    st.title("Sources")
    with errors_shown():
        show_identity()
    text = show_search()
    look_at: TableName | Source | None = None
    with st.grid(2, min_column_width=560) as grid:
        with grid.cell(), errors_shown():
            look_at = show_found_tables(text) if text else show_kind()
        with grid.cell():
            show_basket()
            if isinstance(look_at, Source):
                show_details(look_at)
            elif look_at is not None:
                show_table_details(look_at)


def show_identity() -> None:
    st.caption(f":material/person: {plain(identity())}")


def show_search() -> str:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            "Search all catalogs",
            type="search",
            live=True,
            key="search",
            placeholder="Search tables and columns in all catalogs",
            label_visibility="collapsed",
        )
        st.button("Refresh", icon=":material/refresh:", on_click=catalog.forget)
    return (text or "").strip()


def show_kind() -> TableName | Source | None:
    """The kind of source that is chosen; returns what to show details of."""
    kind = st.radio(
        "Kind of source",
        list(ICONS),
        horizontal=True,
        format_func=lambda name: f"{ICONS[name]} {name}",
        key="kind",
        label_visibility="collapsed",
        persist_state="session",
    )
    if kind == TABLES:
        return show_schema_tables()
    if kind == FILES:
        return show_files()
    {KAFKA: show_kafka, LIST: show_pasted_list}[kind]()
    return None


run_page(show_page)
