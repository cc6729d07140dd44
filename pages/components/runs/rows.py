"""Rows of the tables that a run has made, as who looks may see them."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import streamlit as st

from medallion_core.browse import sample_rows
from medallion_core.model import Design, Entity, RuleAction, TableLocation, TableName
from medallion_core.run import RunStatus
from medallion_core.tables.datasets import Dataset, Layer
from medallion_core.tables.inventory import inventory
from medallion_core.workspace.links import editor_link
from pages.components.frame.code import show_code
from pages.components.frame.columns import show_values
from pages.components.frame.connection import as_app, as_person
from pages.components.frame.links import show_link, show_made_link
from pages.components.frame.text import errors_shown, exact, plain
from pages.components.runs.next_steps import query_of

SHOWN_ROWS = 50
_MINUTES = 5


def show_rows(design: Design, status: RunStatus) -> None:
    """One table at a time, as the person: with their rights, and with what is masked for them."""
    tables = {table.name: table for table in inventory(design).tables}
    chosen = st.selectbox(
        "Table",
        list(tables),
        format_func=_labels(tables),
        key="rows_of",
        persist_state="session",
        help=f"The first {SHOWN_ROWS} rows, read with your own rights",
    )
    show_rows_of(design, status, chosen)


def show_rows_of(design: Design, status: RunStatus, chosen: str) -> None:
    """Of this table, with its rules where its rows are set aside."""
    settings = design.settings
    name = TableName(settings.catalog, settings.schema, chosen)
    written = _written(status, chosen)
    with st.container(horizontal=True):
        if not show_made_link(name, " ".join(written)):
            return
        show_link("Open the SQL editor", editor_link(as_app().host))
    _show_rules(inventory(design).find(chosen))
    with errors_shown():
        st.caption(
            f"What the table holds now, whichever run wrote it; read anew after {_MINUTES} minutes."
        )
        rows = _rows(str(name), written, name)
        if not rows.num_rows:
            st.caption("No row.")
        else:
            show_values(rows, f"Rows of {chosen}")
    show_code(query_of(name), "sql")


def _labels(tables: dict[str, Dataset]) -> Callable[[str], str]:
    return lambda name: f"{tables[name].layer.value}: {name}"


def _written(status: RunStatus, table: str) -> tuple[str, ...]:
    """How far the run is with ``table``: what was read before it wrote is not what it wrote."""
    seen = next((each for each in status.tables if each.name == table), None)
    so_far = (seen.state, str(seen.rows_written), str(seen.rows_deleted)) if seen else ()
    return (status.update_id, status.state, *so_far)


@st.cache_data(scope="session", ttl=60 * _MINUTES, max_entries=20, show_spinner="Reading rows")
def _rows(table: str, written: tuple[str, ...], _name: TableName) -> pa.Table:
    """Kept until the run has ``written`` more, or another run is shown."""
    del table, written
    return sample_rows(as_person(), TableLocation(_name), SHOWN_ROWS)


def _show_rules(table: Dataset | None) -> None:
    """Why rows are set aside, beside them."""
    if table is None or table.layer is not Layer.QUARANTINE or not isinstance(table.of, Entity):
        return
    for rule in table.of.rules:
        if rule.action is RuleAction.QUARANTINE:
            why = f": {plain(rule.reason)}" if rule.reason else ""
            st.markdown(f"**{plain(rule.name)}** {exact(rule.condition)}{why}")
