"""The tables of a design from the sources to gold, as a graph."""

from __future__ import annotations

from collections.abc import Iterator

from medallion_core.model import Design
from medallion_core.tables.gold import gold_tables
from medallion_core.tables.inventory import inventory
from medallion_core.tables.lineage import table_edges
from pages.components.canvas.graph import Graph, Node, graph_of

SOURCE = "source"


def lineage_graph(design: Design) -> Graph:
    """What is made of what, and what refers to what; tables that only prove others are left out."""
    edges = dict.fromkeys((*table_edges(design), *_references(design)))
    layers = {table.name: table.layer.value for table in inventory(design).tables}
    names = dict.fromkeys(name for edge in edges for name in edge)
    order = {kind: place for place, kind in enumerate((SOURCE, *dict.fromkeys(layers.values())))}
    nodes = [Node(name, layers.get(name, SOURCE)) for name in names]
    return graph_of(sorted(nodes, key=lambda node: order[node.kind]), edges)


def _references(design: Design) -> Iterator[tuple[str, str]]:
    for table in gold_tables(design):
        if table.in_star:
            yield from ((c.references, table.name) for c in table.columns() if c.references)
