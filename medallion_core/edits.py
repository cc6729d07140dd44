"""What a person changes in a design, as functions from Design to Design.

An edit is applied whole or not at all: what it would break is a MedallionError INVALID_EDIT that
names it. After an edit of tables, columns or references the star is derived again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from medallion_core.errors import MedallionError
from medallion_core.identifiers import quote_identifier
from medallion_core.model import (
    ChangeHandling,
    Design,
    Entity,
    EntityColumn,
    Fact,
    Measure,
    Reference,
    Rule,
    Star,
)
from medallion_core.propose import propose_star

_SQL_TOKEN = re.compile(
    r"""(?P<uncast>_uncast,\s*'(?P<cast>\w+)')"""
    r"""|(?P<literal>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
    r"""|`(?P<quoted>(?:``|[^`])+)`"""
    r"""|(?P<word>[A-Za-z_]\w*)""",
    re.DOTALL,
)


def edit_entities(design: Design, entities: Sequence[Entity]) -> Design:
    """``design`` with these entities in place of those of the same names."""
    changed = {entity.name: entity for entity in entities}
    for entity in entities:
        _check_entity(entity)
    result = tuple(changed.get(entity.name, entity) for entity in design.entities)
    return _with_star(design, replace(design, entities=result))


def edit_references(design: Design, references: Sequence[Reference]) -> Design:
    """``design`` with these references and no others."""
    for reference in references:
        _check_reference(design, reference)
    return _with_star(design, replace(design, references=tuple(references)))


def edit_columns(design: Design, entity_name: str, columns: Sequence[EntityColumn]) -> Design:
    """``design`` with these columns in ``entity_name``, matched to the old ones by their order.

    A new name is followed in keys, references, rules and conditions. A column that a key or a
    reference needs cannot be left out.
    """
    entity = design.entity(entity_name)
    renames = {
        old.name: new.name
        for old, new in zip(entity.columns, columns, strict=True)
        if old.name != new.name
    }
    renamed = _renamed(replace(entity, columns=tuple(columns)), renames)
    references = tuple(_follow(reference, entity_name, renames) for reference in design.references)
    _check_columns(renamed, references)
    entities = tuple(renamed if e.name == entity_name else e for e in design.entities)
    return _with_star(design, replace(design, entities=entities, references=references))


def edit_rules(design: Design, entity_name: str, rules: Sequence[Rule]) -> Design:
    """``design`` with these rules in ``entity_name``. Names are unique within an entity."""
    _check_unique([rule.name for rule in rules], f"rules of {entity_name}")
    for rule in rules:
        if not rule.name or not rule.condition.strip():
            raise _invalid(f"A rule of {entity_name} lacks its name or its condition.")
    entity = replace(design.entity(entity_name), rules=tuple(rules))
    entities = tuple(entity if e.name == entity_name else e for e in design.entities)
    return replace(design, entities=entities)


def edit_measures(design: Design, fact_name: str, measures: Sequence[Measure]) -> Design:
    """``design`` with these measures in ``fact_name`` and no others."""
    _check_unique([measure.name for measure in measures], f"measures of {fact_name}")
    facts = tuple(
        replace(fact, measures=tuple(measures)) if fact.name == fact_name else fact
        for fact in design.star.facts
    )
    return replace(design, star=replace(design.star, facts=facts))


def left_out_measures(design: Design, fact: Fact) -> tuple[Measure, ...]:
    """What was proposed as a measure of ``fact`` and is not one of its measures."""
    expressions = {measure.expression for measure in fact.measures}
    proposed = propose_star(replace(design, star=Star()))
    return tuple(
        measure
        for other in proposed.facts
        if other.entity == fact.entity
        for measure in other.measures
        if measure.expression not in expressions
    )


def remove_entity(design: Design, entity_name: str) -> Design:
    """``design`` without an entity and without the references from and to it."""
    entities = tuple(entity for entity in design.entities if entity.name != entity_name)
    references = tuple(r for r in design.references if entity_name not in (r.entity, r.parent))
    return _with_star(design, replace(design, entities=entities, references=references))


def merge_entities(design: Design, names: Sequence[str]) -> Design:
    """``design`` with the sources of all ``names`` feeding the first one's bronze table.

    They must have the same columns. The others leave the design, and their references with them.
    """
    first, *others = (_entity(design, name) for name in names)
    columns = {column.source for column in first.columns}
    for other in others:
        different = columns ^ {column.source for column in other.columns}
        if different:
            raise _invalid(
                f"{other.name} and {first.name} differ in {', '.join(sorted(different))}.",
                "Only sources with the same columns feed one table.",
            )
    merged = replace(first, reads=tuple(read for e in (first, *others) for read in e.reads))
    gone = {other.name for other in others}
    changed = replace(
        design,
        entities=tuple(
            merged if e.name == first.name else e for e in design.entities if e.name not in gone
        ),
        references=tuple(r for r in design.references if not gone & {r.entity, r.parent}),
    )
    return _with_star(design, changed)


# ── What follows from an edit ────────────────────────────────────────────────────────────────


def _with_star(before: Design, design: Design) -> Design:
    """The star derived again; measures that a person left out stay out."""
    left_out = {
        (fact.entity, measure.expression)
        for fact in before.star.facts
        for measure in left_out_measures(before, fact)
    }
    star = propose_star(design)
    facts = tuple(
        replace(
            fact,
            measures=tuple(m for m in fact.measures if (fact.entity, m.expression) not in left_out),
        )
        for fact in star.facts
    )
    return replace(design, star=replace(star, facts=facts))


def _renamed(entity: Entity, renames: Mapping[str, str]) -> Entity:
    return replace(
        entity,
        key=_names(entity.key, renames),
        sequence_by=renames.get(entity.sequence_by, entity.sequence_by),
        delete_when=rename_in_sql(entity.delete_when, renames),
        rules=tuple(
            replace(rule, condition=rename_in_sql(rule.condition, renames)) for rule in entity.rules
        ),
    )


def _follow(reference: Reference, entity: str, renames: Mapping[str, str]) -> Reference:
    if reference.entity == entity:
        reference = replace(reference, columns=_names(reference.columns, renames))
    if reference.parent == entity:
        reference = replace(reference, parent_columns=_names(reference.parent_columns, renames))
    return reference


def _names(names: Iterable[str], renames: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(renames.get(name, name) for name in names)


def rename_in_sql(sql: str, renames: Mapping[str, str]) -> str:
    """``sql`` with columns renamed, in backticks or bare; text in quotes is left as it is, except
    for the column that a "cast succeeded" rule names.

    >>> rename_in_sql("`qty` > 0 AND note <> 'qty'", {"qty": "quantity"})
    "`quantity` > 0 AND note <> 'qty'"
    """
    return _SQL_TOKEN.sub(lambda match: _rename_token(match, renames), sql)


def _rename_token(match: re.Match[str], renames: Mapping[str, str]) -> str:
    if match["uncast"]:
        return f"_uncast, '{renames.get(match['cast'], match['cast'])}'"
    if match["quoted"]:
        name = match["quoted"].replace("``", "`")
        return quote_identifier(renames.get(name, name))
    if match["word"]:
        return renames.get(match["word"], match["word"])
    return match.group()


# ── What an edit must not break ──────────────────────────────────────────────────────────────


def _check_entity(entity: Entity) -> None:
    known = {column.name for column in entity.included_columns}
    for name in (*entity.key, *filter(None, [entity.sequence_by])):
        if name not in known:
            raise _invalid(f"{entity.name} has no column {name}.", _one_of(known))
    keyless = entity.change is ChangeHandling.APPEND or entity.key
    if not keyless:
        raise _invalid(
            f"{entity.name} needs a key to be kept as {entity.change}.",
            "Name its key columns, or let it append.",
        )


def _check_reference(design: Design, reference: Reference) -> None:
    if len(reference.columns) != len(reference.parent_columns) or not reference.columns:
        raise _invalid(
            f"The reference from {reference.entity} to {reference.parent} pairs "
            f"{len(reference.columns)} columns with {len(reference.parent_columns)}."
        )
    for name, columns in (
        (reference.entity, reference.columns),
        (reference.parent, reference.parent_columns),
    ):
        known = {column.name for column in _entity(design, name).included_columns}
        for column in columns:
            if column not in known:
                raise _invalid(f"{name} has no column {column}.", _one_of(known))


def _check_columns(entity: Entity, references: Sequence[Reference]) -> None:
    _check_unique([column.name for column in entity.columns], f"columns of {entity.name}")
    needed = {*entity.key, *filter(None, [entity.sequence_by])}
    for reference in references:
        if reference.entity == entity.name:
            needed |= set(reference.columns)
        if reference.parent == entity.name:
            needed |= set(reference.parent_columns)
    for column in entity.columns:
        if column.name in needed and not column.included:
            raise _invalid(
                f"{entity.name}.{column.name} is part of a key or of a reference.",
                "Take it out of there first, then leave the column out.",
            )


def _check_unique(names: Sequence[str], what: str) -> None:
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        raise _invalid(f"Two {what} are called {doubles[0]}.", "Give each a name of its own.")


def _entity(design: Design, name: str) -> Entity:
    try:
        return design.entity(name)
    except KeyError as error:
        known = {entity.name for entity in design.entities}
        raise _invalid(f"There is no table {name} in the design.", _one_of(known)) from error


def _one_of(names: Iterable[str]) -> str:
    return f"It is one of: {', '.join(sorted(names))}."


def _invalid(message: str, hint: str = "Change it back, or correct it.") -> MedallionError:
    return MedallionError("INVALID_EDIT", message, hint)
