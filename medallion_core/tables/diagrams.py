"""Diagrams of a design, as Mermaid text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
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

_NO_WORD = re.compile(r"[^\w./\-, ]")


@dataclass(frozen=True, slots=True)
class Diagram:
    """``title`` is the table that it is of; empty where it shows everything."""

    title: str
    text: str


def star_diagrams(design: Design) -> tuple[Diagram, ...]:
    """One of the star, or one for each table that refers to others where that is too large."""
    star = _drawn_tables(design)
    if not star:
        return ()
    place = {name: number for number, name in enumerate(star)}
    parts = {
        name: {name, *(to for to, _ in table.references if to in star)}
        for name, table in star.items()
    }
    return _divided(
        _star_of(star.values()),
        (
            Diagram(name, _star_of(star[each] for each in sorted(part, key=place.__getitem__)))
            for name, part in parts.items()
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
        _flowchart(edges),
        (Diagram(fact, _flowchart(_edges_to(parents, fact))) for fact in facts),
    )


def _edges_to(parents: Mapping[str, Iterable[str]], table: str) -> Iterator[tuple[str, str]]:
    """Those on all ways to ``table``, from the sources on."""
    for target in reversed([table, *reach(parents, table)]):
        yield from ((source, target) for source in parents.get(target, ()))


def _divided(whole: str, parts: Iterable[Diagram]) -> tuple[Diagram, ...]:
    if _fits(whole):
        return (Diagram("", whole),)
    return tuple(part for part in parts if _fits(part.text))


def _fits(text: str) -> bool:
    lines = text.count("||--o{") + text.count(" --> ")
    return len(text) <= MOST_CHARACTERS and lines <= MOST_LINES


def star_diagram(design: Design) -> str:
    """The star as an entity relationship diagram: every gold table with all of its columns."""
    return _star_of(_drawn_tables(design).values())


@dataclass(frozen=True, slots=True)
class _Table:
    """A table's lines in a diagram, and its references, each as the table that it is to and its
    line: they are drawn once, however many diagrams have the table."""

    name: str
    lines: list[str]
    references: list[tuple[str, str]]


def _drawn_tables(design: Design) -> dict[str, _Table]:
    return {name: _drawn(name, columns) for name, columns in gold_columns(design)}


def _drawn(table: str, columns: Iterable[GoldColumn]) -> _Table:
    listed = []
    references = []
    for position, column in enumerate(columns):
        first = position == 0 and column.required and not column.references
        key = " FK" if column.references else " PK" if first else ""
        listed.append(f"        {_id(sql.family(column.type))} {_id(column.name)}{key}")
        if column.references:
            line = f"    {_id(column.references)} ||--o{{ {_id(table)} : {_id(column.name)}"
            references.append((column.references, line))
    return _Table(table, [f"    {_id(table)} {{", *listed, "    }"], references)


def _star_of(tables: Iterable[_Table]) -> str:
    """Those tables, and the references among them."""
    shown = list(tables)
    known = {table.name for table in shown}
    lines = [line for table in shown for line in table.lines]
    lines += [line for table in shown for to, line in table.references if to in known]
    return "\n".join(["erDiagram", *lines]) + "\n"


def _id(name: str) -> str:
    """A name that Mermaid reads as one word."""
    return snake_case(name)


def lineage_diagram(design: Design) -> str:
    """The tables from the sources to gold as a flowchart from left to right."""
    return _flowchart(table_edges(design))


def _flowchart(edges: Iterable[tuple[str, str]]) -> str:
    graph = _Graph()
    for source, target in edges:
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
    return _NO_WORD.sub(lambda found: f"#{ord(found[0])};", text)
