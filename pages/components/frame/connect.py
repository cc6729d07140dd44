"""What the app says where there is no workspace, or nobody known who asks."""

from __future__ import annotations

import streamlit as st

from medallion_core.errors import MedallionError
from pages.components.frame.text import show_error

_LOCAL = "python -m local_workspace -- streamlit run app.py"
_PROFILE = """databricks auth login --host https://<your-workspace>
export DATABRICKS_WAREHOUSE_ID=<id of a SQL warehouse>
streamlit run app.py"""


def show_how_to_connect(error: MedallionError) -> None:
    """``error`` says why nothing can be done yet; below it, what to do."""
    if error.code == "TRUST_NOT_SET":
        _show_how_to_be_known(error)
    else:
        _show_ways_to_connect(error)
    # Nothing is kept of what failed. What others have begun is kept beside it, and stays.
    st.button("Try again", type="primary", icon=":material/refresh:")


def _show_how_to_be_known(error: MedallionError) -> None:
    """The app does for a person what this person may do, so it has to know who that is."""
    st.title("Turn on user authorization")
    show_error(error)
    st.markdown(
        "1. A workspace admin turns on *User authorization for Databricks Apps* under *Previews*.\n"
        "2. On the app's page, *Edit*, *User authorization*: add the scopes `sql` and "
        "`files.files`.\n"
        "3. Restart the app, reload this page and agree to what it asks for."
    )


def _show_ways_to_connect(error: MedallionError) -> None:
    st.title("Connect a workspace")
    show_error(error)
    st.markdown("**On this machine**, with sample data and no account:")
    st.code(_LOCAL, language="bash")
    st.markdown("**A Databricks workspace**, with your own login:")
    st.code(_PROFILE, language="bash")
    st.markdown(
        "**As a Databricks App**: add a SQL warehouse as the app's resource `sql-warehouse`. "
        "The app's service principal is then signed in by itself."
    )
