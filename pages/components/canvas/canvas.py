"""Puts a graph on the screen, by a component of Streamlit: nothing is loaded from elsewhere."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import streamlit as st

from pages.components.canvas.graph import Graph
from pages.components.canvas.layout import Box, layout, shown

_HERE = Path(__file__).parent
_HTML, _CSS, _JS = (
    (_HERE / f"canvas.{suffix}").read_text("utf-8") for suffix in ("html", "css", "js")
)


def chosen_in(key: str, graph: Graph) -> str | None:
    """The name of the node that was chosen last on the canvas of this key, if the graph has it."""
    kept = st.session_state.get(key)
    chosen = kept.get("chosen") if kept else None
    return next((name for name in graph.names if _id(name) == chosen), None)


def _id(name: str) -> str:
    """What the script calls a node: names may hold what cannot be sent."""
    return ascii(name)


def show_canvas(graph: Graph, key: str, label: str, height: int) -> None:
    """``label`` says to those who do not see it what is drawn; ``height`` is in pixels."""
    draw = st.components.v2.component("medallion_canvas", html=_HTML, css=_CSS, js=_JS)
    draw(key=key, data=_data(graph, chosen_in(key, graph), label, height), on_chosen_change=_ignore)


def _ignore() -> None:
    """What is chosen is read from the state; asking for it is what keeps it there."""


def _data(graph: Graph, chosen: str | None, label: str, height: int) -> dict[str, Any]:
    """What the script draws. A graph of other nodes than before is looked at from the start."""
    boxes = layout(graph)
    number = {box.node.name: place for place, box in enumerate(boxes)}
    return {
        "label": label,
        "height": height,
        "chosen": None if chosen is None else _id(chosen),
        "shape": sha256("".join(map(_id, number)).encode()).hexdigest(),
        "nodes": [_node(box) for box in boxes],
        "lines": [(number[start], number[end]) for start, end in graph.lines],
    }


def _node(box: Box) -> dict[str, Any]:
    return {
        "id": _id(box.node.name),
        "name": shown(box.node.name),
        "lines": [shown(line) for line in box.node.lines],
        "kind": box.node.kind,
        "state": box.node.state,
        "x": box.left,
        "y": box.top,
        "w": box.width,
        "h": box.height,
    }
