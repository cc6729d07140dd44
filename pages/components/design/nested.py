"""Nested columns of a table: a button that flattens each, and one that takes it back."""

from __future__ import annotations

import streamlit as st

from medallion_core.edit import edit_entity
from medallion_core.edit.nested import flatten_column, nest_columns
from medallion_core.model import Entity
from medallion_core.text.types import fields_of
from pages.components.frame.editor import apply_edit
from pages.components.frame.text import plain


def show_nested(entity: Entity) -> None:
    nested = [column for column in entity.columns if fields_of(column.source_type)]
    flat = dict.fromkeys(column.source for column in entity.columns if column.path)
    with st.container(horizontal=True):
        for column in nested:
            if st.button(f"Flatten {plain(column.name)}", icon=":material/unfold_more:"):
                _keep(entity, flatten_column(entity, column.name))
        for source in flat:
            if st.button(f"Keep {plain(source)} nested", icon=":material/unfold_less:"):
                _keep(entity, nest_columns(entity, source))


def _keep(entity: Entity, changed: Entity) -> None:
    apply_edit(lambda now: edit_entity(now, entity, changed))
