"""The basket: what a design will be proposed from. It survives page changes."""

from __future__ import annotations

import streamlit as st

from medallion_core.model import TableName
from pages.components.frame.session import session
from pages.components.frame.text import count

_KEY = "basket"


def show_basket() -> None:
    state = session()
    names = [*map(str, state.tables), *state.others]
    with st.container(border=True):
        st.markdown(f"**:material/shopping_basket: Basket: {count(len(names), 'source')}**")
        if not names:
            st.caption("Tick tables and add them. A design is proposed from what lies here.")
            return
        st.session_state[_KEY] = names
        st.multiselect(
            "Basket", names, key=_KEY, on_change=keep_chosen, label_visibility="collapsed"
        )
        with st.container(horizontal=True):
            if st.button("Continue to Design", type="primary", icon=":material/arrow_forward:"):
                state.design = None
                st.query_params.pop("design", None)
                st.switch_page("pages/design.py")
            st.button("Empty the basket", icon=":material/delete:", on_click=empty_basket)


def keep_chosen() -> None:
    """What was taken out of the widget leaves the basket."""
    state, chosen = session(), set(st.session_state[_KEY])
    state.tables = [name for name in state.tables if str(name) in chosen]
    state.others = {name: source for name, source in state.others.items() if name in chosen}


def empty_basket() -> None:
    state = session()
    state.tables, state.others = [], {}


def show_add_buttons(chosen: list[TableName], shown: list[TableName], key: str) -> None:
    """Buttons that add the chosen tables, or all that are shown."""
    with st.container(horizontal=True):
        st.button(
            f"Add {count(len(chosen), 'table')}" if chosen else "Add the ticked tables",
            key=f"add_{key}",
            type="primary",
            icon=":material/add_shopping_cart:",
            disabled=not chosen,
            on_click=add_tables,
            args=(chosen,),
        )
        st.button(
            f"Add all {len(shown):,}",
            key=f"add_all_{key}",
            disabled=not shown,
            on_click=add_tables,
            args=(shown,),
        )


def add_tables(names: list[TableName]) -> None:
    session().add_tables(names)
