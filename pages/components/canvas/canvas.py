"""Puts a graph on the screen, by a component of Streamlit: nothing is loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import streamlit as st

from pages.components.canvas.graph import Graph
from pages.components.canvas.layout import Box, layout, shown

_HERE = Path(__file__).parent
_HTML, _CSS, _JS, _REFERENCES = (
    (_HERE / name).read_text("utf-8")
    for name in ("canvas.html", "canvas.css", "canvas.js", "references.js")
)


@dataclass(frozen=True, slots=True)
class Link:
    """A line between a line of ``child``, a node, and one of ``parent``, counted from 0. One that
    is not ``accepted`` has two buttons that answer it."""

    child: str
    row: int
    parent: str
    parent_row: int
    _: KW_ONLY
    name: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a person pulled: from a line of ``child`` to one of ``parent``, counted from 0."""

    child: str
    row: int
    parent: str
    parent_row: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The number of a link, and whether it is accepted."""

    link: int
    accepted: bool


def chosen_in(key: str, graph: Graph) -> str | None:
    """The name of the node that was chosen last on the canvas of this key, if the graph has it."""
    kept = st.session_state.get(key)
    chosen = kept.get("chosen") if kept else None
    return next((name for name in graph.names if _id(name) == chosen), None)


def _id(name: str) -> str:
    """What the script calls a node: names may hold what cannot be sent."""
    return ascii(name)


def show_canvas(
    graph: Graph, key: str, label: str, height: int, links: Sequence[Link] = ()
) -> Pulled | Answered | None:
    """``label`` says to those who do not see it what is drawn; ``height`` is in pixels. Returns
    what a person has just done to ``links``."""
    draw = st.components.v2.component(
        "medallion_canvas", html=_HTML, css=_CSS, js=f"{_JS}\n{_REFERENCES}"
    )
    done = draw(
        key=key,
        data=_data(graph, chosen_in(key, graph), label, height, links),
        on_chosen_change=_ignore,
        on_drawn_change=_ignore,
        on_answered_change=_ignore,
    )
    return _pulled(graph, done.drawn) or _answered(links, done.answered)


def _pulled(graph: Graph, sent: object) -> Pulled | None:
    """What was sent, where it names lines that are drawn. A browser may send it before it has drawn
    what came of its last event: names say what a person meant, places do not."""
    said = sent if isinstance(sent, Mapping) else {}
    ids = [_id(node.name) for node in graph.nodes]
    child, parent = _place(said.get("child"), ids), _place(said.get("parent"), ids)
    if child is None or parent is None:
        return None
    own, other = graph.nodes[child], graph.nodes[parent]
    row = _place(said.get("column"), [*map(shown, own.lines)])
    parent_row = _place(said.get("parent_column"), [*map(shown, other.lines)])
    if row is None or parent_row is None:
        return None
    return Pulled(own.name, row, other.name, parent_row)


def _answered(links: Sequence[Link], sent: object) -> Answered | None:
    said = sent if isinstance(sent, Mapping) else {}
    number = _place(said.get("reference"), [_id(link.name) for link in links])
    return None if number is None else Answered(number, said.get("accepts") is True)


def _place(sent: object, among: Sequence[str]) -> int | None:
    """None for what is not among them."""
    return among.index(sent) if isinstance(sent, str) and sent in among else None


def _ignore() -> None:
    """What is chosen is read from the state; asking for it is what keeps it there."""


def _data(
    graph: Graph, chosen: str | None, label: str, height: int, links: Sequence[Link]
) -> dict[str, Any]:
    """What the script draws. A graph of other nodes than before is looked at from the start."""
    boxes = layout(graph)
    number = {box.node.name: place for place, box in enumerate(boxes)}
    return {
        "label": label,
        "height": height,
        "chosen": None if chosen is None else _id(chosen),
        "shape": sha256("".join(map(_id, number)).encode()).hexdigest(),
        "nodes": [_node(box) for box in boxes],
        "lines": [] if links else [(number[start], number[end]) for start, end in graph.lines],
        "references": [
            {
                "id": _id(link.name),
                "child": number[link.child],
                "column": link.row,
                "parent": number[link.parent],
                "parent_column": link.parent_row,
                "accepted": link.accepted,
                "name": shown(link.name),
            }
            for link in links
        ],
    }


def _node(box: Box) -> dict[str, Any]:
    return {
        "id": _id(box.node.name),
        "name": shown(box.node.name),
        "lines": [shown(line) for line in box.node.lines],
        "kind": box.node.kind,
        "pins": box.node.pins,
        "state": box.node.state,
        "x": box.left,
        "y": box.top,
        "w": box.width,
        "h": box.height,
    }
