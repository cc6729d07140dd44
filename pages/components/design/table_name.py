"""What a table of the star is called."""

from __future__ import annotations

import streamlit as st

from medallion_core import edit
from medallion_core.model import Design
from pages.components.frame.editor import apply_edit

NAME = "^[a-z_][a-z0-9_]*$"
RENAMED = "star_table_renamed"
"""Where the new name of a table waits to be the chosen one."""


def show_name(before: str) -> None:
    name = st.text_input(
        "Name",
        before,
        key=widget_key("name", before, ""),
        validate=(NAME, "Lower-case letters, digits, underscores."),
    )
    if name and name != before:
        apply_edit(lambda now: _renamed(now, before, name))


def _renamed(design: Design, before: str, name: str) -> Design:
    """The chosen table stays the chosen one."""
    edited = edit.rename_gold_table(design, before, name)
    st.session_state[RENAMED] = name
    return edited


def widget_key(field: str, table: str, value: object) -> str:
    """A widget's own key: it starts anew whenever the design says something else."""
    return f"{field}_{table}_{value}"
