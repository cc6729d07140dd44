"""Links from what a page shows to where it lies in Databricks."""

from __future__ import annotations

import streamlit as st

from medallion_core.browse import has_table
from medallion_core.errors import MedallionError
from medallion_core.model import FilesLocation, Location, TableLocation, TableName
from medallion_core.workspace.links import table_link, volume_link
from pages.components.frame.connection import as_app, as_person

_SECONDS = 60.0
"""That an answer is kept: a run may make the table any moment."""

_NOT_MADE = "It is not made yet: the first run after a deployment makes it."
_UNSEEN = "Whether it is made yet could not be seen."


def show_link(label: str, address: str) -> None:
    """Nothing where there is no address."""
    if address:
        st.link_button(label, address, icon=":material/open_in_new:", type="tertiary")


def show_made_link(name: TableName, as_of: str = "") -> bool:
    """A table that a run makes, once it has; before there is nothing to open, and that is said.
    Asked again where ``as_of`` is another. Gives whether it may be there."""
    made = is_made(name, as_of)
    if made:
        address = table_link(as_app().host, name.catalog, name.schema, name.table)
        show_link("Open in Catalog Explorer", address)
    else:
        st.caption(_NOT_MADE if made is False else _UNSEEN)
    return made is not False


def is_made(name: TableName, as_of: str = "") -> bool | None:
    """None where that cannot be seen."""
    try:
        return _has_table(str(name), as_of, name)
    except MedallionError:
        return None


@st.cache_data(scope="session", ttl=_SECONDS, show_spinner=False)
def _has_table(table: str, as_of: str, _name: TableName) -> bool | None:
    del table, as_of
    return has_table(as_person(), _name)


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
