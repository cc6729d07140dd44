"""Whether the rows of tables are changes of rows: one question with its answers, for those that can
be answered alike."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from medallion_core.edit import answer_feeds, possible_choices
from medallion_core.model import Design, FeedChoice
from medallion_core.propose.feeds import choices, feed_effect, feed_question
from pages.components.frame.editor import apply_edit
from pages.components.frame.text import plain

_ANSWERS = {
    FeedChoice.FLAGGED: ("Keep deleted rows, marked", ":material/flag:"),
    FeedChoice.GONE: ("Let deleted rows go", ":material/delete:"),
    FeedChoice.NEWEST: ("Keep the newest of each", ":material/update:"),
    FeedChoice.EVERY: ("Keep every row", ":material/table_rows:"),
}


def show_feed_questions(design: Design, names: Sequence[str]) -> None:
    """One by one, or several that one click answers; each can be answered by itself, too."""
    first, *others = names
    if not others:
        _show(design, first)
        return
    with st.container(border=True):
        st.markdown(f"**{len(names)} tables** hold rows that may be changes of rows")
        st.markdown("\n".join(f"- {_detail(design, name)}" for name in names))
        for choice in possible_choices(design, first):
            effects = dict.fromkeys(_effect(design, name, choice) for name in names)
            _show_answer(design, names, choice, " ".join(effects))
        with st.expander("One by one"):
            for name in names:
                _show(design, name)


def _show(design: Design, name: str) -> None:
    """What is known of the changes, and a button for each way to read them; the one that holds
    today stands out."""
    feed = design.entity(name).feed
    with st.container(border=True):
        st.markdown(_detail(design, name))
        for choice in choices(feed) if feed else ():
            _show_answer(design, [name], choice, _effect(design, name, choice))


def _show_answer(design: Design, names: Sequence[str], choice: FeedChoice, effect: str) -> None:
    label, icon = _ANSWERS[choice]
    feeds = [design.entity(name).feed for name in names]
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            f"{label} (all {len(names)})" if len(names) > 1 else label,
            key=f"feed{'s' * (len(names) > 1)}_{choice}_{names[0]}",
            icon=icon,
            type="primary" if all(f and f.choice is choice for f in feeds) else "secondary",
            disabled=choice not in possible_choices(design, names[0]),
        ):
            apply_edit(lambda now: answer_feeds(now, names, choice))
        st.caption(plain(effect))


def _detail(design: Design, name: str) -> str:
    question = feed_question(design.entity(name))
    return f"**{plain(question.subject)}**: {plain(question.detail)}" if question else ""


def _effect(design: Design, name: str, choice: FeedChoice) -> str:
    entity = design.entity(name)
    return feed_effect(entity, entity.feed, choice) if entity.feed else ""
