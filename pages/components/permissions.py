"""The privileges that a deployment needs: who holds which, and the grants that are missing."""

from __future__ import annotations

import streamlit as st

from medallion_core.deploy import Action, Plan, Step, StepResult, run_grants
from medallion_core.model import Design
from pages.components.bundles import bundle_of
from pages.components.connection import as_person, identity
from pages.components.deployments import forget_plan
from pages.components.editor import Row
from pages.components.text import count, plain

SCRIPT = "sql/permissions.sql"
_TRIED = "grants_tried"
_HELD, _MISSING, _UNKNOWN = "✓ held", "✗ missing", "? not known"


def show_permissions(design: Design, plan: Plan) -> None:
    """Open where something is missing."""
    missing = [step for step in plan.grants if standing(step) != _HELD]
    label = f"Permissions: {_in_words(plan.grants)}"
    with st.expander(label, icon=":material/key:", expanded=_is_missing(missing)):
        st.dataframe([_row(step) for step in plan.grants], hide_index=True, column_order=_COLUMNS)
        if missing:
            _show_missing(missing)
        _show_results()
        _show_script(design)


_COLUMNS = ("standing", "privilege", "object", "who", "why", "grant")


def standing(step: Step) -> str:
    if step.action is Action.KEEP:
        return _HELD
    return _MISSING if step.required else _UNKNOWN


def _is_missing(steps: list[Step]) -> bool:
    return any(standing(step) == _MISSING for step in steps)


def _in_words(steps: tuple[Step, ...]) -> str:
    found = [standing(step) for step in steps]
    words = ((_HELD, "held"), (_MISSING, "missing"), (_UNKNOWN, "not known"))
    counts = [f"{found.count(sign)} {word}" for sign, word in words if sign in found]
    return ", ".join(counts) or "none needed"


def _row(step: Step) -> Row:
    privilege = step.privilege
    return {
        "standing": standing(step),
        "privilege": privilege.privilege if privilege else step.subject,
        "object": f"{privilege.securable_type.lower()} {privilege.subject}" if privilege else "",
        "who": privilege.principal if privilege else "",
        "why": privilege.why if privilege else step.detail,
        "grant": step.content,
    }


def _show_missing(missing: list[Step]) -> None:
    script = "".join(f"{step.content};\n" for step in missing)
    st.caption(f"Granted as {plain(identity())}. What is refused is for somebody who may grant it.")
    with st.container(horizontal=True):
        if st.button(f"Run {count(len(missing), 'grant')}", icon=":material/key:"):
            with st.spinner("Granting"):
                st.session_state[_TRIED] = run_grants(as_person(), missing, lambda _: None)
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
