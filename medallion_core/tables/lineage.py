"""Which column comes from which, from the source to gold, read off the design.

A column is named ``table.column``; a source column by its place, too:
``samples.tpch.orders.o_orderkey``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from medallion_core.model import Design, Dimension, DimensionLink, Entity, Fact
from medallion_core.tables import columns, names
from medallion_core.tables.aggregates import aggregate_columns
from medallion_core.tables.bridges import bridge_columns
from medallion_core.tables.bronze import place
from medallion_core.tables.dates import date_columns, has_dates
from medallion_core.tables.dimensions import dimension_columns
from medallion_core.tables.facts import HEADER, LINE, fact_columns
from medallion_core.tables.lookups import link_alias
from medallion_core.tables.schema import GoldColumn
from medallion_core.text import sql

Edges = dict[str, tuple[str, ...]]
"""Each column and those that it is made of directly."""


def column_edges(design: Design) -> Edges:
    """Every column of every table with the columns that it is made of."""
    edges: Edges = {}
    for entity in design.entities:
        edges |= _entity_edges(entity)
    for table, gold, rows, links in _gold_tables(design):
        for column in gold:
            found = [f"{rows[a]}.{c}" for a, c in sql.mentioned(column.expression) if a in rows]
            found += links.get(column.name, ())
            edges[f"{table}.{column.name}"] = tuple(dict.fromkeys(found))
    return edges


def upstream(design: Design, column: str) -> list[str]:
    """Every column that ``column`` is made of, nearest first. Raises KeyError for no column."""
    edges = column_edges(design)
    if column not in edges:
        raise KeyError(column)
    return _reach(edges, column)


def downstream(design: Design, column: str) -> list[str]:
    """Every column that is made of ``column``, nearest first; empty where nothing is."""
    users: dict[str, list[str]] = {}
    for made, of in column_edges(design).items():
        for part in of:
            users.setdefault(part, []).append(made)
    return _reach(users, column)


def sources_of(edges: Edges, column: str) -> list[str]:
    """The source columns at the far end of ``column``."""
    return [found for found in _reach(edges, column) if found not in edges]


def _reach(edges: Mapping[str, Iterable[str]], start: str) -> list[str]:
    reached: dict[str, None] = {}
    waiting = list(edges.get(start, ()))
    while waiting:
        current = waiting.pop(0)
        if current not in reached and current != start:
            reached[current] = None
            waiting += edges.get(current, ())
    return list(reached)


def _entity_edges(entity: Entity) -> Edges:
    bronze, silver = names.bronze_table(entity), names.silver_table(entity)
    edges: Edges = {}
    for source, name in columns.bronze_names(entity).items():
        edges[f"{bronze}.{name}"] = tuple(f"{place(read)}.{source}" for read in entity.reads)
    for column in columns.silver_columns(entity):
        name = columns.bronze_names(entity)[column.source]
        edges[f"{silver}.{column.name}"] = (f"{bronze}.{name}",)
    return edges


_LookedUp = dict[str, tuple[str, ...]]
_Gold = tuple[str, list[GoldColumn], dict[str, str], _LookedUp]
"""Table, columns, what each alias stands for, what each link's key is looked up by."""


def _gold_tables(design: Design) -> Iterator[_Gold]:
    star = design.star
    for dimension in star.dimensions:
        rows, links = _dimension_rows(design, dimension)
        yield dimension.name, dimension_columns(design, dimension), rows, links
    for fact in star.facts:
        rows, links = _fact_rows(design, fact)
        yield fact.name, fact_columns(design, fact), rows, links
    for bridge in star.bridges:
        own = names.silver_table(design.entity(bridge.entity))
        rows = {LINE: own} | _link_rows(bridge.links)
        yield bridge.name, bridge_columns(design, bridge), rows, _looked_up(bridge.links, rows)
    for aggregate in star.aggregates:
        gold = aggregate_columns(design, aggregate)
        same: _LookedUp = {c.name: (f"{aggregate.fact}.{c.name}",) for c in gold}
        yield aggregate.name, gold, {}, same
    if has_dates(design):
        yield names.date_table(design), date_columns(design), {}, {}


def _dimension_rows(design: Design, dimension: Dimension) -> tuple[dict[str, str], _LookedUp]:
    own = names.silver_table(design.entity(dimension.entity))
    rows = {names.function_name(dimension.entity): own} | _link_rows(dimension.outriggers)
    rows |= {p.alias: names.silver_table(design.entity(p.entity)) for p in dimension.folded}
    return rows, _looked_up(dimension.outriggers, {LINE: own})


def _fact_rows(design: Design, fact: Fact) -> tuple[dict[str, str], _LookedUp]:
    rows = {LINE: names.silver_table(design.entity(fact.entity))}
    if fact.header:
        rows[HEADER] = names.silver_table(design.entity(fact.header.entity))
    rows |= _link_rows(fact.links)
    return rows, _looked_up(fact.links, rows)


def _link_rows(links: Iterable[DimensionLink]) -> dict[str, str]:
    return {link_alias(link): link.dimension for link in links}


def _looked_up(links: Iterable[DimensionLink], rows: Mapping[str, str]) -> _LookedUp:
    return {
        link.key: tuple(
            f"{rows[HEADER if link.from_header else LINE]}.{column}" for column in link.columns
        )
        for link in links
    }
