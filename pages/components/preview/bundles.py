"""The bundle of a design, generated once for as long as the design stays the same."""

from __future__ import annotations

import io
import zipfile

import streamlit as st

from medallion_core.check import Refresh, check_bundle, refreshes
from medallion_core.generate import generate_bundle
from medallion_core.model import Bundle, Design, Finding
from medallion_core.model.file import dump_design, load_design
from medallion_core.workspace.folders import workspace_root
from pages.components.frame.connection import as_app

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold: the same bundle gives the same bytes."""

_LANGUAGES = {
    "py": "python",
    "yml": "yaml",
    "sql": "sql",
    "json": "json",
    "md": "markdown",
    "toml": "toml",
}


def bundle_of(design: Design) -> Bundle:
    return _generated(dump_design(design))


def findings_of(design: Design) -> list[Finding]:
    return _checked(dump_design(design))


def refreshes_of(design: Design) -> list[Refresh]:
    return _planned(dump_design(design))


def language(path: str) -> str | None:
    """How the code viewer highlights the file; None for plain text."""
    return _LANGUAGES.get(path.rsplit(".", 1)[-1])


def zipped(bundle: Bundle) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(bundle):
            archive.writestr(zipfile.ZipInfo(path, _EPOCH), bundle[path])
    return buffer.getvalue()


@st.cache_data(scope="session", max_entries=8, show_spinner="Generating the bundle")
def _generated(text: str) -> Bundle:
    return generate_bundle(load_design(text), workspace_root(as_app()))


@st.cache_data(scope="session", max_entries=8, show_spinner="Checking the bundle")
def _checked(text: str) -> list[Finding]:
    return check_bundle(_generated(text))


@st.cache_data(scope="session", max_entries=8, show_spinner="Reading how tables refresh")
def _planned(text: str) -> list[Refresh]:
    return list(refreshes(_generated(text)))
