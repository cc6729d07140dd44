"""What the app says where it was started without a workspace."""

from __future__ import annotations

import streamlit as st

from medallion_core.errors import MedallionError
from pages.components.frame.text import show_error

_LOCAL = "python -m local_workspace -- streamlit run app.py"
_PROFILE = """databricks auth login --host https://<your-workspace>
export DATABRICKS_WAREHOUSE_ID=<id of a SQL warehouse>
streamlit run app.py"""


def show_how_to_connect(error: MedallionError) -> None:
    """``error`` says why there is no workspace; below it, the three ways to have one."""
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
    if st.button("Try again", type="primary", icon=":material/refresh:"):
        st.cache_resource.clear()
        st.rerun()
