"""The tables of a run as a graph: what each reads, coloured by state, with row counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import streamlit as st

from medallion_core.model import Design
from medallion_core.run import RunStatus
from medallion_core.run.events import TableRun
from medallion_core.tables.inventory import inventory, table_reads
from pages.components.canvas.graph import Graph, Node, graph_of

STATES: dict[str, Literal["gray", "blue", "green", "red", "yellow"]] = {
    "QUEUED": "gray",
    "STARTING": "blue",
    "RUNNING": "blue",
    "COMPLETED": "green",
    "FAILED": "red",
    "SKIPPED": "yellow",
    "STOPPED": "yellow",
}


def run_graph(design: Design, status: RunStatus) -> Graph:
    """The lines that the design knows, and those that the run tells of."""
    layers = {table.name: table.layer.value for table in inventory(design).tables}
    nodes = [_node(table, layers[table.name]) for table in status.tables if table.name in layers]
    told = ((parent, table.name) for table in status.tables for parent in table.inputs)
    return graph_of(nodes, sorted({*table_reads(design), *told}))


def _node(table: TableRun, layer: str) -> Node:
    """Its line is as long in every state, so that nothing moves while it runs."""
    rows = f"{table.rows_written:,} rows" if table.started_at else ""
    state = table.state if table.state in STATES else "QUEUED"
    return Node(table.name, layer, (f"{table.state.lower():<9} {rows:>14}",), state)


def show_legend(nodes: Sequence[Node]) -> None:
    """How many tables are in each state, in words: colours alone don't say it."""
    counts = Counter(node.state for node in nodes)
    with st.container(horizontal=True, gap="xsmall", width="content"):
        for state, color in STATES.items():
            if counts[state]:
                st.badge(f"{counts[state]:,} {state.lower()}", color=color)
