"""The tables of a run as a graph: waves from left to right, coloured by state, with row counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

STATES = {
    "QUEUED": ("#8d97a2", "gray"),
    "STARTING": ("#5b87b5", "blue"),
    "RUNNING": ("#3c78b4", "blue"),
    "COMPLETED": ("#3b8a66", "green"),
    "FAILED": ("#bd4539", "red"),
    "SKIPPED": ("#a9801a", "yellow"),
    "STOPPED": ("#a9801a", "yellow"),
}
"""How a table's state is coloured: in the graph (readable under white text, in the light theme
and in the dark one), and as a badge."""

_MEDALS = {"bronze": "#a5642f", "silver": "#9aa5b1", "quarantine": "#9aa5b1"}
_GOLD = "#d0a428"
_WIDTH, _HEIGHT = 186, 36
_WAVE, _ROW = 250, 46
_LONGEST_LABEL = 26


@dataclass(frozen=True, slots=True)
class Node:
    """One table of the pipeline. ``rows`` were written in this run; None: not known yet."""

    name: str
    state: str = "QUEUED"
    rows: int | None = None


def waves(names: Sequence[str], edges: Collection[tuple[str, str]]) -> dict[str, int]:
    """In which wave each table can be made: one after the last of those that it reads."""
    parents: defaultdict[str, list[str]] = defaultdict(list)
    known = set(names)
    for parent, child in edges:
        if parent in known and child in known and parent != child:
            parents[child].append(parent)
    wave: dict[str, int] = {}

    def depth(name: str, path: frozenset[str]) -> int:
        if name not in wave:
            before = [depth(p, path | {name}) for p in parents[name] if p not in path]
            wave[name] = 1 + max(before, default=-1)
        return wave[name]

    for name in names:
        depth(name, frozenset())
    return wave


def show_run_graph(nodes: Sequence[Node], edges: Collection[tuple[str, str]], key: str) -> None:
    wave = waves([node.name for node in nodes], edges)
    places = _places(wave)
    rows_high = max(Counter(wave.values()).values(), default=1)
    known = set(wave)
    series = {
        "type": "graph",
        "layout": "none",
        "roam": True,
        "symbol": "rect",
        "symbolSize": [_WIDTH, _HEIGHT],
        "nodeScaleRatio": 0,
        "lineStyle": {"color": "#9a948a", "opacity": 0.6},
        "data": [_node(node, places[node.name]) for node in nodes],
        "links": [
            {"source": parent, "target": child}
            for parent, child in sorted(edges)
            if parent in known and child in known
        ],
        "left": _WIDTH // 2 + 10,
        "right": _WIDTH // 2 + 10,
        "top": _HEIGHT,
        "bottom": _HEIGHT,
    }
    st.echarts_chart(
        {"animation": False, "tooltip": {"show": False}, "series": [series]},
        height=min(900, rows_high * _ROW + 2 * _HEIGHT),
        key=key,
        alt="The tables of the run, with their states and rows",
    )


def show_legend(nodes: Sequence[Node]) -> None:
    """How many tables are in each state, in words: colours alone don't say it."""
    counts = Counter(node.state for node in nodes)
    with st.container(horizontal=True, gap="xsmall"):
        for state, (_, color) in STATES.items():
            if counts[state]:
                st.badge(f"{counts[state]} {state.lower()}", color=color)


def _places(wave: Mapping[str, int]) -> dict[str, tuple[int, float]]:
    """Wave and row of each table; each wave is spread over the height of the longest."""
    columns: defaultdict[int, list[str]] = defaultdict(list)
    for name, number in wave.items():
        columns[number].append(name)
    highest = max(map(len, columns.values()), default=0)
    return {
        name: (number, (row + 0.5) * highest / len(names))
        for number, names in columns.items()
        for row, name in enumerate(names)
    }


def _node(node: Node, place: tuple[int, float]) -> dict[str, Any]:
    layer = node.name.split("_", 1)[0]
    rows = "" if node.rows is None else f"\n{node.rows:,} rows"
    return {
        "name": node.name,
        "x": place[0] * _WAVE,
        "y": place[1] * _ROW,
        "itemStyle": {
            "color": STATES.get(node.state, STATES["QUEUED"])[0],
            "borderColor": _MEDALS.get(layer, _GOLD),
            "borderWidth": 2,
        },
        "label": {
            "show": True,
            "color": "#ffffff",
            "fontSize": 11,
            "lineHeight": 14,
            "formatter": _label(node.name) + rows,
        },
    }


def _label(name: str) -> str:
    """What ECharts would read as a placeholder is no name of a table: braces are left out."""
    text = name.replace("{", "").replace("}", "")
    return text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 1] + "…"
