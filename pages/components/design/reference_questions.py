"""References that wait for a yes or no: one by one, or all at once that the data confirms alike."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from medallion_core.edit import (
    Confirmed,
    OpenQuestions,
    accept_references,
    leave_out_unsure,
    put_reference,
    take_out_reference,
)
from medallion_core.model import Reference
from pages.components.frame.editor import apply_edit
from pages.components.frame.text import plain

_NAMED = 12
"""Beside a button that takes in many."""

_EFFECTS = {
    Confirmed.BY_ALL_ROWS: "Each row gets its member:",
    Confirmed.BY_A_SAMPLE: "Rows that were not looked at may find none, and get an unknown member:",
}


def show_reference_questions(left: OpenQuestions) -> None:
    """One after the other; where they are several, those that the data confirms can be taken in at
    once, and all can be left out."""
    if not left.asks_once:
        for reference in left.references:
            _show_one(reference)
        return
    with st.container(border=True):
        st.markdown(
            f"**{len(left.references)} references** are unsure. Take in those that are meant; none "
            "is built on before."
        )
        for kind, references in left.confirmed.items():
            _show_yes_to_all(kind, references)
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(f"No (all {len(left.references)})", key="no_all", icon=":material/close:"):
                apply_edit(leave_out_unsure)
            st.caption("Their columns stay, and no row is joined by them.")
        with st.expander("One by one"):
            for reference in left.references:
                _show_one(reference)


def _show_yes_to_all(kind: Confirmed, references: Sequence[Reference]) -> None:
    """``references`` are confirmed in this way; each is named."""
    label = f"Yes ({len(references)} that {kind})"
    names = [f"{each.entity}({', '.join(each.columns)}) → {each.parent}" for each in references]
    more = len(names) - _NAMED
    told = [*names[:_NAMED], *[f"{more} more, below"] * (more > 0)]
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(label, key=f"yes_all_{kind.name}", icon=":material/check:"):
            apply_edit(lambda now: accept_references(now, references))
        st.caption(f"{_EFFECTS[kind]} {plain('; '.join(told))}.")


def _show_one(reference: Reference) -> None:
    child = f"{reference.entity}({', '.join(reference.columns)})"
    parent = f"{reference.parent}({', '.join(reference.parent_columns)})"
    key = f"{child}_{parent}"
    with st.container(border=True):
        st.markdown(
            f"Does **{plain(child)}** refer to **{plain(parent)}**? "
            f"{plain(reference.evidence)} ({reference.confidence:.0%} sure)"
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Yes", key=f"yes_{key}", icon=":material/check:"):
                apply_edit(lambda now: put_reference(now, reference))
            if st.button("No", key=f"no_{key}", icon=":material/close:"):
                apply_edit(lambda now: take_out_reference(now, reference))
            st.caption(
                "With yes, each row gets its member, an unknown one where it finds none. With no, "
                "the column stays, and no row is joined by it."
            )
