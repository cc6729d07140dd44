"""Whose pipeline it is, and what was done for whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import streamlit as st

from medallion_core.deploy.owners import let_in, take_out
from medallion_core.deploy.permit import folder_of
from medallion_core.model import Design
from medallion_core.trust import Asker, is_owner, read_audit, read_owners
from pages.components.frame.columns import moment_column
from pages.components.frame.connection import asker
from pages.components.frame.text import errors_shown, plain

SHOWN = 50
"""Actions that are listed: the newest."""


def show_owners(design: Design) -> None:
    """The owners; an owner adds others. Nothing before the first deployment."""
    who, name = asker(), design.settings.pipeline_name
    owners = read_owners(folder_of(who, name))
    if not owners:
        return
    with st.expander(f"Owners: {plain(', '.join(owners))}", icon=":material/group:"):
        st.caption("Owners deploy, run, stop and repair this pipeline, and see its rules and runs.")
        if is_owner(who, owners):
            _change_owners(name, owners)


def _change_owners(pipeline_name: str, owners: Sequence[str]) -> None:
    """An owner adds others, and takes out who no longer looks after it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        email = st.text_input("E-mail or application id of another owner", key="new_owner")
        if st.button("Add owner", icon=":material/person_add:") and email:
            _change(let_in, pipeline_name, email)
    if len(owners) > 1:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            email = st.selectbox("Owner", owners, key="old_owner")
            if st.button("Remove owner", icon=":material/person_remove:"):
                _change(take_out, pipeline_name, email)


def _change(change: Callable[[Asker, str, str], None], pipeline_name: str, name: str) -> None:
    with errors_shown():
        change(asker(), pipeline_name, name)
        st.rerun()


def show_audit(design: Design) -> None:
    """What the service principal did for whom, the newest first."""
    with st.expander(
        "What was done for whom", icon=":material/receipt_long:", key="audit", on_change="rerun"
    ) as box:
        if box.open:
            _list_audit(design.settings.pipeline_name)


def _list_audit(pipeline_name: str) -> None:
    entries = read_audit(folder_of(asker(), pipeline_name), SHOWN)
    if not entries:
        st.caption("Nothing yet.")
        return
    rows = [
        {
            "when": datetime.fromisoformat(entry.at),
            "who": entry.who,
            "what": entry.action,
            "agreed to": entry.consent,
            "ended": entry.outcome,
        }
        for entry in entries
    ]
    st.dataframe(rows, hide_index=True, placeholder="", column_config={"when": moment_column()})
