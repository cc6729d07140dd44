"""What differs between two designs, as design file and as code."""

from __future__ import annotations

import streamlit as st

from medallion_core.model import Design
from medallion_core.model.file import dump_design
from medallion_core.text.diff import changed_texts, text_diff
from pages.components.frame.code import show_code
from pages.components.frame.text import count
from pages.components.preview.bundles import bundle_of

_BESIDES = ("medallion.yml", "README.md", "FIXES.md")
"""Files that say the same as the design."""


def show_differences(before: Design, after: Design, key: str) -> None:
    """Drawn once it is opened: the code has to be generated for it."""
    with st.expander(
        "What it changes in the design and the code",
        icon=":material/difference:",
        key=f"differences_{key}",
        on_change="rerun",
    ) as box:
        if box.open:
            _show_changed(before, after, key)


def _show_changed(before: Design, after: Design, key: str) -> None:
    show_code(design_difference(before, after), "diff")
    changed = code_differences(before, after)
    if changed:
        path = st.selectbox(count(len(changed), "changed file"), list(changed), key=f"file_{key}")
        show_code(changed[path], "diff", height=320)


def design_difference(before: Design, after: Design) -> str:
    """The change of the design file as a unified diff; empty where nothing changes."""
    return text_diff(dump_design(before), dump_design(after), "now", "then")


def code_differences(before: Design, after: Design) -> dict[str, str]:
    """The change of each generated file as a unified diff, by the file's path."""
    changed = changed_texts(bundle_of(before), bundle_of(after), "now", "then")
    return {path: difference for path, difference in changed.items() if path not in _BESIDES}
