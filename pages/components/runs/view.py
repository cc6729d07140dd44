"""One update, live: the tables as a graph, expectations, events, and the criteria of success."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import streamlit as st

from medallion_core.deploy.permit import permit_look
from medallion_core.model import Design
from medallion_core.run import RunStatus, Verdict, verdict
from medallion_core.run.events import RunEvent, TableRun
from medallion_core.run.planning import Planning
from medallion_core.tables.inventory import pipeline_tables
from medallion_core.workspace.links import pipeline_link
from pages.components.canvas.table_panel import show_table
from pages.components.canvas.view import show_view
from pages.components.frame.columns import moment_column, size_column
from pages.components.frame.connection import as_app, asker
from pages.components.frame.filters import filtered
from pages.components.frame.text import count, errors_shown, plain
from pages.components.frame.typed import Row
from pages.components.runs.criteria import known, known_of_past, show_criteria
from pages.components.runs.diagnosis import show_diagnoses
from pages.components.runs.graph import STATES, run_graph, show_legend
from pages.components.runs.next_steps import show_next_steps
from pages.components.runs.rows import show_rows, show_rows_of
from pages.components.runs.watching import POLL_SECONDS, watcher

SETTLES_WITHIN = timedelta(minutes=2)
"""How long after its update a pipeline may take to come to rest."""

_TABS = [
    ":material/account_tree: Graph",
    ":material/table: Tables",
    ":material/table_rows: Rows",
    ":material/rule: Expectations",
    ":material/list: Events",
]
_EVENTS_A_PAGE = 25
_GRAPH_HEIGHT = 440
"""Pixels: below figures and criteria it ends where a screen does, so that a run can be watched."""

_SEEN = "run_status"
_CONFIG = st.column_config


def show_run(design: Design, pipeline_id: str, update_id: str, *, is_latest: bool = True) -> None:
    """Polls as long as the update goes on; a finished one is drawn once. Of one that is not the
    latest only what it has told is judged: what pipeline and tables are now came after it."""
    polled = POLL_SECONDS if is_latest and not _is_settled(update_id) else None
    st.fragment(_show_run, run_every=polled)(design, pipeline_id, update_id, is_latest)


def _show_run(design: Design, pipeline_id: str, update_id: str, is_latest: bool) -> None:
    with errors_shown():
        # A poll, and a click on a tab, draw nothing else of the page, which asks when it is drawn.
        permit_look(asker(), design.settings.pipeline_name)
        status = watcher(as_app().host, pipeline_id, update_id).look(design)
        st.session_state[_SEEN] = status
        judged = _settled().get(update_id)
        expected = pipeline_tables(design)
        show_figures(status, expected)
        address = pipeline_link(as_app().host, status.pipeline_id, status.update_id)
        told_all = status.ended and judged is None and (status.validate_only or not is_latest)
        criteria = known_of_past(status) if told_all else known(status, judged)
        show_criteria(criteria, judged, address)
        if status.validate_only:
            st.caption("A validation: the service resolves every dataset, and writes no row.")
        if judged is not None and judged.met:
            show_next_steps(design, status.pipeline_id)
        if status.state == "FAILED":
            with errors_shown():
                show_diagnoses(design, status)
        show_tabs(design, status)
        if is_latest and status.ended and not _is_settled(update_id):
            settle(design, status)


def last_status(update_id: str) -> RunStatus | None:
    """What this browser saw of the update last."""
    seen: RunStatus | None = st.session_state.get(_SEEN)
    return seen if seen is not None and seen.update_id == update_id else None


def _settled() -> dict[str, Verdict | None]:
    """The verdicts of updates that have ended, by update; None for a validation, which writes
    nothing to be judged."""
    verdicts: dict[str, Verdict | None] = st.session_state.setdefault("verdicts", {})
    return verdicts


def _is_settled(update_id: str) -> bool:
    return update_id in _settled()


def settle(design: Design, status: RunStatus) -> None:
    """Judges an update that has ended once its pipeline is at rest, or has had its time."""
    if status.validate_only:
        _settled()[status.update_id] = None
        st.rerun()
    with st.spinner("Looking at the criteria"):
        judged = verdict(as_app(), design, status.pipeline_id, status.update_id)
    ended = status.ended_at or datetime.now(UTC)
    if judged.criteria[0].met or datetime.now(UTC) - ended > SETTLES_WITHIN:
        _settled()[status.update_id] = judged
        st.rerun()


def show_figures(status: RunStatus, expected: Sequence[str]) -> None:
    done = sum(t.state == "COMPLETED" and t.name in expected for t in status.tables)
    failed = sum(e.failed for table in status.tables for e in table.expectations)
    with st.grid(5, min_column_width=140):
        st.metric("Update", status.state.replace("_", " ").lower())
        st.metric("Time", _seconds(status.seconds or _running_for(status)))
        st.metric("Tables", f"{done:,} of {len(expected):,}")
        st.metric("Rows written", f"{sum(table.rows_written for table in status.tables):,}")
        st.metric("Rule violations", f"{failed:,}")
    if status.is_stuck(datetime.now(UTC)):
        st.warning("Nothing was heard of this update for a while. It may be stuck: stop it.")


def _running_for(status: RunStatus) -> float | None:
    if status.started_at is None or status.ended:
        return None
    return (datetime.now(UTC) - status.started_at).total_seconds()


def _seconds(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def show_tabs(design: Design, status: RunStatus) -> None:
    graph, tables, rows, expectations, events = st.tabs(_TABS, key="run_tab", on_change="rerun")
    if graph.open:
        with graph:
            show_graph(design, status)
    if tables.open:
        with tables:
            show_table_list(status)
    if rows.open:
        with rows, errors_shown():
            show_rows(design, status)
    if expectations.open:
        with expectations:
            show_expectations(status)
    if events.open:
        with events:
            show_events(status)


def show_graph(design: Design, status: RunStatus) -> None:
    graph = run_graph(design, status)

    def panel(name: str) -> None:
        show_table_run(next(table for table in status.tables if table.name == name))
        show_table(design, name, lambda table: show_rows_of(design, status, table))

    show_view(
        graph,
        f"graph_{status.update_id}",
        "The tables of the run, with their states and rows",
        panel,
        height=_GRAPH_HEIGHT,
        legend=lambda: show_legend(graph.nodes),
    )


def show_table_run(table: TableRun) -> None:
    """What became of one table in this run."""
    st.badge(table.state.lower(), color=STATES.get(table.state, "gray"))
    told = [f"{count(table.rows_written, 'row')} written"] if table.started_at else []
    told += [f"{count(table.rows_dropped, 'row')} dropped"] if table.rows_dropped else []
    told += [_seconds(table.seconds)] if table.seconds is not None else []
    told += [
        f"{count(rule.failed, 'row')} against {plain(rule.name)}"
        for rule in table.expectations
        if rule.failed
    ]
    st.caption(" · ".join(told))


def show_table_list(status: RunStatus) -> None:
    st.dataframe(
        filtered([_table_row(table) for table in status.tables], "run_tables"),
        hide_index=True,
        placeholder="",
        column_config={
            "rows": _CONFIG.NumberColumn(format="localized"),
            "dropped": _CONFIG.NumberColumn(format="localized"),
            "seconds": _CONFIG.NumberColumn(format="%.1f"),
            "changed": size_column(),
        },
    )


def _table_row(table: TableRun) -> Row:
    return {
        "table": table.name,
        "state": table.state,
        "rows": table.rows_written,
        "dropped": table.rows_dropped,
        "seconds": table.seconds,
        "reads": ", ".join(table.inputs),
        **_refresh(table.planning),
    }


def _refresh(planning: Planning | None) -> Row:
    """How the platform refreshed a materialized view, and what kept it from doing less."""
    if planning is None:
        return {"refresh": None, "not incremental for": None, "changed": None}
    return {
        "refresh": planning.technique.replace("_", " ").lower(),
        "not incremental for": ", ".join(planning.issues) or None,
        "changed": planning.changed_bytes,
    }


def show_expectations(status: RunStatus) -> None:
    rows: list[Row] = [
        {
            "table": table.name,
            "rule": expectation.name,
            "passed": expectation.passed,
            "failed": expectation.failed,
            "kept": expectation.passed / max(expectation.passed + expectation.failed, 1),
        }
        for table in status.tables
        for expectation in table.expectations
    ]
    if not rows:
        st.caption("No expectation was evaluated yet.")
        return
    rows.sort(key=lambda row: -row["failed"])
    st.dataframe(
        filtered(rows, "run_expectations"),
        hide_index=True,
        placeholder="",
        column_config={
            "passed": _CONFIG.NumberColumn(format="localized"),
            "failed": _CONFIG.NumberColumn(format="localized"),
            "kept": _CONFIG.ProgressColumn(
                "share that passed", min_value=0.0, max_value=1.0, format="percent"
            ),
        },
    )


def show_events(status: RunStatus) -> None:
    levels = ["All", "WARN", "ERROR"]
    level = st.radio("Level", levels, horizontal=True, key="event_level")
    events = [e for e in reversed(status.events) if level in ("All", e.level)]
    if not events:
        st.caption("No such event.")
        return
    pages = -(-len(events) // _EVENTS_A_PAGE)
    page = st.pagination(pages, key="event_page") if pages > 1 else 1
    start = (min(page, pages) - 1) * _EVENTS_A_PAGE
    st.dataframe(
        [_event_row(event) for event in events[start : start + _EVENTS_A_PAGE]],
        hide_index=True,
        placeholder="",
        column_config={"at": moment_column(form="HH:mm:ss.SSS")},
    )
    st.caption(count(len(events), "event"))


def _event_row(event: RunEvent) -> Row:
    return {
        "at": event.at,
        "level": event.level,
        "type": event.type,
        "table": event.dataset,
        "message": event.message,
    }
