"""The privileges that a deployment needs: who holds which, and the grants that are missing."""

from __future__ import annotations

from functools import partial

import streamlit as st

from medallion_core.deploy import (
    Action,
    CatalogStep,
    GrantStep,
    Plan,
    SchemaStep,
    StepResult,
    run_grants,
)
from medallion_core.model import Design
from medallion_core.tables.privileges import permissions_script
from medallion_core.trust import Asker, Mode
from pages.components.deploy.deployments import forget_plan
from pages.components.frame.code import show_code
from pages.components.frame.connection import as_person, asker
from pages.components.frame.filters import filtered
from pages.components.frame.text import count, plain
from pages.components.frame.typed import Row

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
        shown = filtered(rows, "plan_permissions")
        st.dataframe(shown, hide_index=True, placeholder="", column_order=_COLUMNS)
        if wanted:
            _show_wanted(design, wanted)
        _show_results(design)
        _show_script(design)


def standings(plan: Plan) -> list[tuple[GrantStep, str]]:
    """Each privilege with how it stands. Who makes a catalog or a schema may do all with it."""
    made = {step.subject for step in plan.changes if isinstance(step, CatalogStep | SchemaStep)}
    return [(step, _standing(step, made)) for step in plan.grants]


def _standing(step: GrantStep, made: set[str]) -> str:
    if step.action is Action.KEEP:
        return _HELD
    if step.privilege.subject in made:
        return _COMES
    return _MISSING if step.required else _UNKNOWN


def _in_words(found: list[str]) -> str:
    words = {_HELD: "held", _COMES: "to come", _MISSING: "missing", _UNKNOWN: "not known"}
    counts = [f"{found.count(sign)} {word}" for sign, word in words.items() if sign in found]
    return ", ".join(counts) or "none needed"


def _row(step: GrantStep, standing: str) -> Row:
    privilege = step.privilege
    return {
        "standing": standing,
        "privilege": privilege.privilege,
        "object": f"{privilege.securable_type.lower()} {privilege.subject}",
        "who": privilege.principal,
        "why": privilege.why,
        "grant": step.statement,
    }


def _show_wanted(design: Design, wanted: list[GrantStep]) -> None:
    script = "".join(f"{step.statement};\n" for step in wanted)
    st.caption(
        f"Granted as {plain(asker().name)}. What is refused is for somebody who may grant it."
    )
    with st.container(horizontal=True):
        if st.button(f"Run {count(len(wanted), 'grant')}", icon=":material/key:"):
            with st.spinner("Granting"):
                results = run_grants(as_person(), wanted, lambda _: None)
            st.session_state[_TRIED] = (design.settings.pipeline_name, results)
            forget_plan()
            st.rerun()
        st.download_button(
            "Download the grants",
            script,
            "grants.sql",
            icon=":material/download:",
            key="grants_sql",
        )
    show_code(script, "sql")


def _show_results(design: Design) -> None:
    """What became of each statement of the last click, for this pipeline."""
    of, tried = st.session_state.get(_TRIED, ("", []))
    for result in tried if of == design.settings.pipeline_name else ():
        match result:
            case StepResult(GrantStep(statement=statement), "done"):
                st.markdown(f":green[:material/check:] {plain(statement)}")
            case StepResult(GrantStep(statement=statement), message=why):
                st.markdown(f":orange[:material/block:] {plain(statement)}: {plain(why)}")


def script_for(design: Design, who: Asker) -> str:
    """Everything for everybody: owner, service principal and readers. Where the settings name
    none, it is deployed by the app's service principal, and the person is its owner."""
    return permissions_script(
        design,
        owner="" if who.mode is Mode.APP else who.name,
        runner="" if who.mode is Mode.SELF else who.app.user_name,
    )


def _show_script(design: Design) -> None:
    """Written when it is asked for: of a large design it is long."""
    make = partial(script_for, design, asker())
    if st.toggle("Show the whole script for an admin", key="permissions_script"):
        st.caption("It holds all that the pipeline, its owner and its readers need.")
        show_code(make(), "sql", height=320)
    st.download_button(
        "Download the whole script", make, "permissions.sql", icon=":material/download:"
    )
