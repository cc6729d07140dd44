"""Diagrams of a design, as Mermaid text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from medallion_core.model import Design, Dimension, DimensionLink, Fact
from medallion_core.tables import names
from medallion_core.tables.bronze import place
from medallion_core.tables.gold import gold_columns
from medallion_core.tables.schema import GoldColumn
from medallion_core.tables.silver import has_quarantine
from medallion_core.text import sql


def star_diagram(design: Design, *, keys_only: bool = False) -> str:
    """The star as an entity relationship diagram: every gold table with all of its columns, or,
    to be taken in at a glance, with its keys only."""
    tables = list(gold_columns(design))
    lines = ["erDiagram"]
    for table, columns in tables:
        lines += _table(table, columns, keys_only=keys_only)
    lines += [
        f"    {_id(column.references)} ||--o{{ {_id(table)} : {_id(column.name)}"
        for table, columns in tables
        for column in columns
        if column.references
    ]
    return "\n".join(lines) + "\n"


def _table(table: str, columns: Iterable[GoldColumn], *, keys_only: bool) -> list[str]:
    listed = []
    for position, column in enumerate(columns):
        first = position == 0 and column.required and not column.references
        key = " FK" if column.references else " PK" if first else ""
        if key or not keys_only:
            listed.append(f"        {_id(sql.family(column.type))} {_id(column.name)}{key}")
    return [f"    {_id(table)} {{", *listed, "    }"]


def _id(name: str) -> str:
    """A name that Mermaid reads as one word."""
    return names.function_name(name)


def lineage_diagram(design: Design) -> str:
    """The tables from the sources to gold as a flowchart from left to right."""
    graph = _Graph()
    for source, target in table_edges(design):
        graph.edge(source, target)
    return graph.text()


def table_edges(design: Design) -> Iterator[tuple[str, str]]:
    """Which table is made of which, from the sources (by their place) to gold."""
    for entity in design.entities:
        bronze, silver = names.bronze_table(entity), names.silver_table(entity)
        for read in entity.reads:
            yield place(read), bronze
        yield bronze, silver
        if has_quarantine(entity):
            yield bronze, names.quarantine_table(entity)
    yield from _gold_edges(design)


def _gold_edges(design: Design) -> Iterator[tuple[str, str]]:
    star = design.star
    for dimension in star.dimensions:
        yield from ((_silver(design, e), dimension.name) for e in _dimension_entities(dimension))
        yield from _looked_up(dimension.outriggers, dimension.name)
    for fact in star.facts:
        yield from ((_silver(design, entity), fact.name) for entity in _fact_entities(fact))
        yield from _looked_up(fact.links, fact.name)
    for bridge in star.bridges:
        yield _silver(design, bridge.entity), bridge.name
        yield from _looked_up(bridge.links, bridge.name)
    for aggregate in star.aggregates:
        yield aggregate.fact, aggregate.name


def _silver(design: Design, entity: str) -> str:
    return names.silver_table(design.entity(entity))


def _dimension_entities(dimension: Dimension) -> list[str]:
    return [dimension.entity, *(parent.entity for parent in dimension.folded)]


def _fact_entities(fact: Fact) -> list[str]:
    return [fact.entity, *([fact.header.entity] if fact.header else [])]


def _looked_up(links: Iterable[DimensionLink], table: str) -> Iterator[tuple[str, str]]:
    return ((link.dimension, table) for link in links if link.dimension != table)


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
