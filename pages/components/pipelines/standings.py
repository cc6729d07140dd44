"""The pipelines that a person owns, a row each, with a way into each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import streamlit as st

from medallion_core.deploy.drafts import open_design
from medallion_core.deploy.pipelines import (
    COST_DAYS,
    Cost,
    PipelineStanding,
    RunCounts,
    list_pipelines,
    read_costs,
    run_counts,
)
from medallion_core.errors import MedallionError
from medallion_core.run import ENDED
from medallion_core.workspace import Workspace
from medallion_core.workspace.links import pipeline_link
from pages.components.frame.columns import moment_column, rows_key, without_empty
from pages.components.frame.connection import as_app, as_person, asker
from pages.components.frame.session import session
from pages.components.frame.text import count, empty_state, errors_shown, plain
from pages.components.frame.typed import Row

LOOKED_AT_SECONDS = 20
COUNTED = 50
"""Pipelines whose latest run is looked into, those that ran last."""

_COST_HELP = "By list prices, without discounts; what was used is told some hours late."
_AT_ONCE = 8
_COUNTED = "pipelines_counted"
_CONFIG = st.column_config


def show_pipelines() -> None:
    with st.spinner("Looking at the pipelines"):
        standings = _standings()
    if not standings:
        empty_state(
            "No pipeline of yours is deployed yet",
            "Deploy a design, or have an owner add you; it is shown here then.",
            "pages/design.py",
            "Go to Design",
        )
        return
    _show_totals(standings)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Look again", icon=":material/refresh:", on_click=_forget)
        with_cost = st.toggle(
            f"Cost of the last {COST_DAYS} days", key="pipelines_cost", help=_COST_HELP
        )
    costs = _costs_if_told(standings) if with_cost else {}
    with st.spinner("Looking into the latest runs"):
        counts = _counts(standings)
    chosen = _show_table(standings, counts, costs, with_cost=with_cost)
    if chosen is None:
        st.caption("Tick a pipeline to open it.")
    else:
        _show_ways_in(chosen)


@st.cache_data(scope="session", ttl=LOOKED_AT_SECONDS, show_spinner=False)
def _standings() -> list[PipelineStanding]:
    return list_pipelines(asker())


@st.cache_data(scope="session", ttl=600, show_spinner="Reading what was used")
def _costs(pipeline_ids: Sequence[str]) -> dict[str, Cost]:
    return read_costs(as_person(), pipeline_ids)


def _forget() -> None:
    _standings.clear()
    _costs.clear()


def _costs_if_told(standings: Sequence[PipelineStanding]) -> dict[str, Cost]:
    try:
        return _costs(tuple(each.pipeline_id for each in standings if each.pipeline_id))
    except MedallionError as error:
        st.info(
            "Cost is told to who may read `system.billing.usage` and `system.billing.list_prices`, "
            f"which cannot be read as you. {plain(error.message)}",
            icon=":material/payments:",
        )
        return {}


def _counts(standings: Sequence[PipelineStanding]) -> Mapping[str, RunCounts]:
    """By the pipeline's id; one whose events cannot be read is left out. What has ended does not
    change, and is read once."""
    kept: dict[str, RunCounts] = st.session_state.setdefault(_COUNTED, {})
    ran = [each for each in standings if each.update_id][:COUNTED]
    new = [each for each in ran if each.update_id not in kept]
    app = as_app()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = dict(zip(new, pool.map(lambda each: _counted(app, each), new), strict=True))
    kept |= {e.update_id: c for e, c in found.items() if c and e.update_state in ENDED}
    looks = {each.pipeline_id: found.get(each) or kept.get(each.update_id) for each in ran}
    return {name: counts for name, counts in looks.items() if counts is not None}


def _counted(app: Workspace, standing: PipelineStanding) -> RunCounts | None:
    try:
        return run_counts(app, standing.pipeline_id, standing.update_id)
    except MedallionError:
        return None


def _show_totals(standings: Sequence[PipelineStanding]) -> None:
    running = sum(each.state == "RUNNING" for each in standings)
    failed = sum(each.update_state == "FAILED" for each in standings)
    with st.grid(3, min_column_width=140):
        st.metric("Pipelines", len(standings))
        st.metric("Running now", running)
        st.metric("Failed last time", failed)


def _show_table(
    standings: Sequence[PipelineStanding],
    counts: Mapping[str, RunCounts],
    costs: Mapping[str, Cost],
    *,
    with_cost: bool,
) -> PipelineStanding | None:
    """Draws the rows; returns the one that is ticked."""
    selected = st.dataframe(
        without_empty(
            [
                pipeline_row(each, counts.get(each.pipeline_id))
                | (cost_row(costs.get(each.pipeline_id)) if with_cost else {})
                for each in standings
            ],
            "problem",
        ),
        key=rows_key("pipelines_rows", (each.pipeline_name for each in standings)),
        hide_index=True,
        placeholder="",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "pipeline": _CONFIG.TextColumn(pinned=True),
            "last run": moment_column(),
            "deployed": moment_column(),
            "rows": _CONFIG.NumberColumn("rows written", format="localized"),
            "errors": _CONFIG.NumberColumn(format="localized"),
            "broken": _CONFIG.NumberColumn("rule violations", format="localized"),
            "passed": _CONFIG.ProgressColumn(
                "checks passed", min_value=0.0, max_value=1.0, format="percent"
            ),
            "DBU": _CONFIG.NumberColumn(format="%.2f"),
            "list price": _CONFIG.NumberColumn(format="%.2f"),
        },
    ).selection.rows
    return standings[selected[0]] if selected and selected[0] < len(standings) else None


def pipeline_row(standing: PipelineStanding, counts: RunCounts | None) -> Row:
    return {
        "pipeline": standing.pipeline_name,
        "state": standing.state.replace("_", " ").lower(),
        "latest update": standing.update_state.replace("_", " ").lower() or "never run",
        "last run": standing.began_at,
        "rows": counts.rows if counts else None,
        "errors": counts.errors if counts else None,
        "broken": counts.failed if counts else None,
        "passed": counts.share_passed if counts else None,
        "owners": ", ".join(standing.owners),
        "deployed": standing.deployed_at,
        "problem": standing.problem,
    }


def cost_row(cost: Cost | None) -> Row:
    return {
        "DBU": float(cost.dbus) if cost else None,
        "list price": float(cost.price) if cost and cost.price is not None else None,
        "currency": cost.currency if cost else "",
    }


def _show_ways_in(standing: PipelineStanding) -> None:
    name = standing.pipeline_name
    st.markdown(f"**{plain(name)}**")
    with st.container(horizontal=True):
        for label, icon, page in (
            ("Its runs", "history", "pages/runs.py"),
            ("Its design", "schema", "pages/design.py"),
            ("Deploy", "rocket_launch", "pages/deploy.py"),
        ):
            key = f"pipelines_{page}_{name}"
            if st.button(label, icon=f":material/{icon}:", key=key):
                _open(name, page)
        address = pipeline_link(as_app().host, standing.pipeline_id)
        if address:
            st.link_button("Open in Databricks", address, icon=":material/open_in_new:")
    if standing.deployments:
        st.caption(f"Deployed {count(standing.deployments, 'time')}.")


def _open(name: str, page: str) -> None:
    with errors_shown():
        session().open(open_design(asker(), name))
        st.query_params["design"] = name
        st.switch_page(page)
