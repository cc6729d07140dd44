"""From the basket to a design: where it should go, and whether its name is free."""

from __future__ import annotations

import streamlit as st

from medallion_core.deploy.drafts import open_design, who_has_the_name
from medallion_core.model import Settings
from medallion_core.text.identifiers import snake_case
from pages.components.design.proposals import asked_settings, start_proposal
from pages.components.design.settings import settings_form
from pages.components.frame.connection import asker
from pages.components.frame.session import Session
from pages.components.frame.text import count, plain

_TAKEN = "name_taken"


def show_propose(state: Session) -> None:
    """The settings to give, and the button that proposes a design over the basket."""
    st.markdown(f"**{count(state.basket_size, 'source')} in the basket.** Where should it go?")
    suggested = asked_settings() or _suggested(state)
    settings = settings_form(suggested, "new_design", "Propose a design")
    if settings is not None:
        taken = who_has_the_name(asker(), settings.pipeline_name)
        if not taken:
            start_proposal(state, settings, over=False)
            st.rerun()
        st.session_state[_TAKEN] = (settings, taken)
    _ask_about_the_name(state)


def _ask_about_the_name(state: Session) -> None:
    """A name that is taken is never taken over without a word."""
    settings, taken = st.session_state.get(_TAKEN, (None, ""))
    if settings is None:
        return
    st.warning(f"{plain(taken)} Give another pipeline name, or propose over it.")
    with st.container(horizontal=True):
        if st.button("Open what is there", icon=":material/folder_open:"):
            del st.session_state[_TAKEN]
            state.open(open_design(asker(), settings.pipeline_name))
            st.rerun()
        if st.button("Propose over my draft", icon=":material/edit:", key="propose_over"):
            del st.session_state[_TAKEN]
            start_proposal(state, settings, over=True)
            st.rerun()


def _suggested(state: Session) -> Settings:
    """Named by the schema that the first table is from, beside it."""
    name = snake_case(state.tables[0].schema) if state.tables else "landing"
    return Settings(pipeline_name=name, catalog="main", schema=f"{name}_gold")
