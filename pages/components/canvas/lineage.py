"""The tables of a design from the sources to gold, as a graph."""

from __future__ import annotations

from medallion_core.model import Design
from medallion_core.tables.inventory import inventory
from medallion_core.tables.lineage import table_edges
from pages.components.canvas.graph import Graph, Node, graph_of

SOURCE = "source"


def lineage_graph(design: Design) -> Graph:
    edges = list(table_edges(design))
    layers = {table.name: table.layer.value for table in inventory(design).tables}
    names = dict.fromkeys((*(name for edge in edges for name in edge), *layers))
    order = {kind: place for place, kind in enumerate((SOURCE, *dict.fromkeys(layers.values())))}
    nodes = [Node(name, layers.get(name, SOURCE)) for name in names]
    return graph_of(sorted(nodes, key=lambda node: order[node.kind]), edges)
