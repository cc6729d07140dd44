"""What a fix does to a design: small changes, each as data that can be compared and applied.

``apply`` raises KeyError where the design no longer has what is to be changed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from medallion_core.edit import edit_columns, edit_rules, fit_aggregates, remove_entity
from medallion_core.edit.renames import Renames
from medallion_core.model import (
    Bridge,
    Design,
    Dimension,
    Entity,
    EntityColumn,
    Fact,
    FilesLocation,
    Location,
    Measure,
    Rule,
    RuleAction,
    Settings,
    TableLocation,
)
from medallion_core.repair.without import without_column
from medallion_core.tables.columns import UNCAST
from medallion_core.tables.sources import kind_of
from medallion_core.text import sql
from medallion_core.text.identifiers import unique_names


class Change(Protocol):
    def apply(self, design: Design) -> Design: ...


@dataclass(frozen=True, slots=True)
class AddRule:
    """Adds a rule to an entity, in place of one of the same name."""

    entity: str
    rule: Rule

    def apply(self, design: Design) -> Design:
        rules = [r for r in design.entity(self.entity).rules if r.name != self.rule.name]
        return edit_rules(design, self.entity, [*rules, self.rule])


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """Puts ``rule`` in the place of the one called ``name``; None takes that one out."""

    entity: str
    name: str
    rule: Rule | None

    def apply(self, design: Design) -> Design:
        rules = [self.rule if r.name == self.name else r for r in design.entity(self.entity).rules]
        return edit_rules(design, self.entity, [rule for rule in rules if rule is not None])


@dataclass(frozen=True, slots=True)
class ChangeColumn:
    """Reads silver column ``column.name`` another way; it keeps its silver name."""

    entity: str
    column: EntityColumn

    def apply(self, design: Design) -> Design:
        return design.with_entity(design.entity(self.entity).with_column(self.column))


@dataclass(frozen=True, slots=True)
class RenameColumns:
    """Gives an entity's silver columns these names, in their order; what refers follows."""

    entity: str
    names: tuple[str, ...]

    def apply(self, design: Design) -> Design:
        columns = design.entity(self.entity).columns
        renamed = [replace(c, name=name) for c, name in zip(columns, self.names, strict=True)]
        return edit_columns(design, self.entity, renamed)


@dataclass(frozen=True, slots=True)
class LeaveColumnOut:
    """Takes a silver column out, with the rules, attributes and measures that read it."""

    entity: str
    column: str

    def apply(self, design: Design) -> Design:
        return without_column(design, self.entity, self.column)


@dataclass(frozen=True, slots=True)
class KeepAsNull:
    """Keeps a silver column that the source has no more, as NULL. What keeps rows out for it only
    warns from now on: it would keep out all of them."""

    entity: str
    column: str

    def apply(self, design: Design) -> Design:
        entity = design.entity(self.entity)
        eased = self.eased(entity)
        rules = tuple(
            replace(rule, action=RuleAction.WARN) if rule in eased else rule
            for rule in entity.rules
        )
        missing = replace(entity.column(self.column), missing=True)
        return design.with_entity(replace(entity.with_column(missing), rules=rules))

    def eased(self, entity: Entity) -> tuple[Rule, ...]:
        """The rules of the entity that kept rows out for the column."""
        return tuple(
            rule
            for rule in entity.rules
            if rule.action is not RuleAction.WARN
            and sql.reads(rule.condition, self.column, maps=[UNCAST])
        )


@dataclass(frozen=True, slots=True)
class ChangeEntity:
    """Changes what tells the rows of an entity apart, what orders and what deletes them."""

    entity: str
    sequence_by: str
    delete_when: str
    key: tuple[str, ...]

    def apply(self, design: Design) -> Design:
        entity = design.entity(self.entity)
        return design.with_entity(
            replace(
                entity, sequence_by=self.sequence_by, delete_when=self.delete_when, key=self.key
            )
        )


@dataclass(frozen=True, slots=True)
class ReadInFull:
    """Reads an entity's tables as a whole each time instead of as streams."""

    entity: str

    def apply(self, design: Design) -> Design:
        entity = design.entity(self.entity)
        return design.with_entity(replace(entity, reads=tuple(map(_in_full, entity.reads))))


@dataclass(frozen=True, slots=True)
class RenameEntity:
    """Gives an entity's tables in bronze and silver another name; gold keeps its own."""

    entity: str
    name: str

    def apply(self, design: Design) -> Design:
        design.entity(self.entity)
        return design.renamed(Renames(self.entity, self.name))


@dataclass(frozen=True, slots=True)
class RemoveOption:
    """Takes a reader option out of an entity's file reads."""

    entity: str
    option: str

    def apply(self, design: Design) -> Design:
        entity = design.entity(self.entity)
        return design.with_entity(replace(entity, reads=tuple(map(self._without, entity.reads))))

    def _without(self, location: Location) -> Location:
        if not isinstance(location, FilesLocation):
            return location
        options = {k: v for k, v in location.options.items() if k.lower() != self.option.lower()}
        return replace(location, options=options)


@dataclass(frozen=True, slots=True)
class RemoveRead:
    """Takes a location out of an entity; with its last one the entity goes."""

    entity: str
    location: str

    def apply(self, design: Design) -> Design:
        entity = design.entity(self.entity)
        left = tuple(read for read in entity.reads if kind_of(read).location_name != self.location)
        if not left:
            return remove_entity(design, self.entity)
        return design.with_entity(replace(entity, reads=left))


@dataclass(frozen=True, slots=True)
class ChangeMeasure:
    """Puts ``measure`` in the place of the fact's measure ``name``; None takes that one out."""

    fact: str
    name: str
    measure: Measure | None

    def apply(self, design: Design) -> Design:
        fact = design.star.fact(self.fact)
        measures = [self.measure if m.name == self.name else m for m in fact.measures]
        kept = tuple(measure for measure in measures if measure is not None)
        return fit_aggregates(design.with_fact(replace(fact, measures=kept)))


@dataclass(frozen=True, slots=True)
class ClusterBy:
    """Clusters a fact by these columns."""

    fact: str
    columns: tuple[str, ...]

    def apply(self, design: Design) -> Design:
        fact = design.star.fact(self.fact)
        return design.with_fact(replace(fact, cluster_by=self.columns))


@dataclass(frozen=True, slots=True)
class CleanNames:
    """Gives the columns of a dimension, a fact or a bridge names that Delta takes, each once.

    The names of keys stay; attributes and measures make way.
    """

    table: str

    def apply(self, design: Design) -> Design:
        match next((table for table in design.star.tables if table.name == self.table), None):
            case Dimension() as dimension:
                return design.with_dimension(_clean_dimension(dimension))
            case Fact() as fact:
                return _with_clean_fact(design, fact)
            case Bridge() as bridge:
                return design.with_bridge(_clean_bridge(bridge))
        raise KeyError(self.table)


@dataclass(frozen=True, slots=True)
class ChangeSettings:
    """Publishes under other settings."""

    settings: Settings

    def apply(self, design: Design) -> Design:
        return replace(design, settings=self.settings)


def _clean_dimension(dimension: Dimension) -> Dimension:
    taken = [dimension.surrogate_key, *(link.key for link in dimension.outriggers)]
    groups = [dimension.attributes, *(folded.attributes for folded in dimension.folded)]
    wanted = [attribute.name for group in groups for attribute in group]
    names = iter(unique_names([*taken, *wanted])[len(taken) :])
    clean = [tuple(replace(a, name=next(names)) for a in group) for group in groups]
    folded = zip(dimension.folded, clean[1:], strict=True)
    return replace(
        dimension,
        attributes=clean[0],
        folded=tuple(replace(parent, attributes=group) for parent, group in folded),
    )


def _clean_bridge(bridge: Bridge) -> Bridge:
    taken = [*(link.key for link in bridge.links), *([bridge.weight] if bridge.weight else [])]
    wanted = [attribute.name for attribute in bridge.attributes]
    names = iter(unique_names([*taken, *wanted])[len(taken) :])
    attributes = tuple(replace(each, name=next(names)) for each in bridge.attributes)
    return replace(bridge, attributes=attributes)


def _with_clean_fact(design: Design, fact: Fact) -> Design:
    """What sums the fact up, and what it is clustered by, follow its new names."""
    clean = _clean_fact(fact)
    pairs = zip(_gold_names(fact), _gold_names(clean), strict=True)
    names = dict(reversed([*pairs]))
    clean = replace(clean, cluster_by=tuple(names.get(name, name) for name in fact.cluster_by))
    aggregates = tuple(
        replace(each, measures=tuple(names.get(name, name) for name in each.measures))
        if each.fact == fact.name
        else each
        for each in design.star.aggregates
    )
    design = design.with_fact(clean)
    return replace(design, star=replace(design.star, aggregates=aggregates))


def _gold_names(fact: Fact) -> list[str]:
    return [key.name for key in fact.degenerate] + [measure.name for measure in fact.measures]


def _clean_fact(fact: Fact) -> Fact:
    keys = [link.key for link in fact.links] + [date.key for date in fact.dates]
    wanted = [d.name for d in fact.degenerate] + [m.name for m in fact.measures]
    names = iter(unique_names([*keys, *wanted])[len(keys) :])
    return replace(
        fact,
        degenerate=tuple(replace(d, name=next(names)) for d in fact.degenerate),
        measures=tuple(replace(m, name=next(names)) for m in fact.measures),
    )


def _in_full(location: Location) -> Location:
    return replace(location, append_only=False) if isinstance(location, TableLocation) else location
