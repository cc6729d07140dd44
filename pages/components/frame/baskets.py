"""A basket outlives a page that is loaded again: until a design is open, the URL names it. It is
kept by this process, for the person who filled it."""

from __future__ import annotations

import secrets

import streamlit as st

from medallion_core.model import Source, TableName
from pages.components.frame.connection import asker
from pages.components.frame.session import session

KEPT = 1000
"""Baskets of a process, which lives for weeks; the oldest go first."""

_NAME = "basket_name"
_IN_URL = "basket"

Baskets = dict[tuple[str, str], tuple[list[TableName], dict[str, Source]]]


@st.cache_resource
def _baskets() -> Baskets:
    """By who filled it, and its name."""
    return {}


def keep_basket() -> None:
    """Takes up the basket that the URL names, and names this browser's in the URL."""
    state, who, named = session(), asker().name, st.query_params.get(_IN_URL, "")
    kept = _baskets().get((who, named))
    if kept and _NAME not in st.session_state and not state.basket_size:
        state.tables, state.others = [*kept[0]], {**kept[1]}
        st.session_state[_NAME] = named
    if state.basket_size and state.design is None:
        name = st.session_state.setdefault(_NAME, secrets.token_urlsafe(9))
        _keep(who, name)
        if named != name:
            st.query_params[_IN_URL] = name
    elif named:
        _baskets().pop((who, named), None)
        del st.query_params[_IN_URL]


def _keep(who: str, name: str) -> None:
    state, baskets = session(), _baskets()
    baskets.pop((who, name), None)
    baskets[who, name] = ([*state.tables], {**state.others})
    for oldest in [*baskets][:-KEPT]:
        baskets.pop(oldest, None)
