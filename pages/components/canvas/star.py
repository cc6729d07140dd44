"""The star as a graph: what happened in the middle, what it refers to on both sides of it."""

from __future__ import annotations

from collections import Counter

from medallion_core.model import Design
from medallion_core.tables.gold import gold_tables
from medallion_core.tables.schema import GoldTable
from pages.components.canvas.graph import Graph, Node, graph_of

_ROLES_SHOWN = 4


def star_graph(design: Design, fact: str = "") -> Graph:
    """Every table of the star, or only ``fact`` with what it refers to, with its roles then.

    Raises MedallionError or KeyError where the design contradicts itself.
    """
    tables = {table.name: table for table in gold_tables(design) if table.in_star}
    if fact in tables:
        tables = {name: tables[name] for name in (fact, *_referred(tables[fact])) if name in tables}
    lines = [
        (parent, name)
        for name, table in tables.items()
        for parent in (*_referred(table), *table.made_of)
        if parent in tables
    ]
    used = Counter(parent for parent, _ in lines)
    nodes = [_node(table, bool(used[table.name]), fact, tables) for table in tables.values()]
    return _sides(graph_of(nodes, lines))


def views(design: Design) -> list[str]:
    """What a view of its own can be made of: tables that refer to others, facts first."""
    facts = [fact.name for fact in design.star.facts]
    return [*facts, *(bridge.name for bridge in design.star.bridges)]


def _referred(table: GoldTable) -> list[str]:
    found = (column.references for column in table.columns())
    return [name for name in dict.fromkeys(found) if name and name != table.name]


def _node(table: GoldTable, referred: bool, fact: str, tables: dict[str, GoldTable]) -> Node:
    columns = table.columns()
    lines = [f"key {', '.join(table.primary_key)}"] if table.primary_key else []
    if fact and fact != table.name:
        keys = [c.name for c in tables[fact].columns() if c.references == table.name]
        lines += [f"as {key}" for key in keys[:_ROLES_SHOWN]]
        lines += [f"and {len(keys) - _ROLES_SHOWN} more roles"] * (len(keys) > _ROLES_SHOWN)
    else:
        lines.append(f"{len(columns)} columns")
    kind = "dimension" if table.primary_key and referred else "fact"
    return Node(table.name, kind, tuple(lines))


def _sides(graph: Graph) -> Graph:
    """Dimensions to the left and to the right in turn, so that no column gets long."""
    sides = iter(range(len(graph.nodes)))
    nodes = (
        Node(n.name, n.kind, n.lines, column=2 * (next(sides) % 2) if n.kind == "dimension" else 1)
        for n in graph.nodes
    )
    return Graph(tuple(nodes), graph.lines)
