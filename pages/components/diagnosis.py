"""What went wrong in a run, what it means, and what mends it."""

from __future__ import annotations

import streamlit as st

from medallion_core.model import Design
from medallion_core.run import RunStatus
from medallion_core.run_events import RunError
from pages.components.text import plain


def show_diagnoses(design: Design, status: RunStatus) -> None:
    for error in status.errors:
        show_unknown(error)


def show_unknown(error: RunError) -> None:
    """Everything that is known about an error that nobody has a name for."""
    title = error.dataset or "The pipeline"
    st.error(f"**{plain(title)}**: {plain(error.message)}", icon=":material/error:")
    if error.causes:
        with st.expander("The causes, outermost first"):
            st.code("\n\n".join(error.causes), language=None, wrap_lines=True)
