"""Links from what a page shows to where it lies in Databricks."""

from __future__ import annotations

import streamlit as st

from medallion_core.model import FilesLocation, Location, TableLocation
from medallion_core.workspace.links import table_link, volume_link
from pages.components.frame.connection import as_app


def show_link(label: str, address: str) -> None:
    """Nothing where there is no address."""
    if address:
        st.link_button(label, address, icon=":material/open_in_new:", type="tertiary")


def source_link(location: Location) -> str:
    """A source's table, or the volume of its files; empty for what the catalog does not hold."""
    host = as_app().host
    match location:
        case TableLocation(table=name):
            return table_link(host, name.catalog, name.schema, name.table)
        case FilesLocation(path=path):
            return volume_link(host, path)
        case _:
            return ""
