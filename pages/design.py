"""Design: what is proposed and why, editable in tables, with the star redrawn beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import count as count_from

import streamlit as st

from medallion_core.edit import (
    OpenQuestions,
    answer_all,
    answer_question,
    carried,
    open_questions,
)
from medallion_core.model import Answer, Design, Level, Question
from medallion_core.tables.soundness.design import unsound
from pages.components.canvas.pictures import show_star_canvas
from pages.components.canvas.references import show_references_canvas
from pages.components.design import entity_editors
from pages.components.design.drift import show_drift
from pages.components.design.earlier import show_earlier_designs
from pages.components.design.feeds import show_feed_questions
from pages.components.design.history import show_history
from pages.components.design.privacy import show_personal_question
from pages.components.design.proposals import show_proposals
from pages.components.design.propose import show_propose
from pages.components.design.reference_questions import show_reference_questions
from pages.components.design.settings import settings_form
from pages.components.design.star_editors import show_star_tables
from pages.components.frame.editor import apply_edit, end_editors, tell_here
from pages.components.frame.filters import show_findings
from pages.components.frame.page import run_page
from pages.components.frame.session import session
from pages.components.frame.text import count, empty_state, errors_shown, plain

EDITORS = {
    ":material/table: Tables": entity_editors.show_tables,
    ":material/link: References": entity_editors.show_references,
    ":material/view_column: Columns": entity_editors.show_columns,
    ":material/rule: Rules": entity_editors.show_rules,
    ":material/star: Star": show_star_tables,
}
NOTED = Answer("Noted", "Nothing changes.")
"""To what is to be known, and not to be decided."""

EFFECTS_SHOWN = 4
"""Of an answer to many questions."""

EDIT, BOTH, STAR = "Edit", "Both", "Star"

SETTINGS = ":material/settings: Settings"
_FIFTH = 220
"""Pixels, at least, of a fifth of the page: three are for tables, and two for the star beside them;
where there is no room for five the star comes below."""


def show_page() -> None:
    st.title("Design")
    state = session()
    going_on = show_proposals(state)
    if state.design is None:
        show_start(going_on=going_on)
    else:
        show_design(state.design)


def show_start(*, going_on: bool) -> None:
    """``going_on``: something is being proposed right now."""
    state = session()
    if state.basket_size and not going_on:
        show_propose(state)
    elif not going_on:
        empty_state(
            "No design is open",
            "Put tables into the basket, and a design is proposed from them here.",
            "pages/sources.py",
            "Choose tables",
        )
    with errors_shown():
        show_earlier_designs()


def show_design(design: Design) -> None:
    shown = show_head(design)
    if shown == EDIT:
        show_work(design)
    elif shown == STAR:
        show_star(design, beside=True)
    else:
        with st.grid(5, min_column_width=_FIFTH) as grid:
            with grid.cell(column_span=3):
                show_work(design)
            with grid.cell(column_span=2):
                show_star(design, beside=False)


def show_head(design: Design) -> str:
    """What is open, in a line; which of the work on it and its star are to be shown."""
    settings = design.settings
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"**{plain(settings.pipeline_name)}** · goes to "
            f"{plain(f'{settings.catalog}.{settings.schema}')} · "
            f"{count(len(design.entities), 'table')}, {count(len(design.star.facts), 'fact')}, "
            f"{count(len(design.star.dimensions), 'dimension')}"
        )
        show_history()
        return st.radio(
            "What this page shows",
            [EDIT, BOTH, STAR],
            index=1,
            horizontal=True,
            key="design_shown",
            label_visibility="collapsed",
            width="content",
            persist_state="session",
        )


def show_work(design: Design) -> None:
    show_questions(design)
    show_editors(design)
    show_drift(design)


def show_questions(design: Design) -> None:
    """What the proposal is unsure of, and what the checks find, above everything else; what is
    offered comes after it."""
    left = open_questions(design)
    numbers = count_from(0)
    if left:
        show_open(design, left, numbers)
    else:
        st.success("No open questions.", icon=":material/check:")
    if left.offers:
        with st.expander(count(len(left.offers), "offer"), icon=":material/lightbulb:"):
            for offer in left.offers:
                show_question(offer, next(numbers))


def show_open(design: Design, left: OpenQuestions, numbers: Iterator[int]) -> None:
    """Folded where they are many, unless one of them keeps the design from being deployed."""
    told = count(len(left), "open question")
    is_wrong = any(finding.level is Level.ERROR for finding in left.findings)
    with st.expander(told, icon=":material/help:", expanded=is_wrong or len(left) < 4):
        show_findings(left.findings, "open_findings")
        show_reference_questions(left)
        for names in left.feeds:
            show_feed_questions(design, names)
        for group in left.groups:
            show_group(group, numbers)
        show_personal_question(design)


def show_group(group: Sequence[Question], numbers: Iterator[int]) -> None:
    """One question, or several that one click answers; each can be answered by itself, too."""
    first, *others = group
    if not others:
        show_question(first, next(numbers))
        return
    with st.container(border=True):
        st.markdown(f"**{len(group)} questions of one kind**, which one click can answer")
        st.markdown("\n".join(f"- **{plain(q.subject)}**: {plain(q.detail)}" for q in group))
        number = next(numbers)
        for place, possible in enumerate(first.answers):
            with st.container(horizontal=True, vertical_alignment="center"):
                label = f"{possible.label} (all {len(group)})"
                if st.button(plain(label), key=f"answers_{number}_{place}"):
                    apply_edit(partial(answer_all, questions=group, place=place))
                st.caption(plain(effects_of(group, place)))
        with st.expander("One by one"):
            for question in group:
                show_question(question, next(numbers))


def effects_of(group: Sequence[Question], place: int) -> str:
    """What an answer to all of them does to the rows of each, as far as there is room; once, where
    it is the same."""
    effects = dict.fromkeys(question.answers[place].effect for question in group)
    if len(effects) == 1:
        return next(iter(effects))
    told = [f"{question.subject}: {question.answers[place].effect}" for question in group]
    more = len(told) - EFFECTS_SHOWN
    return " ".join([*told[:EFFECTS_SHOWN], *[f"And {more} more, below."] * (more > 0)])


def show_question(question: Question, number: int) -> None:
    """With a button for each answer, which says what becomes of the rows."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{plain(question.subject)}**: {plain(question.detail)}")
        if question.hint and not question.answers:
            st.caption(plain(question.hint))
        for place, possible in enumerate(question.answers or (NOTED,)):
            with st.container(horizontal=True, vertical_alignment="center"):
                if st.button(plain(possible.label), key=f"answer_{number}_{place}"):
                    apply_edit(partial(answer_question, question=question, answer=possible))
                st.caption(plain(possible.effect))


def show_editors(design: Design) -> None:
    names = [*EDITORS, SETTINGS]
    tell_here()
    for name, tab in zip(names, st.tabs(names, key="design_tab", on_change="rerun"), strict=True):
        if not tab.open:
            continue
        with tab, errors_shown():
            if name == SETTINGS:
                show_settings(design)
            else:
                EDITORS[name](design)
    end_editors()


def show_settings(design: Design) -> None:
    settings = settings_form(design.settings, "design_settings", "Save the settings")
    if settings is not None:
        apply_edit(
            lambda now: replace(now, settings=carried(design.settings, settings, now.settings))
        )


def show_star(design: Design, *, beside: bool) -> None:
    """``beside``: there is room for what is told of a table beside the star."""
    if not (design.star.facts or design.star.dimensions):
        empty_state(
            "No star yet",
            "Make a table with events or amounts a fact, and what it refers to "
            "dimensions: the star is drawn here.",
        )
        show_references_canvas(design, "design_references")
        return
    if unsound(design):
        st.caption("The star is drawn once the errors above are gone.")
        return
    show_star_canvas(design, "design_star", beside=beside, references=True)


run_page(show_page)
