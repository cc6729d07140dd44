"""A design without one of its silver columns: nothing is left that reads it."""

from __future__ import annotations

from dataclasses import replace

from medallion_core.edit import fit_aggregates
from medallion_core.model import (
    Attribute,
    Bridge,
    Design,
    Dimension,
    DimensionLink,
    Entity,
    Fact,
    Measure,
)
from medallion_core.tables.columns import UNCAST
from medallion_core.tables.measures import HEADER, LINE
from medallion_core.text import sql


def without_column(design: Design, entity: str, column: str) -> Design:
    """``design`` with ``column`` left in bronze, and all that reads it in silver and gold gone."""
    design = design.with_entity(_entity_without(design.entity(entity), column))
    references = tuple(
        r
        for r in design.references
        if not (r.entity == entity and column in r.columns)
        and not (r.parent == entity and column in r.parent_columns)
    )
    star = replace(
        design.star,
        dimensions=tuple(_dimension_without(d, entity, column) for d in design.star.dimensions),
        facts=tuple(_fact_without(f, entity, column) for f in design.star.facts),
        bridges=tuple(_bridge_without(b, entity, column) for b in design.star.bridges),
    )
    return fit_aggregates(replace(design, references=references, star=star))


def needed_by(design: Design, entity: str, column: str) -> list[str]:
    """What cannot do without the column, in words: keys, references, dates, measures."""
    found = design.entity(entity)
    needs = [f"the key of {entity}"] if column in found.key else []
    needs += [f"the order of {entity}'s versions"] if column == found.sequence_by else []
    needs += [f"{entity}'s deletions"] if _reads(found.delete_when, column) else []
    for reference in design.references:
        if reference.entity == entity and column in reference.columns:
            needs.append(f"the reference to {reference.parent}")
        if reference.parent == entity and column in reference.parent_columns:
            needs.append(f"the reference from {reference.entity}")
    for fact in design.star.facts:
        for from_header in _sides(fact, entity):
            needs += [
                f"{fact.name}.{measure.name}"
                for measure in fact.measures
                if measure.from_header is from_header and _measures(measure, column)
            ]
            needs += [
                f"{fact.name}.{date.key}"
                for date in fact.dates
                if date.from_header is from_header and date.column == column
            ]
    return needs


def _entity_without(entity: Entity, column: str) -> Entity:
    return replace(
        entity.with_column(replace(entity.column(column), included=False)),
        rules=tuple(rule for rule in entity.rules if not _reads(rule.condition, column)),
        sequence_by="" if entity.sequence_by == column else entity.sequence_by,
        delete_when="" if _reads(entity.delete_when, column) else entity.delete_when,
        key=() if column in entity.key else entity.key,
    )


def _dimension_without(dimension: Dimension, entity: str, column: str) -> Dimension:
    own = dimension.entity == entity
    return replace(
        dimension,
        attributes=_attributes(dimension.attributes, column) if own else dimension.attributes,
        folded=tuple(
            replace(f, attributes=_attributes(f.attributes, column)) if f.entity == entity else f
            for f in dimension.folded
            if not (own and f.child == entity and column in f.columns)
        ),
        outriggers=_links(dimension.outriggers, column) if own else dimension.outriggers,
    )


def _fact_without(fact: Fact, entity: str, column: str) -> Fact:
    sides = _sides(fact, entity)
    return replace(
        fact,
        links=tuple(k for k in fact.links if k.from_header not in sides or column not in k.columns),
        dates=tuple(d for d in fact.dates if d.from_header not in sides or d.column != column),
        degenerate=tuple(
            d for d in fact.degenerate if d.from_header not in sides or d.column != column
        ),
        measures=tuple(
            m for m in fact.measures if m.from_header not in sides or not _measures(m, column)
        ),
    )


def _bridge_without(bridge: Bridge, entity: str, column: str) -> Bridge:
    if bridge.entity != entity:
        return bridge
    links, attributes = _links(bridge.links, column), _attributes(bridge.attributes, column)
    return replace(bridge, links=links, attributes=attributes)


def _sides(fact: Fact, entity: str) -> frozenset[bool]:
    """On which sides of a fact the entity is: False the line, True the header."""
    header = {True} if fact.header and fact.header.entity == entity else set()
    return frozenset(header | ({False} if fact.entity == entity else set()))


def _links(links: tuple[DimensionLink, ...], column: str) -> tuple[DimensionLink, ...]:
    return tuple(link for link in links if column not in link.columns)


def _attributes(attributes: tuple[Attribute, ...], column: str) -> tuple[Attribute, ...]:
    return tuple(attribute for attribute in attributes if attribute.column != column)


def _measures(measure: Measure, column: str) -> bool:
    return measure.weight == column or sql.reads(measure.expression, column, (LINE, HEADER))


def _reads(condition: str, column: str) -> bool:
    return sql.reads(condition, column, maps=[UNCAST])
