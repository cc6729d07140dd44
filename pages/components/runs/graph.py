"""The tables of a run as a graph: waves from left to right, coloured by state, with row counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from medallion_core.tables.datasets import Layer

STATES: dict[str, tuple[str, Literal["gray", "blue", "green", "red", "yellow"]]] = {
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

_MEDALS = {
    Layer.BRONZE: "#a5642f",
    Layer.SILVER: "#9aa5b1",
    Layer.QUARANTINE: "#9aa5b1",
    Layer.GOLD: "#d0a428",
}
_WIDTH, _HEIGHT = 186, 36
_ROW = 46
_WIDE, _NARROW = 1290, 750
"""Usual widths of the graph in pixels: on a desk, and beside something else."""

_MARGIN = 20


@dataclass(frozen=True, slots=True)
class Node:
    """One table of the pipeline. ``rows`` were written in this run; None: not known yet."""

    name: str
    state: str = "QUEUED"
    rows: int | None = None
    layer: Layer = Layer.GOLD


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
        "nodeScaleRatio": 0,
        "lineStyle": {"color": "#9a948a", "opacity": 0.6},
        "data": [_node(node, places[node.name]) for node in nodes],
        "links": [
            {"source": parent, "target": child}
            for parent, child in sorted(edges)
            if parent in known and child in known
        ],
        "top": _HEIGHT,
        "bottom": _HEIGHT,
    }
    columns = 1 + max(wave.values(), default=0)
    wide, narrow = (min(_WIDTH, within * 4 // 5 // columns) for within in (_WIDE, _NARROW))
    st.echarts_chart(
        {
            "baseOption": {
                "animation": False,
                "tooltip": {"show": False},
                "series": [series | _sizes(wide, _WIDE, 11)],
            },
            "media": [
                {
                    "query": {"maxWidth": (_WIDE + _NARROW) // 2},
                    "option": {"series": [_sizes(narrow, _NARROW, 9)]},
                },
                {"option": {"series": [_sizes(wide, _WIDE, 11)]}},
            ],
        },
        height=min(900, rows_high * _ROW + 2 * _HEIGHT),
        key=key,
        alt="The tables of the run, with their states and rows",
    )


def _sizes(width: int, within: int, font: int) -> dict[str, Any]:
    """How large a table is drawn in a graph of a certain width, and the room that its half needs
    at the margins. What squeezes the graph stretches its tables: their height makes up for it."""
    squeezed = (within - width - _MARGIN) / _span()
    return {
        "symbolSize": [width, round(_HEIGHT * squeezed)],
        "label": {
            "show": True,
            "color": "#ffffff",
            "fontSize": font,
            "lineHeight": font + 3,
            "width": width - 6,
            "overflow": "truncate",
        },
        "left": (width + _MARGIN) // 2,
        "right": (width + _MARGIN) // 2,
    }


def _span() -> int:
    """From the middle of the first wave to that of the last."""
    return _WIDE - _WIDTH - _MARGIN


def show_legend(nodes: Sequence[Node]) -> None:
    """How many tables are in each state, in words: colours alone don't say it."""
    counts = Counter(node.state for node in nodes)
    with st.container(horizontal=True, gap="xsmall"):
        for state, (_, color) in STATES.items():
            if counts[state]:
                st.badge(f"{counts[state]} {state.lower()}", color=color)


def _places(wave: Mapping[str, int]) -> dict[str, tuple[float, float]]:
    """Where each table is drawn; each wave is spread over the height of the longest."""
    columns: defaultdict[int, list[str]] = defaultdict(list)
    for name, number in wave.items():
        columns[number].append(name)
    highest = max(map(len, columns.values()), default=0)
    step = _span() / max((1, *columns))
    return {
        name: (number * step, (row + 0.5) * highest / len(names) * _ROW)
        for number, names in columns.items()
        for row, name in enumerate(names)
    }


def _node(node: Node, place: tuple[float, float]) -> dict[str, Any]:
    rows = "" if node.rows is None else f"\n{node.rows:,} rows"
    return {
        "name": node.name,
        "x": place[0],
        "y": place[1],
        "itemStyle": {
            "color": STATES.get(node.state, STATES["QUEUED"])[0],
            "borderColor": _MEDALS[node.layer],
            "borderWidth": 2,
        },
        "label": {"formatter": _label(node.name) + rows},
    }


def _label(name: str) -> str:
    """What ECharts would read as a placeholder is no name of a table: braces are left out."""
    return name.replace("{", "").replace("}", "")
