"""Files that somebody changed by hand: a run waits until an owner has looked and accepted them."""

from __future__ import annotations

import streamlit as st

from medallion_core.deploy import deployed_design
from medallion_core.deploy.permit import accept_changes, code_changes
from medallion_core.model import Design
from medallion_core.text.diff import text_diff
from medallion_core.trust import CodeChange
from pages.components.frame.connection import as_app, asker
from pages.components.frame.text import count, errors_shown, plain
from pages.components.preview.bundles import bundle_of

LOOKED_AT_SECONDS = 15
"""All files of the folder are read for it; a run compares them anew whatever was seen here."""


def show_code_changes(design: Design) -> None:
    """Nothing where everything lies as it was deployed."""
    with errors_shown():
        changes = _changes(design.settings.pipeline_name)
        if changes:
            with st.container(border=True):
                _show(design, changes)


@st.cache_data(scope="session", ttl=LOOKED_AT_SECONDS, show_spinner=False)
def _changes(pipeline_name: str) -> list[CodeChange]:
    return code_changes(asker(), pipeline_name)


def _show(design: Design, changes: list[CodeChange]) -> None:
    st.warning(
        f"{count(len(changes), 'file')} of code not as deployed. Nothing runs or is deployed until "
        "an owner has accepted what is there, or replaces it when deploying.",
        icon=":material/policy:",
    )
    deployed = bundle_of(deployed_design(as_app(), design.settings.pipeline_name))
    for change in changes:
        with st.expander(f"{plain(change.path)}: {change.how}", expanded=len(changes) == 1):
            before = deployed.get(change.path, "")
            st.code(text_diff(before, change.text, "deployed", "there now"), language="diff")
    if st.button("Accept these files as they are", icon=":material/check:", key="accept_code"):
        accept_changes(asker(), design.settings.pipeline_name, changes)
        _changes.clear()
        st.rerun()
