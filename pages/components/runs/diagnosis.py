"""What went wrong in a run, what it means, and what mends it: one card a diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from medallion_core.builder import Builder
from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.model.file import dump_design
from medallion_core.repair import Diagnosis, Fix, Risk, apply_fix
from medallion_core.run import RunStatus
from pages.components.deploy.deployments import is_busy, start_mended
from pages.components.frame.connection import asker
from pages.components.frame.session import instead_of, keep_edit, session
from pages.components.frame.text import errors_shown, plain
from pages.components.preview.differences import show_differences

_RISKS: dict[Risk, tuple[str, Literal["green", "orange", "red"], str]] = {
    Risk.SAFE: ("safe to mend", "green", ":material/healing:"),
    Risk.ASKS: ("needs approval", "orange", ":material/contact_support:"),
    Risk.HAND_OVER: ("needs a person", "red", ":material/person_alert:"),
}


def show_diagnoses(design: Design, status: RunStatus) -> None:
    found = _diagnoses(design, status)
    if is_busy(design):
        st.caption("What is safe to mend is mended, and the pipeline run again.")
    safe = [d.fix for d in found if d.fix is not None and d.risk is Risk.SAFE]
    if len(safe) > 1 and _mended(design, safe):
        _fix_button(f"Apply all {len(safe)} safe fixes and run again", design, safe, "fix_safe")
    for number, diagnosis in enumerate(found):
        with st.container(border=True), errors_shown():
            _show_diagnosis(design, diagnosis, f"fix_{number}")


def _diagnoses(design: Design, status: RunStatus) -> list[Diagnosis]:
    """Looked up once an update and design: the evidence costs a few statements."""
    known: dict[tuple[str, str], list[Diagnosis]] = st.session_state.setdefault("diagnoses", {})
    key = (status.update_id, dump_design(design))
    if key not in known:
        with st.spinner("Looking for the cause"):
            known[key] = Builder(asker()).diagnose(design, status.errors)
    return known[key]


def _show_diagnosis(design: Design, diagnosis: Diagnosis, key: str) -> None:
    label, color, icon = _RISKS[diagnosis.risk]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(diagnosis.subject)}**", width="content")
        st.badge(label, color=color, icon=icon)
    st.markdown(plain(diagnosis.sentence))
    if diagnosis.instructions:
        st.code(diagnosis.instructions, language=None, wrap_lines=True)
    if diagnosis.fix is not None:
        _show_fix(design, diagnosis.fix, key)
    with st.expander("In the platform's own words"):
        st.code(diagnosis.text, language=None, wrap_lines=True)


def _show_fix(design: Design, fix: Fix, key: str) -> None:
    st.markdown(f":material/build: {plain(fix.change)}")
    mended = _mended(design, [fix])
    if mended is None:
        if not is_busy(design):
            st.caption("The open design is not the one that ran: deploy it, then run it.")
        return
    if not fix.is_retry:
        show_differences(design, mended, key)
    _fix_button("Apply and run again", design, [fix], key)


def _fix_button(label: str, design: Design, fixes: Sequence[Fix], key: str) -> None:
    if not st.button(
        label, key=key, type="primary", icon=":material/healing:", disabled=is_busy(design)
    ):
        return
    mended = _mended(design, fixes)
    if mended is not None:
        keep_edit(instead_of(design, mended))
        start_mended(design, mended, fixes)
        st.rerun()


def _mended(design: Design, fixes: Sequence[Fix]) -> Design | None:
    """None where they no longer apply: ``design`` is what ran, and another one may be open."""
    if session().design != design:
        return None
    try:
        for fix in fixes:
            design = apply_fix(design, fix, _consent())
    except (KeyError, MedallionError):
        return None
    return design


def _consent() -> str:
    return asker().name
