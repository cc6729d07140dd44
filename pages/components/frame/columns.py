"""How moments, sizes and missing values stand in tables, the same on every page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

import streamlit as st

from pages.components.frame.typed import Row

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


def without_empty(rows: Sequence[Row], name: str) -> list[Row]:
    """``rows`` without the column of that name, where it says nothing in any of them."""
    if any(row[name] for row in rows):
        return list(rows)
    return [{key: value for key, value in row.items() if key != name} for row in rows]


def rows_key(name: str, rows: Iterable[object]) -> str:
    """The key of a table in which rows can be ticked. A browser keeps the number of a ticked row,
    which is another one once ``rows`` are others or stand in another order: that is another table,
    where nothing is ticked but its default."""
    told = "\n".join(map(str, rows)).encode(errors="backslashreplace")
    return f"{name}_{sha256(told).hexdigest()}"


def ticked(rows: Sequence[int]) -> Any:
    """The selection of a table in which these rows are ticked."""
    return {"selection": {"rows": list(rows)}}
