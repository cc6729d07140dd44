"""From the basket to a proposed design, with what is being done shown step by step."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from medallion_core.browse import read_sources
from medallion_core.builder import Builder
from medallion_core.deploy.drafts import open_design, who_has_the_name
from medallion_core.model import Design, Settings
from medallion_core.text.identifiers import snake_case
from pages.components.design.settings import settings_form
from pages.components.frame.connection import as_person, asker
from pages.components.frame.session import Session, keep_design
from pages.components.frame.text import count, plain

_TAKEN = "name_taken"


def show_propose(state: Session) -> None:
    """The settings to give, and the button that proposes a design over the basket."""
    st.markdown(f"**{count(state.basket_size, 'source')} in the basket.** Where should it go?")
    settings = settings_form(_suggested(state), "new_design", "Propose a design")
    if settings is not None:
        taken = who_has_the_name(asker(), settings.pipeline_name)
        if not taken:
            _propose(state, settings, over=False)
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
            _propose(state, settings, over=True)


def _propose(state: Session, settings: Settings, *, over: bool) -> None:
    """Over a draft of the same name only once the person has agreed to it."""
    with st.status("Proposing a design", expanded=True) as status:
        design = propose(state, settings, lambda told: st.write(plain(told)))
        status.update(label="Saving the draft")
        keep_design(design, over=over)
    st.rerun()


def propose(state: Session, settings: Settings, tell: Callable[[str], object]) -> Design:
    """Reads and profiles the basket's sources; one that cannot be profiled gives a question."""
    tell("Reading names, types, comments and declared keys")
    sources = [*read_sources(as_person(), state.tables), *state.others.values()]
    bar = st.progress(0.0)

    def show(done: int, total: int, name: str) -> None:
        bar.progress(done / max(total, 1), f"Profiled {plain(name)}")

    return Builder(asker()).propose(sources, settings, tell=tell, progress=show)


def _suggested(state: Session) -> Settings:
    """Named by the schema that the first table is from, beside it."""
    name = snake_case(state.tables[0].schema) if state.tables else "landing"
    return Settings(pipeline_name=name, catalog="main", schema=f"{name}_gold")
