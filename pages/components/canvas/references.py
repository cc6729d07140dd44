"""The references of a design on a canvas: drawn from column to column, and answered on their line.
Each is the edit of the table of references, and is undone as that."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import streamlit as st

from medallion_core.edit import put_reference, take_out_reference
from medallion_core.model import Design, Entity, Reference
from pages.components.canvas.canvas import Answered, Link, Pulled, chosen_in, show_canvas
from pages.components.canvas.graph import Graph, Node, graph_of
from pages.components.frame.editor import apply_edit
from pages.components.frame.text import count

AT_A_GLANCE = 24
"""More tables than these are not drawn at once: a person says which."""

COLUMNS_SHOWN = 12
"""Of a table: keys and references first; all of the one that is chosen."""

_HEIGHT = 620


def show_references_canvas(design: Design, key: str) -> None:
    names = [entity.name for entity in design.entities]
    shown = names
    if len(names) > AT_A_GLANCE:
        shown = st.multiselect("Tables to draw", names, _first(design), key=f"{key}_tables")
    graph = references_graph(design, shown, "")
    graph = references_graph(design, shown, chosen_in(key, graph) or "")
    drawn = [each for each in design.references if {each.entity, each.parent} <= set(shown)]
    links = [link_of(graph, each) for each in drawn]
    done = show_canvas(graph, key, "The tables and their references", _HEIGHT, links)
    st.caption(
        "Pull a column to the column that it refers to. A dashed line waits for an answer: ✓ or ✕. "
        f"Click a table for all of its columns. {count(len(drawn), 'reference')} drawn."
    )
    if isinstance(done, Pulled):
        pulled = reference_of(graph, done)
        apply_edit(lambda now: put_reference(now, pulled))
    elif isinstance(done, Answered):
        link, accepted = drawn[done.link], done.accepted
        apply_edit(lambda now: answered(now, link, accepted=accepted))


def answered(design: Design, reference: Reference, *, accepted: bool) -> Design:
    return put_reference(design, reference) if accepted else take_out_reference(design, reference)


def references_graph(design: Design, names: Collection[str], chosen: str) -> Graph:
    """Those tables with their columns, a line from each that is referred to."""
    nodes = [
        Node(entity.name, entity.role.value, tuple(_columns(design, entity, chosen)), pins=True)
        for entity in design.entities
        if entity.name in names
    ]
    return graph_of(nodes, [(each.parent, each.entity) for each in design.references])


def link_of(graph: Graph, reference: Reference) -> Link:
    """Between the first columns of both."""
    lines = {node.name: node.lines for node in graph.nodes}
    own, other = reference.columns[0], reference.parent_columns[0]
    child = f"{reference.entity}.{', '.join(reference.columns)}"
    return Link(
        reference.entity,
        lines[reference.entity].index(own),
        reference.parent,
        lines[reference.parent].index(other),
        name=f"{child} → {reference.parent}.{', '.join(reference.parent_columns)}",
        accepted=reference.accepted,
    )


def reference_of(graph: Graph, pulled: Pulled) -> Reference:
    lines = {node.name: node.lines for node in graph.nodes}
    return Reference(
        pulled.child,
        (lines[pulled.child][pulled.row],),
        pulled.parent,
        (lines[pulled.parent][pulled.parent_row],),
        evidence="Drawn by a person.",
    )


def _columns(design: Design, entity: Entity, chosen: str) -> Iterator[str]:
    """Names of silver: of its key and its references first, the others as far as there is room."""
    needed = dict.fromkeys((*entity.key, *_referring(design, entity)))
    names = dict.fromkeys((*needed, *(column.name for column in entity.included_columns)))
    room = len(names) if entity.name == chosen else max(COLUMNS_SHOWN, len(needed))
    yield from list(names)[:room]


def _referring(design: Design, entity: Entity) -> Iterator[str]:
    for reference in design.references:
        if reference.entity == entity.name:
            yield from reference.columns
        if reference.parent == entity.name:
            yield from reference.parent_columns


def _first(design: Design) -> list[str]:
    """The table that refers to most others, with these."""
    most = max(
        design.entities, key=lambda each: sum(r.entity == each.name for r in design.references)
    )
    parents = [each.parent for each in design.references if each.entity == most.name]
    return list(dict.fromkeys([most.name, *parents]))[:AT_A_GLANCE]
