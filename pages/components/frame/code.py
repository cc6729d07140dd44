"""Code and plans as they are, within reach of a keyboard."""

from __future__ import annotations

import streamlit as st


def show_code(text: str, language: str | None, *, height: int = 0) -> None:
    """``height`` in pixels makes it scroll; 0: as high as it is.

    What scrolls is the box around it: there the button that copies can be focused, while the block
    itself could be scrolled by a mouse only. Long lines are wrapped for the same reason.
    https://dequeuniversity.com/rules/axe/4.10/scrollable-region-focusable
    """
    with st.container(height=height or "content", border=False):
        st.code(text, language=language, wrap_lines=True)
