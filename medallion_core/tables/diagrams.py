"""Diagrams of a design, as Mermaid text."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from medallion_core.model import Design
from medallion_core.tables.gold import gold_columns
from medallion_core.tables.lineage import reach, table_edges
from medallion_core.tables.schema import GoldColumn
from medallion_core.text import sql
from medallion_core.text.identifiers import snake_case

MOST_CHARACTERS, MOST_LINES = 50_000, 500
"""What Mermaid draws by default: ``maxTextSize`` and ``maxEdges``.
https://mermaid.js.org/config/schema-docs/config.html"""


@dataclass(frozen=True, slots=True)
class Diagram:
    """``title`` is the table that it is of; empty where it shows everything."""

    title: str
    text: str


def star_diagrams(design: Design) -> tuple[Diagram, ...]:
    """One of the star, or one for each table that refers to others where that is too large."""
    star = dict(gold_columns(design))
    if not star:
        return ()
    parts = {
        table: {table, *(column.references for column in columns if column.references)}
        for table, columns in star.items()
    }
    return _divided(
        star_diagram(design),
        (
            Diagram(table, star_diagram(design, part))
            for table, part in parts.items()
            if len(part) > 1
        ),
    )


def lineage_diagrams(design: Design) -> tuple[Diagram, ...]:
    """One of all tables, or one for each fact with what it is made of where that is too large."""
    edges = list(table_edges(design))
    parents: dict[str, list[str]] = {}
    for source, target in edges:
        parents.setdefault(target, []).append(source)
    facts = [fact.name for fact in design.star.facts]
    return _divided(
        lineage_diagram(design),
        (Diagram(fact, _flowchart(edges, {fact, *reach(parents, fact)})) for fact in facts),
    )


def _divided(whole: str, parts: Iterable[Diagram]) -> tuple[Diagram, ...]:
    if _fits(whole):
        return (Diagram("", whole),)
    return tuple(part for part in parts if _fits(part.text))


def _fits(text: str) -> bool:
    lines = text.count("||--o{") + text.count(" --> ")
    return len(text) <= MOST_CHARACTERS and lines <= MOST_LINES


def star_diagram(design: Design, only: Container[str] | None = None) -> str:
    """The star as an entity relationship diagram: every gold table with all of its columns, or
    ``only`` some of them."""
    tables = [each for each in gold_columns(design) if only is None or each[0] in only]
    known = {table for table, _ in tables}
    lines = ["erDiagram"]
    for table, columns in tables:
        lines += _table(table, columns)
    lines += [
        f"    {_id(column.references)} ||--o{{ {_id(table)} : {_id(column.name)}"
        for table, columns in tables
        for column in columns
        if column.references in known
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
    return _flowchart(table_edges(design), None)


def _flowchart(edges: Iterable[tuple[str, str]], only: Container[str] | None) -> str:
    graph = _Graph()
    for source, target in edges:
        if only is None or (source in only and target in only):
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
