"""What was decided about a star, kept when the star is derived again.

A decision is what a star has otherwise than the star that its tables and references give: a name,
a kind, a measure left out, a junk dimension. Nothing else records it, so that persons and repairs
may change the star as they like. Keeping them is a three-way merge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, ClassVar, Protocol, TypeVar

from medallion_core.edit.gold_names import rename_tables, table_names
from medallion_core.edit.renames import Renames
from medallion_core.model import (
    Aggregate,
    Attribute,
    Bridge,
    DateRole,
    DegenerateKey,
    Design,
    Dimension,
    DimensionLink,
    Fact,
    FoldedParent,
    Measure,
    Role,
    Star,
    StarTable,
)
from medallion_core.propose import propose_star, with_star


class _Dataclass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Any]]


Part = TypeVar("Part", bound=_Dataclass)
Item = TypeVar("Item")
Identity = Callable[[Any], Hashable]


def derive_again(before: Design, after: Design, renames: Renames = Renames()) -> Design:  # noqa: B008
    """``after`` with its star derived, and with what was decided in that of ``before``.

    ``renames`` leads from the names of ``before`` to those of ``after``. Decisions about what is
    no longer there are dropped. A dimension stays where an edit takes away what led to it.
    """
    mine = before.star
    described = [dimension.entity for dimension in mine.dimensions]
    base = propose_star(before, described)
    chosen = _chosen_names(base, mine)
    mine = rename_tables(mine, {name: base_name for base_name, name in chosen.items()})
    if renames != Renames():
        base, mine = base.renamed(renames), mine.renamed(renames)
    new = propose_star(after, [*map(renames.entity, described), *_made_dimensions(before, after)])
    moved = _moved_names(base, new)
    base, mine = rename_tables(base, moved), rename_tables(mine, moved)
    merged = _fitting(after, mine, _merge_stars(base, mine, new))
    taken = {moved.get(old, old): name for old, name in chosen.items()}
    return with_star(after, rename_tables(merged, taken))


def _made_dimensions(before: Design, after: Design) -> Iterable[str]:
    """The entities that were told to be dimensions."""
    roles = {entity.name: entity.role for entity in before.entities}
    return (
        entity.name
        for entity in after.entities
        if entity.role is Role.DIMENSION
        and roles.get(entity.name, Role.DIMENSION) is not entity.role
    )


def _chosen_names(base: Star, mine: Star) -> dict[str, str]:
    """Derived name to chosen name, of the gold tables that were given one."""
    derived, current = table_names(base), table_names(mine)
    return {
        derived[made_of]: name
        for made_of, name in current.items()
        if made_of in derived and derived[made_of] != name
    }


def _moved_names(base: Star, new: Star) -> dict[str, str]:
    """The names that derived tables had, to those that they have now, where that is another."""
    derived, current = table_names(base), table_names(new)
    return {name: now for each, name in derived.items() if (now := current.get(each, name)) != name}


def _merge_stars(base: Star, mine: Star, new: Star) -> Star:
    types = (field.name for field in fields(Star))
    return Star(
        **{
            name: _merge_items(
                getattr(base, name), getattr(mine, name), getattr(new, name), _table, _merge_tables
            )
            for name in types
        }
    )


def _merge_tables(base: StarTable, mine: StarTable, new: StarTable) -> StarTable:
    match base, mine, new:
        case Dimension(), Dimension(), Dimension():
            return _dimension(base, mine, new)
        case Fact(), Fact(), Fact():
            return _fact(base, mine, new)
        case Bridge(), Bridge(), Bridge():
            return _bridge(base, mine, new)
        case _:
            return _merge(base, mine, new)


def _dimension(base: Dimension, mine: Dimension, new: Dimension) -> Dimension:
    return replace(
        _merge(base, mine, new),
        attributes=_merge_items(base.attributes, mine.attributes, new.attributes, _column),
        folded=_merge_items(base.folded, mine.folded, new.folded, _parent, _folded, added=False),
        outriggers=new.outriggers,
        business_key=new.business_key,
    )


def _folded(base: FoldedParent, mine: FoldedParent, new: FoldedParent) -> FoldedParent:
    attributes = _merge_items(base.attributes, mine.attributes, new.attributes, _column)
    return replace(new, attributes=attributes)


def _fact(base: Fact, mine: Fact, new: Fact) -> Fact:
    return replace(
        _merge(base, mine, new),
        header=new.header,
        links=_merge_items(base.links, mine.links, new.links, _link),
        dates=_merge_items(base.dates, mine.dates, new.dates, _column),
        degenerate=_merge_items(base.degenerate, mine.degenerate, new.degenerate, _column),
        measures=_merge_items(base.measures, mine.measures, new.measures, _expression),
    )


def _bridge(base: Bridge, mine: Bridge, new: Bridge) -> Bridge:
    return replace(
        _merge(base, mine, new),
        links=new.links,
        attributes=_merge_items(base.attributes, mine.attributes, new.attributes, _column),
    )


# ── The merge itself ─────────────────────────────────────────────────────────────────────────


def _merge(base: Part, mine: Part, new: Part) -> Part:
    """``new``, with each field that ``mine`` has otherwise than ``base`` as ``mine`` has it."""
    names = [field.name for field in fields(new)]
    decided = {
        name: getattr(mine, name) for name in names if getattr(mine, name) != getattr(base, name)
    }
    return replace(new, **decided)


def _merge_items(
    base: Sequence[Part],
    mine: Sequence[Part],
    new: Sequence[Part],
    identity: Identity,
    merge: Callable[[Part, Part, Part], Part] = _merge,
    *,
    added: bool = True,
) -> tuple[Part, ...]:
    """``new`` without what was left out, with what was changed and, where such may be, added.

    An order that was chosen stays; what is new comes after it.
    """
    known, kept = _by(identity, base), _by(identity, mine)
    found = {
        key: merge(known[key], kept[key], item) if key in known else item
        for key, item in _by(identity, new).items()
        if key in kept or key not in known
    }
    if added:
        found |= {key: item for key, item in kept.items() if key not in known}
    order = [key for key in kept if key in known]
    if order != [key for key in known if key in kept]:
        rank = {key: number for number, key in enumerate(order)}
        return tuple(found[key] for key in sorted(found, key=lambda key: rank.get(key, len(rank))))
    return tuple(found.values())


def _by(identity: Identity, items: Iterable[Item]) -> dict[Hashable, Item]:
    """Those of one identity, such as a sum and an average of one amount, by their order, too."""
    seen: Counter[Hashable] = Counter()
    result: dict[Hashable, Item] = {}
    for item in items:
        made_of = identity(item)
        result[made_of, seen[made_of]] = item
        seen[made_of] += 1
    return result


def _table(table: StarTable) -> Hashable:
    """What is not made of an entity is told by its name; a junk dimension is one beside that of
    its entity."""
    entity = getattr(table, "entity", None)
    beside = isinstance(table, Dimension) and table.junk
    return entity, table.name if beside or entity is None else None


def _column(item: Attribute | DateRole | DegenerateKey) -> Hashable:
    return item.column, getattr(item, "from_header", False)


def _parent(parent: FoldedParent) -> Hashable:
    return parent.entity, parent.columns


def _link(link: DimensionLink) -> Hashable:
    return link.dimension, link.columns, link.from_header


def _expression(measure: Measure) -> Hashable:
    return measure.expression, measure.from_header


# ── What still fits ──────────────────────────────────────────────────────────────────────────


def _fitting(design: Design, mine: Star, merged: Star) -> Star:
    """``merged`` without decisions of ``mine`` that name what ``design`` no longer has."""
    silver = {
        entity.name: {column.name for column in entity.included_columns}
        for entity in design.entities
    }
    facts = {fact.name: fact for fact in merged.facts if fact.entity in silver}
    dimensions = [
        fitting
        for each in merged.dimensions
        if each.entity in silver and (fitting := _fitting_dimension(each, silver[each.entity]))
    ]
    junk = {link.dimension for fact in facts.values() for link in fact.links}
    dimensions = [each for each in dimensions if not each.junk or each.name in junk]
    before = {fact.entity: _gold_columns(fact) for fact in mine.facts}
    moved = {
        fact.name: _moved(before.get(fact.entity, {}), _gold_columns(fact))
        for fact in facts.values()
    }
    return replace(
        merged,
        dimensions=tuple(dimensions),
        facts=tuple(
            _fitting_fact(fact, dimensions, silver[fact.entity], moved[fact.name])
            for fact in facts.values()
        ),
        bridges=tuple(each for each in merged.bridges if each.entity in silver),
        aggregates=tuple(
            fitted
            for each in merged.aggregates
            if each.fact in moved and (fitted := _fitting_aggregate(each, moved[each.fact])).keys
        ),
    )


def _fitting_dimension(dimension: Dimension, silver: set[str]) -> Dimension | None:
    if not dimension.junk:
        return dimension
    flags = tuple(column for column in dimension.business_key if column in silver)
    attributes = tuple(each for each in dimension.attributes if each.column in silver)
    return replace(dimension, business_key=flags, attributes=attributes) if flags else None


def _gold_columns(fact: Fact) -> dict[Hashable, str]:
    """The names of a fact's columns, by what they are made of."""
    links, dates = _by(_link, fact.links), _by(_column, fact.dates)
    degenerate, measures = _by(_column, fact.degenerate), _by(_expression, fact.measures)
    columns: dict[Hashable, str] = {("link", of): each.key for of, each in links.items()}
    columns |= {("date", of): each.key for of, each in dates.items()}
    columns |= {("degenerate", of): each.name for of, each in degenerate.items()}
    return columns | {("measure", of): each.name for of, each in measures.items()}


def _moved(before: dict[Hashable, str], after: dict[Hashable, str]) -> dict[str, str]:
    """What the columns that are still there are called now."""
    return {name: after[made_of] for made_of, name in before.items() if made_of in after}


def _fitting_fact(
    fact: Fact, dimensions: Sequence[Dimension], silver: set[str], moved: Mapping[str, str]
) -> Fact:
    present = set(_gold_columns(fact).values())
    cluster_by = (moved.get(key, key) for key in fact.cluster_by)
    junk = {dimension.name: dimension.business_key for dimension in dimensions if dimension.junk}
    names = {dimension.name for dimension in dimensions}
    return replace(
        fact,
        grain=tuple(column for column in fact.grain if column in silver),
        links=tuple(
            replace(link, columns=junk.get(link.dimension, link.columns))
            for link in fact.links
            if link.dimension in names
        ),
        measures=tuple(m for m in fact.measures if fact.header or not m.from_header),
        cluster_by=tuple(key for key in cluster_by if key in present),
    )


def _fitting_aggregate(aggregate: Aggregate, moved: Mapping[str, str]) -> Aggregate:
    return replace(
        aggregate,
        keys=tuple(moved[key] for key in aggregate.keys if key in moved),
        measures=tuple(moved[name] for name in aggregate.measures if name in moved),
    )
