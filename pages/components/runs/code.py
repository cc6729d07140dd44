"""Files that somebody changed by hand: a run waits until an owner has looked and accepted them."""

from __future__ import annotations

import streamlit as st

from medallion_core.builder import Builder
from medallion_core.deploy.manifest import Manifest
from medallion_core.text.diff import text_diff
from medallion_core.trust import CodeChange
from medallion_core.trust.code import How
from medallion_core.workspace.folders import pipeline_folder
from medallion_core.workspace.links import file_link
from pages.components.deploy.deployments import Running
from pages.components.frame.code import show_code
from pages.components.frame.connection import as_app, asker
from pages.components.frame.links import show_link
from pages.components.frame.text import count, errors_shown, plain
from pages.components.preview.bundles import bundle_of

LOOKED_AT_SECONDS = 15
"""The folder is listed for it; a run reads all of its code anew, whatever was seen here."""


def show_code_changes(running: Running) -> None:
    """Nothing where everything lies as it was deployed."""
    with errors_shown():
        manifest = running.manifest
        changes = _changes(manifest.pipeline_name, manifest.number, manifest)
        if changes:
            with st.container(border=True):
                _show(running, changes)


@st.cache_data(scope="session", ttl=LOOKED_AT_SECONDS, show_spinner=False)
def _changes(pipeline_name: str, number: int, _manifest: Manifest) -> list[CodeChange]:
    """Looked at anew where another deployment is the last."""
    del number
    return Builder(asker()).code_changes(pipeline_name, manifest=_manifest)


def _show(running: Running, changes: list[CodeChange]) -> None:
    st.warning(
        f"{count(len(changes), 'file')} of code not as deployed. Nothing runs or is deployed until "
        "an owner has accepted what is there, or replaces it when deploying.",
        icon=":material/policy:",
    )
    deployed = bundle_of(running.design)
    folder = pipeline_folder(as_app(), running.manifest.pipeline_name)
    for change in changes:
        with st.expander(f"{plain(change.path)}: {change.how}", expanded=len(changes) == 1):
            before = deployed.get(change.path, "")
            show_code(text_diff(before, change.text, "deployed", "there now"), "diff")
            if change.how is not How.DELETED:
                show_link("Open the file", file_link(as_app().host, f"{folder}/{change.path}"))
    if st.button("Accept these files as they are", icon=":material/check:", key="accept_code"):
        Builder(asker()).accept_code(running.manifest.pipeline_name, changes)
        _changes.clear()
        st.rerun()
