"""What looks like personal data, as one question: what readers of gold see of it."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from medallion_core.edit import decide_personal_data, joined_columns, undecided_columns
from medallion_core.model import Design, PrivacyDecision
from pages.components.frame.editor import apply_edit
from pages.components.frame.text import count, plain

_ANSWERS = {
    PrivacyDecision.MASK: (
        "Mask",
        "Readers of gold see *** or nothing in their place. Silver keeps the values.",
    ),
    PrivacyDecision.DROP: ("Drop", "The values stay in bronze; silver and gold go without."),
    PrivacyDecision.KEEP: ("Keep", "Readers of gold see every value."),
}
_JOINED = "Rows are joined by them. To hide them, hash both sides, among the columns below."


def show_personal_question(design: Design) -> None:
    """A button for each decision, for all columns at once; each column has its own below."""
    waiting = undecided_columns(design)
    if not waiting:
        return
    names = ", ".join(
        f"{entity.name}.{column.name} ({column.privacy.kind})"
        for entity, column in waiting
        if column.privacy
    )
    looks = "looks" if len(waiting) == 1 else "look"
    joined = joined_columns(design)
    free = any((entity.name, column.name) not in joined for entity, column in waiting)
    with st.container(border=True, gap="xsmall"):
        st.markdown(
            f"**{count(len(waiting), 'column')}** {looks} like personal data: {plain(names)}"
        )
        for decision, (label, effect) in _ANSWERS.items():
            if free or decision is PrivacyDecision.KEEP:
                _show_answer(decision, label, effect)
        _show_kinds([column.privacy.kind for _, column in waiting if column.privacy])
        if not free:
            st.caption(_JOINED)


def _show_kinds(kinds: list[str]) -> None:
    """The same for all of one kind, where there are several."""
    counts = Counter(kinds)
    if len(counts) < 2:
        return
    with st.expander("Decide kind by kind", icon=":material/category:"):
        for kind, number in sorted(counts.items()):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"{plain(kind)}: {count(number, 'column')}", width=200)
                for decision, (label, _) in _ANSWERS.items():
                    key = f"personal_{decision.value}_{kind}"
                    if st.button(f"{label} every {plain(kind)}", key=key):
                        _decide(decision, kind)


def _decide(decision: PrivacyDecision, kind: str = "") -> None:
    apply_edit(lambda now: decide_personal_data(now, decision, kind))


def _show_answer(decision: PrivacyDecision, label: str, effect: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(label, key=f"personal_{decision.value}"):
            _decide(decision)
        st.caption(plain(effect))
