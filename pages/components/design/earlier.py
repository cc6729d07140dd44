"""The designs that a person can open: opened, duplicated, renamed, compared and deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from medallion_core.deploy.drafts import (
    DesignSummary,
    Draft,
    copy_draft,
    delete_draft,
    list_designs,
    open_design,
    rename_draft,
)
from medallion_core.trust import Asker
from pages.components.frame.columns import moment_column, without_empty
from pages.components.frame.connection import asker
from pages.components.frame.filters import filtered
from pages.components.frame.session import session
from pages.components.frame.text import errors_shown, plain
from pages.components.frame.typed import Row
from pages.components.preview.differences import show_differences

_MANY, _MANY_HEIGHT = 6, 260
"""Designs, and pixels: the list leaves room for what can be done with one of them."""


def show_earlier_designs() -> None:
    with st.spinner("Looking for earlier designs"):
        designs = list_designs(asker())
    if not designs:
        return
    st.header("Earlier designs")
    st.dataframe(
        without_empty(
            filtered([summary_row(each) for each in designs], "earlier_designs"), "problem"
        ),
        height=_MANY_HEIGHT if len(designs) > _MANY else "auto",
        hide_index=True,
        placeholder="",
        column_config={"saved": moment_column()},
    )
    known = {each.pipeline_name: each for each in designs if each.draft or not each.problem}
    name = st.selectbox("Design", list(known))
    if name is not None:
        with st.container(horizontal=True), errors_shown():
            _show_actions(known[name])
        _show_comparison(name, known)


def summary_row(summary: DesignSummary) -> Row:
    kinds = (("draft", summary.draft), ("deployed", summary.deployed))
    return {
        "design": summary.pipeline_name,
        "saved": summary.saved_at,
        "is": ", ".join(word for word, holds in kinds if holds),
        "problem": summary.problem,
    }


def _show_actions(summary: DesignSummary) -> None:
    name, readable = summary.pipeline_name, not summary.problem
    if st.button("Open", icon=":material/folder_open:", disabled=not readable):
        _open(open_design(asker(), name))
    if readable:
        _ask_for_a_name("Duplicate", "content_copy", name, copy_draft)
    if readable and summary.draft:
        _ask_for_a_name("Rename", "edit", name, rename_draft)
    if summary.draft:
        ask_to_delete(name)


def _open(draft: Draft) -> None:
    name = draft.design.settings.pipeline_name
    session().open(draft)
    st.query_params["design"] = name
    st.switch_page("pages/design.py")


def _ask_for_a_name(
    label: str, icon: str, name: str, make: Callable[[Asker, str, str], Draft]
) -> None:
    with st.popover(label, icon=f":material/{icon}:"):
        wanted = st.text_input("Pipeline name", f"{name}_2", key=f"{label}_{name}") or ""
        if label == "Rename":
            st.caption("What is deployed keeps its name, and its tables.")
        else:
            st.caption("Give it a schema of its own, in its settings, before it is deployed.")
        if st.button(f"{label} it", type="primary", key=f"do_{label}_{name}"):
            _open(make(asker(), name, wanted.strip()))


def ask_to_delete(name: str) -> None:
    with st.popover("Delete the draft", icon=":material/delete:"):
        st.caption("All its revisions are deleted. What is deployed stays.")
        if st.button("Delete it", type="primary"):
            delete_draft(asker(), name)
            _close(name)
            st.rerun()


def _close(name: str) -> None:
    """The design that is open, where it is of this name: edits of a draft that is gone could not be
    saved."""
    state = session()
    if state.design is not None and state.design.settings.pipeline_name == name:
        state.open(None)
        st.query_params.pop("design", None)


def _show_comparison(name: str, known: Mapping[str, DesignSummary]) -> None:
    others = [each for each in known if each != name and not known[each].problem]
    if not others or known[name].problem:
        return
    other = st.selectbox("Compare it with", others, index=None, key=f"compare_{name}")
    if other is not None:
        with errors_shown():
            before, after = (open_design(asker(), each).design for each in (name, other))
            st.markdown(f"From **{plain(name)}** to **{plain(other)}**")
            show_differences(before, after, f"{name}_{other}")
