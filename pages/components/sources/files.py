"""Files in volumes as sources: walk the folders, see what was recognised, correct it, take it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from medallion_core.browse import FileSummary
from medallion_core.model import FilesLocation, Source
from pages.components.frame.columns import moment_column, show_values, size_column
from pages.components.frame.session import session
from pages.components.frame.text import (
    empty_state,
    errors_shown,
    exact,
    plain,
    show_finding,
)
from pages.components.frame.typed import Row
from pages.components.sources import catalog
from pages.components.sources.file_options import show_file_options
from pages.components.sources.tables import choose_schema

_PATH = "files_path"
_SAMPLE_ROWS = 8


def show_files() -> Source | None:
    """The source to show details of."""
    chosen = choose_schema()
    if chosen is None:
        return None
    volumes = catalog.volumes(*chosen)
    if not volumes:
        return show_cloud_path()
    names = {volume.name: volume.path for volume in volumes}
    volume = st.selectbox("Volume", list(names), key=f"volume_{'.'.join(chosen)}")
    path = current_path(names[volume])
    show_folder(names[volume], path)
    with errors_shown():
        return show_recognised(path)
    return None


def show_cloud_path() -> Source | None:
    """A schema without volumes: a path outside of them may still be read."""
    st.caption("This schema has no volume. A cloud path can be read where you may read it.")
    path = st.text_input(
        "Cloud path",
        placeholder="abfss://container@account…/folder",
        key="cloud_path",
        persist_state="session",
    )
    return show_recognised(path) if path else None


def current_path(root: str) -> str:
    """The folder that is open within the volume ``root``."""
    path: str = st.session_state.get(_PATH, root)
    return path if path.startswith(root) else root


def show_folder(root: str, path: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.caption(exact(path), width="content")
        parent = path.rstrip("/").rsplit("/", 1)[0]
        st.button(
            "Up",
            icon=":material/arrow_upward:",
            type="tertiary",
            disabled=path.rstrip("/") == root.rstrip("/"),
            on_click=open_folder,
            args=(parent,),
        )
    files = catalog.files(path)
    if not files:
        empty_state("An empty folder", "Put files into it, or choose another volume.")
        return
    folders = [file for file in files if file.is_directory]
    with st.container(horizontal=True, gap="xsmall"):
        for folder in folders:
            st.button(
                plain(folder.name),
                key=f"folder_{folder.path}",
                icon=":material/folder:",
                on_click=open_folder,
                args=(folder.path,),
            )
    if len(folders) < len(files):
        st.dataframe(
            [file_row(f) for f in files if not f.is_directory],
            hide_index=True,
            placeholder="",
            column_config={"size": size_column(), "changed": moment_column()},
        )


def file_row(file: FileSummary) -> Row:
    return {"file": file.name, "size": file.size, "changed": file.modified_at}


def open_folder(path: str) -> None:
    st.session_state[_PATH] = path


def show_recognised(path: str) -> Source | None:
    """The tables in the folder and in those below it, each a source, and how each is read."""
    if not st.toggle("Detect format of the files here", key=f"recognise_{path}"):
        return None
    sources = catalog.file_sources(chosen_file(path))
    if not sources:
        st.info("No parquet, csv, json, avro or text files here.")
        return None
    names = {source.location.path: source for source in sources}  # type: ignore[union-attr]
    chosen = st.selectbox("Source", list(names), format_func=lambda p: p.rstrip("/").split("/")[-1])
    source = show_correction(names[chosen])
    for question in source.questions:
        show_finding(question)
    show_sample(source)
    with st.container(horizontal=True):
        if st.button("Add to the basket", type="primary", icon=":material/add_shopping_cart:"):
            take([source])
        if len(sources) > 1 and st.button(f"Add all {len(sources)} as recognised"):
            take(sources)
    return source


def chosen_file(path: str) -> str:
    """The folder, or the one of its files that is to be read alone."""
    files = [file for file in catalog.files(path) if not file.is_directory]
    if len(files) < 2:
        return path
    names = {file.path: file.name for file in files}
    return st.selectbox(
        "Files",
        [path, *names],
        format_func=lambda p: plain(names.get(p, f"All {len(files)} files")),
        key=f"file_{path}",
    )


def show_sample(source: Source) -> None:
    """Rows as they will be read, beside the choices that they follow from."""
    if not source.columns:
        st.warning("Nothing can be read from these files this way: correct how they are read.")
        return
    with errors_shown():
        rows = catalog.sample(source.location, str(source.location)).slice(0, _SAMPLE_ROWS)
        show_values(rows, "Sample rows")


def show_correction(source: Source) -> Source:
    """The source as a person says that it is read; its columns are asked for again then."""
    if not isinstance(source.location, FilesLocation):
        return source
    corrected = show_file_options(source.location)
    if corrected == source.location:
        return source
    read = catalog.file_source(corrected, str(corrected))
    return replace(read, questions=(*source.questions, *read.questions))


def take(sources: list[Source]) -> None:
    for source in sources:
        session().others[source.location.path] = source  # type: ignore[union-attr]
    st.rerun()
