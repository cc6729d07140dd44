"""Columns, sample rows and profile of one source. Only the tab that is open asks for anything."""

from __future__ import annotations

import streamlit as st

from medallion_core.model import ColumnProfile, Finding, Profile, Source
from pages.components.frame.columns import NULL, show_values
from pages.components.frame.links import show_link, source_link
from pages.components.frame.text import errors_shown, plain, show_finding
from pages.components.frame.typed import Row
from pages.components.sources import catalog

_TABS = [":material/info: Columns", ":material/table_rows: Sample", ":material/bar_chart: Profile"]
_CONFIG = st.column_config
_FREQUENT_HELP = "The most frequent values, and about how many rows each has"


def show_details(source: Source) -> None:
    where = str(source.location)
    st.markdown(f"**{plain(source.name)}**")
    if source.comment:
        st.text(source.comment)
    show_link("Open in Catalog Explorer", source_link(source.location))
    columns, sample, profile = st.tabs(_TABS, key="details_tab", on_change="rerun")
    if columns.open:
        with columns:
            st.dataframe(column_rows(source), hide_index=True, placeholder="")
    if sample.open:
        with sample, errors_shown():
            show_values(catalog.sample(source.location, where), "Sample rows")
    if profile.open:
        with profile, errors_shown():
            show_profile(catalog.profile(source, where))


def column_rows(source: Source) -> list[Row]:
    parents = {column: str(key.parent) for key in source.foreign_keys for column in key.columns}
    return [
        {
            "column": column.name,
            "type": column.type,
            "key": "PK" if column.name in source.primary_key else "",
            "refers to": parents.get(column.name, ""),
            "nullable": column.nullable,
            "comment": column.comment,
        }
        for column in source.columns
    ]


def show_profile(profile: Profile | Finding) -> None:
    if isinstance(profile, Finding):
        show_finding(profile)
        return
    st.caption(profile.rows_in_words)
    st.dataframe(
        [profile_row(column, profile.row_count) for column in profile.columns],
        hide_index=True,
        placeholder=NULL,
        column_config={
            "filled": _CONFIG.ProgressColumn(min_value=0.0, max_value=1.0, format="percent"),
            "values": _CONFIG.BarChartColumn(help=_FREQUENT_HELP, y_min=0),
            "frequent": _CONFIG.TextColumn(help=_FREQUENT_HELP),
        },
    )


def profile_row(column: ColumnProfile, row_count: int) -> Row:
    return {
        "column": column.name,
        "filled": 1.0 - column.null_count / row_count if row_count else 0.0,
        "distinct": _distinct(column),
        "min": _shown(column.minimum),
        "max": _shown(column.maximum),
        "values": [value.count for value in column.frequent],
        "frequent": ", ".join(str(value.value) for value in column.frequent[:5]),
    }


def _distinct(column: ColumnProfile) -> str:
    """An estimate says that it is one.

    >>> _distinct(ColumnProfile("a", 0, 1204))
    'about 1,204'
    >>> _distinct(ColumnProfile("a", 0, 3, distinct_is_exact=True))
    '3'
    """
    return f"{'' if column.distinct_is_exact else 'about '}{column.distinct_count:,}"


def _shown(value: object) -> str | None:
    return None if value is None else str(value)
