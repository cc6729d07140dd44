"""Going back and forth over the edits of the open design."""

from __future__ import annotations

import streamlit as st

from pages.components.frame.editor import take_edits
from pages.components.frame.session import Session, session
from pages.components.frame.text import errors_shown


def show_history() -> None:
    """What is taken back is saved as well: the draft follows."""
    state = session()
    with st.container(horizontal=True, gap="small", width="content"):
        for label, icon, steps in (("Undo", "undo", state.past), ("Redo", "redo", state.future)):
            st.button(
                label,
                icon=f":material/{icon}:",
                type="tertiary",
                disabled=not steps,
                help=f"{label} the last of {len(steps)} edits" if steps else None,
                on_click=_go,
                args=(state, label),
            )


def _go(state: Session, label: str) -> None:
    """Before the page is drawn, so that all of it is of the design that is gone to. What was typed
    before is an edit of its own."""
    take_edits(late=True)
    back, forth = state.past, state.future
    with errors_shown():
        state.go(*((back, forth) if label == "Undo" else (forth, back)))
