"""Which table and which column comes from which, from the source to gold.

A column is named ``table.column``; a source column by its location, too:
``samples.tpch.orders.o_orderkey``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from medallion_core.model import Design, Entity
from medallion_core.tables import columns, names
from medallion_core.tables.gold import gold_tables
from medallion_core.tables.inventory import inventory
from medallion_core.tables.schema import GoldTable
from medallion_core.tables.sources import kind_of
from medallion_core.text import sql

Edges = dict[str, tuple[str, ...]]
"""Each column and those that it is made of directly."""


def table_edges(design: Design) -> Iterator[tuple[str, str]]:
    """Which table's columns are taken from which, or refer to which, from the sources (by their
    location) to gold.

    What is read to prove the star or to know its keys and days is left out: ``table_reads``.
    """
    found = inventory(design)
    referred = {table.name: table.refers_to for table in gold_tables(design)}
    for table in found.tables:
        yield from ((kind_of(source).location_name, table.name) for source in table.sources)
        parts = (*found.without_views(table.made_of), *referred.get(table.name, ()))
        yield from ((part, table.name) for part in dict.fromkeys(parts))


def column_edges(design: Design) -> Edges:
    """Every column of every table with the columns that it is made of."""
    return design.find_out_once("column edges", lambda: _column_edges(design))


def _column_edges(design: Design) -> Edges:
    edges: Edges = {}
    for entity in design.entities:
        edges |= _entity_edges(entity)
    gold: Edges = {}
    for table in gold_tables(design):
        if table.in_star or table.rows:
            gold |= _gold_edges(table)
    known = {name: name for name in (*edges, *gold)}
    read = {made: tuple(known.get(part, part) for part in of) for made, of in edges.items()}
    return read | _without_helpers(gold, known)


def _without_helpers(gold: Edges, known: Mapping[str, str]) -> Edges:
    """Gold as made of columns of tables, without those that only its code has. ``known`` has each
    name once: a design of 300 tables has 50,000 of them."""
    return {made: tuple(known[part] for part in of if part in known) for made, of in gold.items()}


def upstream(design: Design, column: str) -> list[str]:
    """Every column that ``column`` is made of, nearest first. Raises KeyError for no column."""
    edges = column_edges(design)
    if column not in edges:
        raise KeyError(column)
    return reach(edges, column)


def downstream(design: Design, column: str) -> list[str]:
    """Every column that is made of ``column``, nearest first; empty where nothing is."""
    users: dict[str, list[str]] = {}
    for made, of in column_edges(design).items():
        for part in of:
            users.setdefault(part, []).append(made)
    return reach(users, column)


def sources_of(edges: Edges, column: str) -> list[str]:
    """The source columns at the far end of ``column``."""
    return [found for found in reach(edges, column) if found not in edges]


def reach(edges: Mapping[str, Iterable[str]], start: str) -> list[str]:
    reached: dict[str, None] = {}
    waiting = list(edges.get(start, ()))
    while waiting:
        current = waiting.pop(0)
        if current not in reached and current != start:
            reached[current] = None
            waiting += edges.get(current, ())
    return list(reached)


def _gold_edges(table: GoldTable) -> Edges:
    edges: Edges = {}
    for column in table.columns():
        named = sql.mentioned(column.expression)
        own = f"{table.name}."
        found = [each for each in table.looked_up.get(column.name, ()) if not each.startswith(own)]
        found += [f"{table.rows[alias]}.{name}" for alias, name in named if alias in table.rows]
        edges[f"{table.name}.{column.name}"] = tuple(dict.fromkeys(found))
    return edges


def _entity_edges(entity: Entity) -> Edges:
    bronze, silver = names.bronze_table(entity), names.silver_table(entity)
    locations = [kind.location_name for kind in columns.kinds_of(entity)]
    found = columns.bronze_names(entity)
    edges: Edges = {}
    for source, name in found.items():
        edges[f"{bronze}.{name}"] = tuple(f"{location}.{source}" for location in locations)
    for column in columns.silver_columns(entity):
        read = () if column.missing else (f"{bronze}.{found[column.source]}",)
        edges[f"{silver}.{column.name}"] = read
    if columns.keeps_history(entity) and entity.sequence_by:
        order = (f"{silver}.{entity.sequence_by}",)
        edges |= {f"{silver}.{name}": order for name in (columns.START, columns.END)}
    return edges
