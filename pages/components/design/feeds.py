"""Whether the rows of a table are changes of rows: one question with its answers."""

from __future__ import annotations

import streamlit as st

from medallion_core.edit import answer_feed
from medallion_core.model import Design, FeedChoice
from medallion_core.propose.feeds import choices, feed_question
from pages.components.frame.session import keep_design
from pages.components.frame.text import errors_shown, plain

_ANSWERS = {
    FeedChoice.FLAGGED: ("Keep deleted rows, marked", ":material/flag:"),
    FeedChoice.GONE: ("Let deleted rows go", ":material/delete:"),
    FeedChoice.NEWEST: ("Keep the newest of each", ":material/update:"),
    FeedChoice.EVERY: ("Keep every row", ":material/table_rows:"),
}


def show_feed_question(design: Design, entity_name: str) -> None:
    """What is known of the changes, and a button for each way to read them; the one that holds
    today stands out."""
    entity = design.entity(entity_name)
    question, feed = feed_question(entity), entity.feed
    if question is None or feed is None:
        return
    with st.container(border=True):
        st.markdown(f"**{plain(question.subject)}**: {plain(question.detail)}")
        with st.container(horizontal=True):
            for choice in choices(feed):
                label, icon = _ANSWERS[choice]
                if st.button(
                    label,
                    key=f"feed_{choice}_{entity_name}",
                    icon=icon,
                    type="primary" if choice is feed.choice else "secondary",
                    disabled=choice is not FeedChoice.EVERY and not feed.key,
                ):
                    answer(design, entity_name, choice)


def answer(design: Design, entity_name: str, choice: FeedChoice) -> None:
    with errors_shown():
        keep_design(answer_feed(design, entity_name, choice))
        st.rerun()
