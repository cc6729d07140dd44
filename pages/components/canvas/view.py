"""A canvas with what belongs to it: layers that can be folded away, the surroundings of one node,
a panel beside it that tells of what is chosen, and the same as a list."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.components.canvas.canvas import chosen_in, show_canvas
from pages.components.canvas.graph import Graph, Node, around, neighbours, without
from pages.components.frame.filters import filtered
from pages.components.frame.text import count, plain

Panel = Callable[[str], None]
"""Draws what is to be told of the node of this name, below its name."""

_PANEL_WIDTH = 380
"""Pixels, beside the canvas."""

_STEPS = {"all": "Everything", "1": "Next to it", "2": "Two steps", "far": "All it is linked to"}


def show_view(
    graph: Graph,
    key: str,
    label: str,
    panel: Panel,
    *,
    height: int = 620,
    beside: bool = True,
    legend: Callable[[], object] | None = None,
) -> None:
    """``key`` tells the canvas from others; its state is kept under names that begin with it.
    ``height``: pixels, at most. ``beside``: whether there is room for the panel beside the canvas;
    else it comes below. ``legend`` draws what else is to be said of the whole graph."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        shown = _shown(graph, key)
        if legend is not None:
            st.space("stretch")
            legend()
    chosen = chosen_in(key, graph)
    with st.container(horizontal=beside):
        with st.container():
            show_canvas(shown, key, label, height)
        if chosen is not None:
            with st.container(height=height, width=_PANEL_WIDTH if beside else "stretch"):
                st.markdown(f"**{plain(chosen)}**")
                panel(chosen)
    _show_list(shown, key)


def _shown(graph: Graph, key: str) -> Graph:
    """What is left after folding away and looking at one node only; the controls above it."""
    kinds = list(dict.fromkeys(node.kind for node in graph.nodes))
    chosen = chosen_in(key, graph)
    if len(kinds) > 1:
        ticked = {kind: st.checkbox(kind, value=True, key=f"{key}_{kind}") for kind in kinds}
        graph = without(graph, {kind for kind, wanted in ticked.items() if not wanted})
    return _surroundings(graph, chosen, key) if chosen in graph.names else graph


def _surroundings(graph: Graph, chosen: str, key: str) -> Graph:
    steps = st.radio(
        "Around what is chosen",
        list(_STEPS),
        format_func=_STEPS.__getitem__,
        horizontal=True,
        key=f"{key}_steps",
        label_visibility="collapsed",
    )
    if steps == "all":
        return graph
    reach = len(graph.nodes) if steps == "far" else int(steps)
    return around(graph, chosen, reach, reach)


def _show_list(graph: Graph, key: str) -> None:
    """The same in words, for who cannot see or point at it."""
    if not st.toggle(f"As a list: {count(len(graph.nodes), 'table')}", key=f"{key}_list"):
        return
    parents, children = neighbours(graph)

    def row(node: Node) -> dict[str, str]:
        return {
            "table": node.name,
            "layer": node.kind,
            "made of": ", ".join(parents.get(node.name, ())),
            "goes into": ", ".join(children.get(node.name, ())),
            "more": " · ".join(node.lines),
        }

    st.dataframe(
        filtered([row(node) for node in graph.nodes], f"{key}_rows"),
        hide_index=True,
        placeholder="",
        key=f"{key}_rows",
    )
