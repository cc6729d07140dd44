"""The criteria of success of one update: what is known of each."""

from __future__ import annotations

import streamlit as st

from medallion_core.run import Criterion, RunStatus, Verdict
from pages.components.frame.text import plain

Criteria = dict[str, Criterion | None]
"""By what they are called; None for what is not known yet."""

_NO_ERROR = "No error event"
_CRITERIA = (
    "Pipeline is idle",
    "Latest update completed",
    _NO_ERROR,
    "Every table exists and can be read",
    "Every row is accounted for",
)


def show_criteria(criteria: Criteria, judged: Verdict | None, address: str) -> None:
    """The criteria, each ticked when it is known; ``address`` is the platform's own page."""
    if judged is not None and judged.met:
        st.success("**All criteria met.** The pipeline has succeeded.", icon=":material/verified:")
    with st.container(horizontal=True, vertical_alignment="center"):
        for name, criterion in criteria.items():
            _show_criterion(name, criterion)
        if address:
            icon = ":material/open_in_new:"
            st.link_button("Open the update in Databricks", address, icon=icon, type="tertiary")
    for note in judged.notes if judged is not None else ():
        st.info(plain(note), icon=":material/info:")


def known(status: RunStatus, judged: Verdict | None) -> Criteria:
    """While the update goes on, only an error is known for certain."""
    if judged is not None:
        return dict(zip(_CRITERIA, judged.criteria, strict=True))
    return dict.fromkeys(_CRITERIA) | ({_NO_ERROR: _errors(status)} if status.errors else {})


def known_of_past(status: RunStatus) -> Criteria:
    """What an update that others followed has told of itself."""
    completed = Criterion("Update completed", status.state == "COMPLETED", f"it is {status.state}")
    return {completed.name: completed, _NO_ERROR: _errors(status)}


def _errors(status: RunStatus) -> Criterion:
    first = status.errors[0].message if status.errors else "none was logged"
    return Criterion(_NO_ERROR, not status.errors, first)


def _show_criterion(name: str, criterion: Criterion | None) -> None:
    if criterion is None:
        st.markdown(f":gray[:material/radio_button_unchecked: {name}]", width="content")
    elif criterion.met:
        st.markdown(
            f":green[:material/check_circle:] {name}", width="content", help=plain(criterion.detail)
        )
    else:
        st.markdown(
            f":red[:material/cancel: **{name}**] {plain(criterion.detail[:200])}", width="content"
        )
