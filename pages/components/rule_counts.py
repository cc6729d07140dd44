"""How many of today's rows break each rule: asked for by a click, one statement a table."""

from __future__ import annotations

import streamlit as st

from medallion_core.model import Entity
from medallion_core.profile import count_broken_rows
from pages.components.connection import as_person
from pages.components.text import errors_shown

_KEY = "broken_rows"


def broken_rows(entity: Entity) -> dict[str, int]:
    """By the rule's name, as last counted for exactly this entity; empty where it was not."""
    counted: dict[str, tuple[Entity, dict[str, int]]] = st.session_state.get(_KEY, {})
    of, counts = counted.get(entity.name, (None, {}))
    return counts if of == entity else {}


def show_count_button(entity: Entity) -> None:
    help_text = "Counts, before anything is deployed, what each rule will find in today's rows."
    if not st.button("Count on today's rows", icon=":material/calculate:", help=help_text):
        return
    with errors_shown(), st.spinner("Counting"):
        counts = count_broken_rows(as_person(), entity).broken
        st.session_state.setdefault(_KEY, {})[entity.name] = (entity, counts)
