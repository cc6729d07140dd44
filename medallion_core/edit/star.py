"""Edits of the star itself: names, kinds, measures, aggregates. Tables stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from medallion_core.edit.gold_names import rename_tables
from medallion_core.edit.refusals import (
    check_columns,
    check_identifier,
    check_sql,
    check_unique,
    invalid,
    one_of,
    readable_type,
)
from medallion_core.model import (
    Aggregate,
    Aggregation,
    Bridge,
    Design,
    Dimension,
    Fact,
    FactKind,
    Measure,
)
from medallion_core.propose import propose_star
from medallion_core.propose.links import Joins
from medallion_core.propose.periods import period_columns
from medallion_core.tables.inventory import expected_tables


def find_fact(design: Design, name: str) -> Fact:
    """Raises MedallionError INVALID_EDIT for a fact that the star does not have."""
    try:
        return design.star.fact(name)
    except KeyError as error:
        known = one_of(fact.name for fact in design.star.facts)
        raise invalid(f"There is no fact {name}.", known) from error


def rename_gold_table(design: Design, before: str, name: str) -> Design:
    """``design`` with a fact, dimension, bridge or aggregate called ``name``."""
    check_name(design, name, [before])
    return replace(design, star=rename_tables(design.star, {before: name}))


def edit_fact(design: Design, fact: Fact) -> Design:
    """``design`` with ``fact`` in place of the one of its name.

    A factless fact loses its measures. Raises MedallionError INVALID_EDIT where the kind does not
    fit: a periodic snapshot has a period in its grain, an accumulating one two dates at least.
    """
    check_columns(design.entity(fact.entity), fact.grain)
    _check_kind(design, fact)
    if fact.kind is not find_fact(design, fact.name).kind:
        fact = replace(fact, kind_evidence="Chosen by a person.")
    if fact.kind is FactKind.FACTLESS:
        fact = replace(fact, measures=())
    return design.with_fact(fact)


def edit_measures(design: Design, fact_name: str, measures: Sequence[Measure]) -> Design:
    """``design`` with these measures in ``fact_name`` and no others."""
    check_unique([measure.name for measure in measures], f"measures of {fact_name}")
    fact = find_fact(design, fact_name)
    readable = tuple(m if m in fact.measures else _readable(m) for m in measures)
    return design.with_fact(replace(fact, measures=readable))


def _readable(measure: Measure) -> Measure:
    """``measure`` with its type as the catalog would print it."""
    check_sql(f"The measure {measure.name}", measure.expression)
    return replace(measure, type=readable_type(f"The measure {measure.name}", measure.type))


def add_measure(design: Design, fact_name: str, measure: Measure) -> Design:
    """``design`` with one more measure in ``fact_name``."""
    return edit_measures(design, fact_name, [*find_fact(design, fact_name).measures, measure])


def edit_dimension(design: Design, dimension: Dimension) -> Design:
    """``design`` with ``dimension`` in place of the one of its name; its attributes have
    different names."""
    groups = (dimension.attributes, *(parent.attributes for parent in dimension.folded))
    check_unique(
        [attribute.name for group in groups for attribute in group],
        f"attributes of {dimension.name}",
    )
    return design.with_dimension(dimension)


def edit_bridge(design: Design, bridge: Bridge) -> Design:
    """``design`` with ``bridge`` in place of the one of its name."""
    return design.with_bridge(bridge)


def edit_aggregates(design: Design, aggregates: Sequence[Aggregate]) -> Design:
    """``design`` with these aggregates and no others."""
    known = [aggregate.name for aggregate in design.star.aggregates]
    check_unique([aggregate.name for aggregate in aggregates], "aggregates")
    for aggregate in aggregates:
        check_name(design, aggregate.name, known)
        _check_aggregate(find_fact(design, aggregate.fact), aggregate)
    return replace(design, star=replace(design.star, aggregates=tuple(aggregates)))


def take_out_aggregate(design: Design, name: str) -> Design:
    """``design`` without the aggregate of that name."""
    left = tuple(each for each in design.star.aggregates if each.name != name)
    return replace(design, star=replace(design.star, aggregates=left))


def fit_aggregates(design: Design) -> Design:
    """``design`` whose aggregates have only what their facts have; one without a key goes."""
    facts = {fact.name: fact for fact in design.star.facts}
    fitted = [
        _fitted(aggregate, facts[aggregate.fact])
        for aggregate in design.star.aggregates
        if aggregate.fact in facts
    ]
    aggregates = tuple(aggregate for aggregate in fitted if aggregate.keys)
    return replace(design, star=replace(design.star, aggregates=aggregates))


def _fitted(aggregate: Aggregate, fact: Fact) -> Aggregate:
    keys, measures = aggregate_keys(fact), aggregate_measures(fact)
    return replace(
        aggregate,
        keys=tuple(key for key in aggregate.keys if key in keys),
        measures=tuple(name for name in aggregate.measures if name in measures),
    )


def aggregate_keys(fact: Fact) -> list[str]:
    """What a fact can be summed by."""
    return [role.key for role in fact.dates] + [link.key for link in fact.links]


def aggregate_measures(fact: Fact) -> list[str]:
    """What of a fact can be summed up: what does not add up over time needs a date to be of."""
    refused = {Aggregation.NONE} | (set() if fact.last_by else {Aggregation.LAST})
    return [measure.name for measure in fact.measures if measure.aggregation not in refused]


# ── What was left out, and can be had again ──────────────────────────────────────────────────


def derived_fact(design: Design, fact: Fact) -> Fact | None:
    """The fact as its table and references give it, with nothing decided."""
    return next((f for f in propose_star(design).facts if f.entity == fact.entity), None)


def derived_dimension(design: Design, dimension: Dimension) -> Dimension | None:
    """The dimension as its tables and references give it; None for a junk dimension."""
    if dimension.junk:
        return None
    derived = propose_star(design, [dimension.entity]).dimensions
    return next((d for d in derived if d.entity == dimension.entity), None)


def proposed_measures(design: Design, fact: Fact) -> tuple[Measure, ...]:
    """What is proposed as a measure of ``fact`` at its own grain."""
    derived = derived_fact(design, fact)
    measures = derived.measures if derived else ()
    return tuple(measure for measure in measures if not measure.from_header)


def header_amounts(design: Design, fact: Fact) -> tuple[Measure, ...]:
    """The header's amounts that could be spread over the lines of ``fact``, as they are now.

    One without an allocation stays at the header's grain.
    """
    if fact.header is None:
        return ()
    header = fact.header.entity
    chosen = {measure.expression: measure for measure in fact.measures if measure.from_header}
    return tuple(
        chosen.get(measure.expression, replace(measure, from_header=True))
        for other in design.star.facts
        if other.entity == header
        for measure in other.measures
        if measure.aggregation is Aggregation.SUM and not measure.from_header
    )


def spread_amounts(design: Design, fact_name: str, amounts: Iterable[Measure]) -> Design:
    """``design`` with the header's ``amounts`` spread as they say; the others stay there."""
    fact = find_fact(design, fact_name)
    own = [measure for measure in fact.measures if measure.allocation is None]
    spread = [amount for amount in amounts if amount.allocation is not None]
    return edit_measures(design, fact_name, [*own, *spread])


# ── What an edit must not break ──────────────────────────────────────────────────────────────


def check_name(design: Design, name: str, instead_of: Sequence[str]) -> None:
    """Raises MedallionError INVALID_EDIT where no table of the star can be called ``name``."""
    check_identifier(name, "a table")
    taken = [table for table in expected_tables(design) if table not in instead_of]
    check_unique([name, *taken], "tables")


def _check_kind(design: Design, fact: Fact) -> None:
    done = [role for role in fact.dates if not role.planned]
    if fact.kind is FactKind.ACCUMULATING_SNAPSHOT and len(done) < 2:
        raise invalid(
            f"{fact.name} has {len(done)} dates of what was done: an accumulating snapshot needs "
            "two at least, its milestones.",
            "Take a date in, or choose another kind.",
        )
    if fact.kind is FactKind.PERIODIC_SNAPSHOT and not period_columns(fact, Joins(design)):
        days = sorted(role.column for role in fact.dates if not role.from_header)
        raise invalid(
            f"The grain of {fact.name} has no date, and a periodic snapshot has rows a period.",
            f"Take one of its dates into the grain: {', '.join(days) or 'it has none'}.",
        )


def _check_aggregate(fact: Fact, aggregate: Aggregate) -> None:
    for wanted, possible, what in (
        (aggregate.keys, aggregate_keys(fact), "key"),
        (aggregate.measures, aggregate_measures(fact), "measure that adds up"),
    ):
        for name in wanted:
            if name not in possible:
                raise invalid(f"{fact.name} has no {what} {name}.", one_of(possible))
    if not aggregate.keys:
        raise invalid(
            f"{aggregate.name} has nothing to sum by.", "Choose at least one key to sum by."
        )
