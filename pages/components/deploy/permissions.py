"""The privileges that a deployment needs: who holds which, and the grants that are missing."""

from __future__ import annotations

import streamlit as st

from medallion_core.deploy import Action, Kind, Plan, Step, StepResult, run_grants
from medallion_core.model import Design
from pages.components.deploy.deployments import forget_plan
from pages.components.frame.connection import as_person, identity
from pages.components.frame.editor import Row
from pages.components.frame.text import count, plain
from pages.components.preview.bundles import bundle_of

SCRIPT = "sql/permissions.sql"
_TRIED = "grants_tried"
_HELD, _MISSING, _UNKNOWN = "✓ held", "✗ missing", "? not known"
_COMES = "✓ comes with what is created"
_COLUMNS = ("standing", "privilege", "object", "who", "why", "grant")


def show_permissions(design: Design, plan: Plan) -> None:
    """Open where something is missing."""
    found = standings(plan)
    wanted = [step for step, standing in found if standing in (_MISSING, _UNKNOWN)]
    is_missing = any(standing == _MISSING for _, standing in found)
    label = f"Permissions: {_in_words([standing for _, standing in found])}"
    with st.expander(label, icon=":material/key:", expanded=is_missing):
        rows = [_row(step, standing) for step, standing in found]
        st.dataframe(rows, hide_index=True, column_order=_COLUMNS)
        if wanted:
            _show_wanted(wanted)
        _show_results()
        _show_script(design)


def standings(plan: Plan) -> list[tuple[Step, str]]:
    """Each privilege with how it stands. Who makes a catalog or a schema may do all with it."""
    made = {
        step.subject
        for step in plan.changes
        if step.kind in (Kind.CATALOG, Kind.SCHEMA) and step.action is Action.CREATE
    }
    return [(step, _standing(step, made)) for step in plan.grants]


def _standing(step: Step, made: set[str]) -> str:
    if step.action is Action.KEEP:
        return _HELD
    if step.privilege is not None and step.privilege.subject in made:
        return _COMES
    return _MISSING if step.required else _UNKNOWN


def _in_words(found: list[str]) -> str:
    words = {_HELD: "held", _COMES: "to come", _MISSING: "missing", _UNKNOWN: "not known"}
    counts = [f"{found.count(sign)} {word}" for sign, word in words.items() if sign in found]
    return ", ".join(counts) or "none needed"


def _row(step: Step, standing: str) -> Row:
    privilege = step.privilege
    return {
        "standing": standing,
        "privilege": privilege.privilege if privilege else step.subject,
        "object": f"{privilege.securable_type.lower()} {privilege.subject}" if privilege else "",
        "who": privilege.principal if privilege else "",
        "why": privilege.why if privilege else step.detail,
        "grant": step.content,
    }


def _show_wanted(wanted: list[Step]) -> None:
    script = "".join(f"{step.content};\n" for step in wanted)
    st.caption(f"Granted as {plain(identity())}. What is refused is for somebody who may grant it.")
    with st.container(horizontal=True):
        if st.button(f"Run {count(len(wanted), 'grant')}", icon=":material/key:"):
            with st.spinner("Granting"):
                st.session_state[_TRIED] = run_grants(as_person(), wanted, lambda _: None)
            forget_plan()
            st.rerun()
        st.download_button(
            "Download the grants",
            script,
            "grants.sql",
            icon=":material/download:",
            key="grants_sql",
        )
    st.code(script, language="sql")


def _show_results() -> None:
    """What became of each statement of the last click."""
    tried: list[StepResult] = st.session_state.get(_TRIED, [])
    for result in tried:
        statement = plain(result.step.content)
        if result.outcome == "done":
            st.markdown(f":green[:material/check:] {statement}")
        else:
            st.markdown(f":orange[:material/block:] {statement}: {plain(result.message)}")


def _show_script(design: Design) -> None:
    """Everything for everybody: owner, service principal and readers."""
    script = bundle_of(design)[SCRIPT]
    if st.toggle("Show the whole script for an admin", key="permissions_script"):
        st.caption("It holds all that the pipeline, its owner and its readers need.")
        st.code(script, language="sql", height=320)
    st.download_button(
        "Download the whole script", script, "permissions.sql", icon=":material/download:"
    )
