"""How moments, sizes and missing values stand in tables, the same on every page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

NULL = "NULL"
"""What stands where a row of data has no value."""


def moment_column(label: str | None = None, form: str = "YYYY-MM-DD HH:mm:ss") -> Any:
    """A moment in the zone of who looks; the service tells it in UTC."""
    return st.column_config.DatetimeColumn(label, format=form, timezone=st.context.timezone)


def size_column(label: str | None = None) -> Any:
    """Bytes, as KB, MB or GB."""
    return st.column_config.NumberColumn(label, format="bytes")


def show_values(rows: Any, alt: str) -> None:
    """Rows of data as they are: what is missing is NULL, and no empty text looks like it."""
    st.dataframe(rows, hide_index=True, placeholder=NULL, alt=alt)


def ticked(rows: Sequence[int]) -> Any:
    """The selection of a table in which these rows are ticked."""
    return {"selection": {"rows": list(rows)}}
