"""What has ended outside of a page is shown when nobody types."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_CALM = Path(__file__).with_name("calm.js").read_text("utf-8")


def draw_again_when_calm(key: str) -> None:
    """Draws the page again, from within a fragment that has seen something end: at once, unless a
    cell of a table is open in the browser; then as soon as that is closed."""
    wait = st.components.v2.component("medallion_calm", js=_CALM)
    if wait(key=key, on_calm_change=_ignore).calm:
        st.rerun()


def _ignore() -> None:
    """Asking for what a browser tells is what makes it tell."""
