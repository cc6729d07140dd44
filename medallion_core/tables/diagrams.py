"""Diagrams of a design, as Mermaid text."""

from __future__ import annotations

from collections.abc import Iterable

from medallion_core.model import Design
from medallion_core.tables.gold import gold_columns
from medallion_core.tables.lineage import table_edges
from medallion_core.tables.schema import GoldColumn
from medallion_core.text import sql
from medallion_core.text.identifiers import snake_case


def star_diagram(design: Design) -> str:
    """The star as an entity relationship diagram: every gold table with all of its columns."""
    tables = list(gold_columns(design))
    lines = ["erDiagram"]
    for table, columns in tables:
        lines += _table(table, columns)
    lines += [
        f"    {_id(column.references)} ||--o{{ {_id(table)} : {_id(column.name)}"
        for table, columns in tables
        for column in columns
        if column.references
    ]
    return "\n".join(lines) + "\n"


def _table(table: str, columns: Iterable[GoldColumn]) -> list[str]:
    listed = []
    for position, column in enumerate(columns):
        first = position == 0 and column.required and not column.references
        key = " FK" if column.references else " PK" if first else ""
        listed.append(f"        {_id(sql.family(column.type))} {_id(column.name)}{key}")
    return [f"    {_id(table)} {{", *listed, "    }"]


def _id(name: str) -> str:
    """A name that Mermaid reads as one word."""
    return snake_case(name)


def lineage_diagram(design: Design) -> str:
    """The tables from the sources to gold as a flowchart from left to right."""
    graph = _Graph()
    for source, target in table_edges(design):
        graph.edge(source, target)
    return graph.text()


class _Graph:
    """Nodes are numbered as they come, so that a name can hold anything."""

    def __init__(self) -> None:
        self._nodes: dict[str, str] = {}
        self._edges: dict[tuple[str, str], None] = {}

    def edge(self, source: str, target: str) -> None:
        self._edges[self._node(source), self._node(target)] = None

    def _node(self, label: str) -> str:
        return self._nodes.setdefault(label, f"t{len(self._nodes)}")

    def text(self) -> str:
        nodes = [f'    {node}["{_label(label)}"]' for label, node in self._nodes.items()]
        edges = [f"    {source} --> {target}" for source, target in self._edges]
        return "\n".join(["flowchart LR", *nodes, *edges]) + "\n"


def _label(text: str) -> str:
    """``text`` in Mermaid's entity codes wherever it is not plainly a word."""
    return "".join(c if c.isalnum() or c in "_./-, " else f"#{ord(c)};" for c in text)
