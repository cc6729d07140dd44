"""Pipelines: all that one owns, how each stands, and a way into each."""

from __future__ import annotations

import streamlit as st

from pages.components.design.earlier import show_earlier_designs
from pages.components.frame.page import run_page
from pages.components.frame.text import errors_shown
from pages.components.pipelines.standings import show_pipelines


def show_page() -> None:
    st.title("Pipelines")
    st.caption("Those that you own. A run is judged in full on the page Runs.")
    with errors_shown():
        show_pipelines()
    with errors_shown():
        show_earlier_designs()


run_page(show_page)
