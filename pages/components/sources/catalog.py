"""What the workspace answers to browsing, kept for a few minutes for one browser session."""

from __future__ import annotations

import pyarrow as pa
import streamlit as st

from medallion_core import browse
from medallion_core.errors import MedallionError
from medallion_core.model import FilesLocation, Finding, Location, Profile, Source, TableName
from medallion_core.profile import profile_sources
from pages.components.frame.connection import as_person

_MINUTES = 300.0
"""Seconds that an answer is kept; the page has a button that forgets them."""

SEARCH_LIMIT = 500


@st.cache_data(scope="session", ttl=_MINUTES, show_spinner="Reading the catalogs")
def catalogs() -> list[str]:
    return browse.list_catalogs(as_person())


@st.cache_data(scope="session", ttl=_MINUTES, show_spinner="Reading the schemas")
def schemas(catalog: str) -> list[str]:
    return browse.list_schemas(as_person(), catalog)


@st.cache_data(scope="session", ttl=_MINUTES, show_spinner="Listing the SQL warehouses")
def warehouses() -> list[str]:
    return browse.list_warehouses(as_person())


@st.cache_data(scope="session", ttl=_MINUTES, show_spinner="Listing the groups")
def groups() -> tuple[list[str], str]:
    """Their names, or why they cannot be listed: that is kept as well, since who may not list them
    now may not at the next click."""
    try:
        return browse.list_groups(as_person()), ""
    except MedallionError as error:
        return [], error.message


@st.cache_data(scope="session", ttl=_MINUTES, show_spinner="Reading the tables")
def tables(catalog: str, schema: str) -> list[browse.TableSummary]:
    return browse.list_tables(as_person(), catalog, schema)


@st.cache_data(scope="session", ttl=_MINUTES, show_spinner="Looking for tables")
def fullest_schema() -> tuple[str, str] | None:
    return browse.fullest_schema(as_person())


@st.cache_data(scope="session", ttl=_MINUTES, show_spinner="Searching")
def found_tables(text: str) -> list[browse.TableSummary]:
    return browse.search_tables(as_person(), text, SEARCH_LIMIT)


@st.cache_data(scope="session", ttl=_MINUTES, show_spinner="Reading the volumes")
def volumes(catalog: str, schema: str) -> list[browse.VolumeSummary]:
    return browse.list_volumes(as_person(), catalog, schema)


@st.cache_data(scope="session", ttl=_MINUTES, show_spinner="Listing the files")
def files(path: str) -> list[browse.FileSummary]:
    return browse.list_files(as_person(), path)


@st.cache_data(scope="session", ttl=_MINUTES, show_spinner="Recognising the files")
def file_sources(path: str) -> list[Source]:
    return browse.file_sources(as_person(), path)


@st.cache_data(scope="session", ttl=_MINUTES, show_spinner="Reading the columns")
def file_source(_location: FilesLocation, key: str) -> Source:
    """``key`` tells one way of reading the files from another: what it was cached by."""
    del key
    return browse.file_source(as_person(), _location)


@st.cache_data(scope="session", ttl=_MINUTES, show_spinner="Reading the columns")
def source(name: TableName) -> Source:
    return browse.read_sources(as_person(), [name])[0]


@st.cache_data(scope="session", ttl=_MINUTES, show_spinner="Reading sample rows")
def sample(_location: Location, key: str) -> pa.Table:
    """``key`` tells locations apart: what it was cached by."""
    del key
    return browse.sample_rows(as_person(), _location)


@st.cache_data(scope="session", ttl=_MINUTES, show_spinner="Profiling: one scan")
def profile(_source: Source, key: str) -> Profile | Finding:
    """``key`` tells sources apart: what it was cached by."""
    del key
    return profile_sources(as_person(), [_source])[0]


def forget() -> None:
    """Everything is asked again the next time."""
    offered = (warehouses, groups)
    browsed = (catalogs, schemas, tables, fullest_schema, found_tables, volumes, files)
    looked_into = (file_sources, file_source, source, sample, profile)
    for clear in (each.clear for kind in (offered, browsed, looked_into) for each in kind):
        clear()
