"""What dimensions, facts, bridges and aggregates name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medallion_core.model import (
    Aggregate,
    Aggregation,
    Attribute,
    Bridge,
    Dimension,
    DimensionLink,
    Fact,
    Finding,
    HeaderAmount,
    Measure,
)
from medallion_core.tables.soundness.parts import Parts, error, named, names, paired, readable
from medallion_core.text.sql import check_expression
from medallion_core.text.type_grammar import read_type


def dimension_findings(dimension: Dimension, parts: Parts) -> Iterator[Finding]:
    name, own = dimension.name, dimension.entity
    yield from parts.entity(name, own)
    if not dimension.business_key:
        yield error(name, "It has no business key.", "Name the columns that tell its rows apart.")
    yield from names(name, "columns of its key", dimension.business_key)
    yield from parts.columns(name, "business key", own, dimension.business_key)
    yield from named(name, [dimension.surrogate_key])
    yield from _attributes(name, own, dimension.attributes, parts)
    yield from _folded(dimension, parts)
    for link in dimension.outriggers:
        yield from _link(name, link, own, parts)


def _folded(dimension: Dimension, parts: Parts) -> Iterator[Finding]:
    """Each parent hangs on the own row or on a parent before it."""
    rows = {dimension.entity: dimension.entity}
    yield from names(
        dimension.name, "rows", [*rows, *(parent.alias for parent in dimension.folded)]
    )
    for parent in dimension.folded:
        subject = f"{dimension.name}.{parent.alias}"
        yield from parts.entity(subject, parent.entity)
        if parent.child in rows:
            yield from parts.columns(subject, "child", rows[parent.child], parent.columns)
        else:
            yield error(subject, f"There is no row {parent.child!r} before it to hang it on.")
        yield from parts.columns(subject, "parent", parent.entity, parent.unique)
        yield from paired(subject, parent.columns, parent.parent_columns)
        yield from _attributes(subject, parent.entity, parent.attributes, parts)
        rows[parent.alias] = parent.entity


def fact_findings(fact: Fact, parts: Parts) -> Iterator[Finding]:
    name = fact.name
    yield from parts.entity(name, fact.entity)
    yield from parts.columns(name, "grain", fact.entity, fact.grain)
    yield from _header(fact, parts)
    for link in fact.links:
        side = _side(fact, link.from_header)
        yield from _sided(f"{name}.{link.key}", side)
        yield from _link(name, link, side, parts)
    for role in fact.dates:
        side = _side(fact, role.from_header)
        yield from _sided(f"{name}.{role.key}", side)
        yield from named(name, [role.key])
        yield from parts.columns(f"{name}.{role.key}", "date", side, [role.column])
    for key in fact.degenerate:
        side = _side(fact, key.from_header)
        yield from _sided(f"{name}.{key.name}", side)
        yield from named(name, [key.name])
        yield from parts.columns(f"{name}.{key.name}", "key", side, [key.column])
    for measure in fact.measures:
        yield from _measure(fact, measure, parts)


def _header(fact: Fact, parts: Parts) -> Iterator[Finding]:
    if fact.header is None:
        return
    subject, header = fact.name, fact.header
    yield from parts.entity(subject, header.entity)
    yield from parts.columns(subject, "line", fact.entity, header.columns)
    yield from parts.columns(subject, "header", header.entity, header.parent_columns)
    yield from paired(subject, header.columns, header.parent_columns)


def _side(fact: Fact, from_header: bool) -> str:
    """The entity whose row holds a part of the fact; empty for a header that there is not."""
    if not from_header:
        return fact.entity
    return fact.header.entity if fact.header else ""


def _sided(subject: str, side: str) -> Iterator[Finding]:
    if not side:
        yield error(subject, "It is taken from the header, and the fact has none.")


def _measure(fact: Fact, measure: Measure, parts: Parts) -> Iterator[Finding]:
    subject = f"{fact.name}.{measure.name}"
    yield from named(fact.name, [measure.name])
    yield from _sided(subject, _side(fact, measure.from_header))
    yield from readable(subject, check_expression, measure.expression)
    yield from readable(subject, read_type, measure.type)
    if measure.allocation and not measure.from_header:
        yield error(subject, "It is spread over the lines, but it is not an amount of a header.")
    if measure.allocation is HeaderAmount.WEIGHTED or measure.weight:
        yield from parts.columns(subject, "weight", fact.entity, [measure.weight])


def bridge_findings(bridge: Bridge, parts: Parts) -> Iterator[Finding]:
    yield from parts.entity(bridge.name, bridge.entity)
    if not bridge.links:
        yield error(bridge.name, "It links nothing.", "Give it links, or take it out.")
    for link in bridge.links:
        if link.from_header:
            yield error(f"{bridge.name}.{link.key}", "A bridge has no header to take it from.")
        yield from _link(bridge.name, link, bridge.entity, parts)
    yield from _attributes(bridge.name, bridge.entity, bridge.attributes, parts)


def _link(table: str, link: DimensionLink, entity: str, parts: Parts) -> Iterator[Finding]:
    subject = f"{table}.{link.key}"
    yield from named(table, [link.key])
    yield from parts.columns(subject, "link", entity, link.columns)
    dimension = parts.dimensions.get(link.dimension)
    if dimension is None:
        yield error(subject, f"There is no dimension {link.dimension!r}.")
        return
    wanted = link.parent_columns or dimension.business_key
    yield from paired(subject, link.columns, wanted)
    held = {*dimension.business_key, *(each.column for each in dimension.attributes)}
    for column in wanted:
        if column not in held:
            yield error(subject, f"{dimension.name} does not hold {column!r}.")


def _attributes(
    subject: str, entity: str, attributes: Sequence[Attribute], parts: Parts
) -> Iterator[Finding]:
    yield from names(subject, "attributes", [attribute.name for attribute in attributes])
    yield from parts.columns(
        subject, "attribute", entity, [attribute.column for attribute in attributes]
    )


def aggregate_findings(aggregate: Aggregate, parts: Parts) -> Iterator[Finding]:
    fact = parts.facts.get(aggregate.fact)
    if fact is None:
        yield error(aggregate.name, f"There is no fact {aggregate.fact!r}.")
        return
    if not aggregate.keys:
        yield error(
            aggregate.name, "It has nothing to sum by.", "Choose at least one key to sum by."
        )
    keys = {*(role.key for role in fact.dates), *(link.key for link in fact.links)}
    for key in aggregate.keys:
        if key not in keys:
            yield error(aggregate.name, f"{fact.name} has no key {key!r}.")
    measures = {measure.name: measure for measure in fact.measures}
    for name in aggregate.measures:
        if name not in measures:
            yield error(aggregate.name, f"{fact.name} has no measure {name!r}.")
        elif not _adds_up(fact, measures[name]):
            yield error(
                f"{aggregate.name}.{name}",
                f"{name} of {fact.name} cannot be summed up: it is {measures[name].aggregation}.",
                "Take it out of the aggregate, or give it another aggregation.",
            )


def _adds_up(fact: Fact, measure: Measure) -> bool:
    """What is the last over time needs a date to be of; what stays with the header is not here."""
    if measure.from_header and measure.allocation is None:
        return False
    if measure.aggregation is Aggregation.LAST:
        return fact.last_by is not None
    return measure.aggregation is not Aggregation.NONE
