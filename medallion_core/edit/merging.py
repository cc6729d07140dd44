"""Tables of the same columns that feed one: what each of them knew of its rows holds for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import reduce

from medallion_core.edit.refusals import invalid
from medallion_core.edit.renames import Renames
from medallion_core.model import (
    Design,
    Entity,
    EntityColumn,
    Reference,
    Rule,
)
from medallion_core.tables.columns import UNCAST
from medallion_core.tables.personal import strictest
from medallion_core.tables.silver import has_uncast
from medallion_core.text import sql


def merged_entity(first: Entity, others: Sequence[Entity]) -> Entity:
    """``first`` with the sources of all. Its columns are cleaned as one of them needs it and as
    private as one of them has it; rows are held to the rules of all.

    Raises MedallionError INVALID_EDIT where columns differ, or are read in different ways.
    """
    for other in others:
        _check_alike(first, other)
    reads = tuple(read for entity in (first, *others) for read in entity.reads)
    merged = replace(first, reads=reads)
    for other in others:
        theirs = _by_source(other)
        columns = (_column(each, theirs[each.source, each.path]) for each in merged.columns)
        merged = replace(merged, columns=tuple(columns))
    rules = reduce(_with_rules, (_rules(merged, other) for other in others), first.rules)
    return replace(merged, rules=rules)


def moved_references(
    design: Design, first: Entity, others: Sequence[Entity]
) -> Iterator[Reference]:
    """The references of ``design`` with those of ``others`` as the first one's, as far as it has
    none of the same columns; what referred to the others goes."""
    names = {other.name: _followed(first, other) for other in others}
    left = [each for each in design.references if each.parent not in names]
    said = {each.columns for each in left if each.entity == first.name}
    for each in left:
        if each.entity not in names:
            yield each
            continue
        moved = each.renamed(names[each.entity])
        if moved.columns not in said and moved.parent != first.name:
            said.add(moved.columns)
            yield moved


def _check_alike(first: Entity, other: Entity) -> None:
    ours, theirs = _by_source(first), _by_source(other)
    different = sorted({source for source, _ in ours.keys() ^ theirs.keys()})
    if different:
        raise invalid(
            f"{other.name} and {first.name} differ in {', '.join(different)}.",
            "Only sources with the same columns feed one table.",
        )
    written = sorted(
        c.name for of, c in ours.items() if c.source_format != theirs[of].source_format
    )
    if written:
        raise invalid(
            f"{other.name} and {first.name} write {', '.join(written)} in different ways.",
            "Only values that are written in one way can be read as one column.",
        )


def _by_source(entity: Entity) -> dict[tuple[str, tuple[str, ...]], EntityColumn]:
    return {(column.source, column.path): column for column in entity.columns}


def _column(ours: EntityColumn, theirs: EntityColumn) -> EntityColumn:
    return replace(
        ours,
        trim=ours.trim or theirs.trim,
        empty_to_null=ours.empty_to_null or theirs.empty_to_null,
        missing=ours.missing and theirs.missing,
        privacy=strictest((ours.privacy, theirs.privacy)),
    )


def _followed(first: Entity, other: Entity) -> Renames:
    """From the names of ``other`` to those of ``first``."""
    ours = _by_source(first)
    silver = {column.name: ours[of].name for of, column in _by_source(other).items()}
    renamed = {theirs: name for theirs, name in silver.items() if theirs != name}
    return Renames(other.name, first.name, renamed)


def _rules(merged: Entity, other: Entity) -> Iterator[Rule]:
    """Those of ``other`` that can be asked of the rows of all."""
    follow = _followed(merged, other)
    for rule in other.rules:
        if has_uncast(merged) or not sql.reads(rule.condition, UNCAST):
            yield rule.renamed(follow, other.name)


def _with_rules(rules: Sequence[Rule], others: Iterable[Rule]) -> tuple[Rule, ...]:
    """With those that ask something else; a name that is taken gets a number."""
    found = {rule.name: rule for rule in rules}
    for rule in others:
        if any(rule.condition == each.condition for each in found.values()):
            continue
        name, number = rule.name, 1
        while name in found:
            number += 1
            name = f"{rule.name}_{number}"
        found[name] = replace(rule, name=name)
    return tuple(found.values())
