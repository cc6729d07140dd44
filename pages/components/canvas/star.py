"""The star as a graph: what happened in the middle, what it refers to on both sides of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from medallion_core.model import Design
from medallion_core.tables.gold import gold_tables
from medallion_core.tables.schema import GoldTable
from pages.components.canvas.graph import Graph, Node, graph_of

_ROLES_SHOWN = 4


def star_graph(design: Design, fact: str = "") -> Graph:
    """Every table of the star, or only ``fact`` with what it refers to. What a table refers to
    more than once is there once, with its roles; for ``fact`` all have theirs.

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
    roles = _roles(tables, fact)
    nodes = [
        _node(table, bool(used[table.name]), roles.get(table.name, [])) for table in tables.values()
    ]
    return _sides(graph_of(nodes, lines))


def views(design: Design) -> list[str]:
    """What a view of its own can be made of: tables that refer to others, facts first."""
    facts = [fact.name for fact in design.star.facts]
    return [*facts, *(bridge.name for bridge in design.star.bridges)]


def _referred(table: GoldTable) -> list[str]:
    found = (column.references for column in table.columns())
    return [name for name in dict.fromkeys(found) if name and name != table.name]


def _roles(tables: Mapping[str, GoldTable], fact: str) -> dict[str, list[str]]:
    """By what is referred to: the columns that do so, of ``fact``, or of every table in which
    there are several of them."""
    found: dict[str, list[str]] = {}
    for name, table in tables.items():
        keys: dict[str, list[str]] = {}
        for column in table.columns():
            if column.references and column.references != name:
                keys.setdefault(column.references, []).append(column.name)
        for parent, own in keys.items():
            if name == fact or (len(own) > 1 and not fact):
                found[parent] = list(dict.fromkeys([*found.get(parent, []), *own]))
    return found


def _node(table: GoldTable, referred: bool, roles: Sequence[str]) -> Node:
    lines = [f"key {', '.join(table.primary_key)}"] if table.primary_key else []
    lines += [f"as {role}" for role in roles[:_ROLES_SHOWN]]
    lines += [f"and {len(roles) - _ROLES_SHOWN} more roles"] * (len(roles) > _ROLES_SHOWN)
    lines += [] if roles else [f"{len(table.columns())} columns"]
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
