"""How many of today's rows break each rule: asked for by a click, one statement a table."""

from __future__ import annotations

import streamlit as st

from medallion_core.model import Entity
from medallion_core.profile import BrokenRows, count_broken_rows
from pages.components.frame.connection import as_person
from pages.components.frame.text import count, errors_shown

_KEY = "broken_rows"


def broken_rows(entity: Entity) -> dict[str, int]:
    """By the rule's name, as last counted for exactly this entity; empty where it was not."""
    counted = _counted(entity)
    return counted.broken if counted else {}


def show_count_button(entity: Entity) -> None:
    help_text = "Counts, before anything is deployed, what each rule will find in today's rows."
    if st.button("Count on today's rows", icon=":material/calculate:", help=help_text):
        with errors_shown(), st.spinner("Counting"):
            counted = count_broken_rows(as_person(), entity)
            st.session_state.setdefault(_KEY, {})[entity.name] = (entity, counted)
    if (known := _counted(entity)) is not None:
        st.caption(
            f"Of {count(known.row_count, 'row')} today, {known.quarantined:,} would be "
            f"quarantined, {known.dropped:,} dropped and {known.passed:,} pass."
        )


def _counted(entity: Entity) -> BrokenRows | None:
    kept: dict[str, tuple[Entity, BrokenRows]] = st.session_state.get(_KEY, {})
    of, counted = kept.get(entity.name, (None, None))
    return counted if of == entity else None
