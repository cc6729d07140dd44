"""Preview: the bundle as files, the star, the lineage and what the checks find."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, groupby
from pathlib import PurePosixPath

import streamlit as st

from medallion_core.model import Bundle, Design
from medallion_core.tables.soundness.design import unsound
from pages.components.canvas.pictures import show_lineage_canvas, show_star_canvas
from pages.components.frame.code import show_code
from pages.components.frame.filters import show_findings
from pages.components.frame.page import run_page
from pages.components.frame.refreshes import show_refreshes
from pages.components.frame.session import session
from pages.components.frame.text import count, empty_state, errors_shown, plain, show_finding
from pages.components.preview.bundles import (
    bundle_of,
    findings_of,
    language,
    zipped,
)
from pages.components.preview.lineage import show_column_lineage
from pages.components.preview.rows import show_rows

_CHOSEN = "preview_file"
_FIRST = "README.md"
FILES_SHOWN = 80
"""Buttons beside the code: more of them are long to draw and to look through."""

_LAYERS = (".", "src/bronze", "src/silver", "src/gold")


def show_page() -> None:
    st.title("Preview")
    design = session().design
    if design is None:
        empty_state(
            "Nothing to preview yet",
            "Open or propose a design; its code, star and lineage are shown here.",
            "pages/design.py",
            "Go to Design",
        )
        return
    dangling = unsound(design)
    for finding in dangling:
        show_finding(finding)
    if not dangling:
        bundle = bundle_of(design)
        show_header(design, bundle)
        show_tabs(design, bundle)


def show_header(design: Design, bundle: Bundle) -> None:
    name = design.settings.pipeline_name
    with st.container(horizontal=True, vertical_alignment="center"):
        lines = sum(text.count("\n") for text in bundle.values())
        st.caption(
            f"**{plain(name)}** · {count(len(bundle), 'file')}, {count(lines, 'line')}",
            width="stretch",
        )
        st.download_button(
            "Download zip",
            lambda: zipped(bundle),
            file_name=f"{name}.zip",
            mime="application/zip",
            icon=":material/download:",
            on_click="ignore",
        )


def show_tabs(design: Design, bundle: Bundle) -> None:
    names = [
        ":material/code: Code",
        ":material/star: Star",
        ":material/account_tree: Lineage",
        ":material/update: Refresh",
        ":material/fact_check: Findings",
    ]
    code, star, lineage, refresh, findings = st.tabs(names, key="preview_tab", on_change="rerun")
    if code.open:
        with code:
            show_files_and_code(design, bundle)
    if star.open:
        with star:
            show_star_canvas(design, "preview_star")
    if lineage.open:
        with lineage:
            show_lineage(design)
    if refresh.open:
        with refresh:
            st.caption(
                "By the platform's list of what refreshes incrementally; in each run it decides "
                "which of the two is cheaper. A first run computes everything."
            )
            show_refreshes(design, bundle)
    if findings.open:
        with findings:
            show_checks(design)


def show_files_and_code(design: Design, bundle: Bundle) -> None:
    chosen = st.session_state.get(_CHOSEN, _FIRST)
    path = chosen if chosen in bundle else sorted(bundle)[0]
    tree, code = st.columns([1, 3])
    with tree, st.container(height=720):
        show_tree(bundle, path)
    with code:
        st.caption(plain(path))
        show_code(bundle[path], language(path), height=680)
        with errors_shown():
            show_rows(design, path)


def show_tree(bundle: Bundle, chosen: str) -> None:
    """Folders as expanders; the files of the top folder come first. Of many files those that are
    looked for."""
    wanted = ""
    if len(bundle) > FILES_SHOWN:
        wanted = st.text_input("Filter", type="search", live=True, key="preview_filter")
    found = [path for path in bundle if wanted.lower() in path.lower()]
    shown = list(chain.from_iterable(paths for _, paths in folders(found)))[:FILES_SHOWN]
    for folder, paths in folders(shown):
        if folder == ".":
            show_files(paths, chosen)
            continue
        with st.expander(plain(folder), icon=":material/folder:", expanded=True, type="compact"):
            show_files(paths, chosen)
    if len(found) > len(shown):
        st.caption(f"{count(len(found) - len(shown), 'more file')}: filter for them.")


def folders(bundle: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Each folder with the paths of its files; the top folder is ``.``, the layers come after."""
    paths = sorted(bundle, key=lambda path: (_rank(folder_of(path)), folder_of(path), path))
    return [(folder, list(files)) for folder, files in groupby(paths, key=folder_of)]


def _rank(folder: str) -> int:
    return _LAYERS.index(folder) if folder in _LAYERS else len(_LAYERS)


def folder_of(path: str) -> str:
    return str(PurePosixPath(path).parent)


def show_files(paths: list[str], chosen: str) -> None:
    with st.container(gap=None):
        for path in paths:
            name = plain(PurePosixPath(path).name)
            st.button(
                f"**{name}**" if path == chosen else name,
                key=f"file_{path}",
                type="tertiary",
                icon=":material/description:",
                on_click=choose_file,
                args=(path,),
            )


def choose_file(path: str) -> None:
    st.session_state[_CHOSEN] = path


def show_lineage(design: Design) -> None:
    show_lineage_canvas(design, "preview_lineage")
    show_column_lineage(design)


def show_checks(design: Design) -> None:
    with errors_shown():
        findings = findings_of(design)
        if not findings:
            st.success("Every check passes.", icon=":material/check:")
        show_findings(findings, "preview_findings")


run_page(show_page)
