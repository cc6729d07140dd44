"""The bundle of a design, generated and checked once and kept beside the design."""

from __future__ import annotations

import io
import zipfile

import streamlit as st

from medallion_core import generate
from medallion_core.check import check_bundle, check_design
from medallion_core.model import Bundle, Design, Finding
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
    with st.spinner("Generating the bundle"):
        return generate.bundle_of(design, workspace_root(as_app()))


def findings_of(design: Design) -> list[Finding]:
    """Of its files, and of the design itself."""

    def found() -> list[Finding]:
        return [*check_bundle(bundle_of(design)), *check_design(design)]

    with st.spinner("Checking the bundle"):
        return design.find_out_once("findings", found)


def language(path: str) -> str | None:
    """How the code viewer highlights the file; None for plain text."""
    return _LANGUAGES.get(path.rsplit(".", 1)[-1])


def zipped(bundle: Bundle) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(bundle):
            archive.writestr(zipfile.ZipInfo(path, _EPOCH), bundle[path])
    return buffer.getvalue()
