"""Facts and bridges: what happened, and what belongs to what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from medallion_core.model import (
    Attribute,
    Bridge,
    DateRole,
    DegenerateKey,
    Dimension,
    DimensionLink,
    Entity,
    EntityColumn,
    Fact,
    FactKind,
    Header,
    Measure,
    PrivacyDecision,
    Reference,
    Role,
)
from medallion_core.propose.audit import is_audit, is_load_time
from medallion_core.propose.kinds import kind_of
from medallion_core.propose.links import Joins, propose_links
from medallion_core.propose.measures import (
    is_measure,
    keeps_states,
    line_amount,
    propose_measure,
    says_quantity,
)
from medallion_core.propose.milestones import is_planned
from medallion_core.propose.names import LINES, stem, stem_vocabulary, words
from medallion_core.propose.star_names import ColumnWords, Taken, date_role, role_of, singular_name
from medallion_core.tables.columns import keeps_history, silver_columns

MAX_CLUSTERING_KEYS = 4
"""The platform's limit."""

_HAPPENED = stem_vocabulary(
    "order sale sold transaction event invoice payment paid booking start pickup posted purchase "
    "rental visit call"
)
_RECORDED = stem_vocabulary("created entered recorded registered")


def propose_facts(
    joins: Joins, dimensions: Mapping[str, Dimension]
) -> tuple[tuple[Fact, ...], tuple[Bridge, ...]]:
    """One fact per entity in the role of one; bridges where both ends are dimensions."""
    bases, known = joins.bases, _Dimensions(joins, dimensions)
    facts: list[Fact] = []
    bridges: list[Bridge] = []
    for entity in joins.entities.values():
        if entity.role is Role.BRIDGE:
            bridge = _bridge(entity, bases[entity.name], joins, dimensions)
            if len(bridge.links) >= 2:
                bridges.append(bridge)
                continue
        if entity.role in (Role.FACT, Role.BRIDGE):
            facts.append(_Builder(entity, joins, known).build(bases[entity.name]))
    return tuple(facts), tuple(bridges)


class _Dimensions:
    """The dimensions by entity, and the names of those that have versions or days as rows."""

    def __init__(self, joins: Joins, by_entity: Mapping[str, Dimension]) -> None:
        pairs = [(joins.entities[name], dimension) for name, dimension in by_entity.items()]
        self.by_entity = by_entity
        self.versioned = {found.name for entity, found in pairs if keeps_history(entity)}
        self.calendars = {found.name for entity, found in pairs if joins.is_table_of_days(entity)}


def _bridge(
    entity: Entity,
    base: str,
    joins: Joins,
    dimensions: Mapping[str, Dimension],
) -> Bridge:
    taken = Taken()
    links = propose_links(entity, joins, dimensions, taken)
    used = {column for link in links for column in link.columns}
    attributes = tuple(
        Attribute(taken.name(column.name), column.name, column.comment)
        for column in silver_columns(entity)
        if column.name not in used and not is_audit(words(column.name))
    )
    return Bridge(
        f"bridge_{base}", entity.name, links, attributes=attributes, comment=entity.comment
    )


class _Builder:
    """Gathers the columns of one fact; names are given in the order in which columns appear."""

    def __init__(self, entity: Entity, joins: Joins, dimensions: _Dimensions) -> None:
        self._entity = entity
        self._joins = joins
        self._references = joins.of(entity)
        self._dimensions = dimensions
        self._taken = Taken()
        self._read = joins.read(entity)

    def build(self, base: str) -> Fact:
        header = self._header()
        links = self._links(header)
        dates = self._dates(header, links)
        measures = self._measures()
        degenerate = self._degenerate(links, dates, measures)
        return Fact(
            name=f"fact_{base}",
            entity=self._entity.name,
            grain=self._entity.key,
            kind=FactKind.TRANSACTION if measures else FactKind.FACTLESS,
            header=header,
            links=links,
            dates=dates,
            degenerate=degenerate,
            measures=measures,
            cluster_by=self._clustering(dates, links),
            comment=self._entity.comment,
        )

    def _header(self) -> Header | None:
        """The fact that this one's rows belong to: one that is part of the key comes first, and
        then one that is named as such, as an order is before an earlier order."""
        facts = [
            r
            for r in self._references
            if r.parent != self._entity.name and self._joins.entities[r.parent].role is Role.FACT
        ]
        facts.sort(key=lambda r: (not set(r.columns) <= set(self._entity.key), self._plays_role(r)))
        if not facts:
            return None
        return Header(facts[0].parent, facts[0].columns, facts[0].parent_columns)

    def _plays_role(self, reference: Reference) -> bool:
        """Whether a reference's name says in what part the other one is there."""
        target = singular_name(self._joins.bases[reference.parent])
        return bool(role_of(self._read(reference.columns[0]), target))

    def _links(self, header: Header | None) -> tuple[DimensionLink, ...]:
        own = propose_links(self._entity, self._joins, self._dimensions.by_entity, self._taken)
        if header is None:
            return own
        known = {(link.dimension, link.role) for link in own}
        entity = self._joins.entities[header.entity]
        above = propose_links(
            entity,
            self._joins,
            self._dimensions.by_entity,
            Taken(),
            from_header=True,
        )
        extra = [link for link in above if (link.dimension, link.role) not in known]
        return (*own, *(_renamed(link, self._taken) for link in extra))

    def _dates(self, header: Header | None, links: Sequence[DimensionLink]) -> tuple[DateRole, ...]:
        picks = self._picks_versions(links)
        own = self._date_roles(self._entity, self._read, from_header=False, picks=picks)
        if header is None:
            return tuple(own)
        entity = self._joins.entities[header.entity]
        above = self._date_roles(entity, self._joins.read(entity), from_header=True, picks=picks)
        return (*above, *own) if self._is_line(header) else (*own, *above)

    def _is_line(self, header: Header) -> bool:
        """A line happens when its header does; what only belongs to it, as a test does to a stay,
        happens on its own."""
        named = not LINES.isdisjoint(map(stem, words(self._entity.name)))
        return named or set(header.columns) <= set(self._entity.key)

    def _picks_versions(self, links: Sequence[DimensionLink]) -> bool:
        """Whether a dimension has versions: a date picks one, which a calendar's key cannot."""
        return any(link.dimension in self._dimensions.versioned for link in links)

    def _date_roles(
        self, entity: Entity, read: ColumnWords, *, from_header: bool, picks: bool
    ) -> Iterable[DateRole]:
        dates = [
            (column, read(column.name))
            for column in silver_columns(entity)
            if kind_of(column.type).is_time
            and not _is_audit(column, read, entity)
            and not _is_hidden(column)
        ]
        known = [] if picks else list(self._days(entity, read))
        if known and len(dates) > 1:
            dates = [pair for pair in dates if date_role(pair[1]) not in known]
        elif known:
            dates = []
        dates.sort(key=lambda pair: _rank(pair[1]))
        return [self._date_role(column, parts, from_header) for column, parts in dates]

    def _days(self, entity: Entity, read: ColumnWords) -> Iterable[str]:
        """The roles in which rows of ``entity`` refer to a calendar of the source's own, which
        then is their date dimension. A date that says the same, or the only one, needs no other."""
        for reference in self._joins.of(entity):
            dimension = self._dimensions.by_entity.get(reference.parent)
            is_calendar = dimension and dimension.name in self._dimensions.calendars
            if len(reference.columns) == 1 and is_calendar:
                target = singular_name(self._joins.bases[reference.parent])
                yield date_role(tuple(role_of(read(reference.columns[0]), target).split("_")))

    def _date_role(
        self, column: EntityColumn, parts: tuple[str, ...], from_header: bool
    ) -> DateRole:
        role = date_role(parts)
        key = self._taken.name(f"{role}_date_key" if role else "date_key")
        return DateRole(key, column.name, role, from_header=from_header, planned=is_planned(parts))

    def _measures(self) -> tuple[Measure, ...]:
        used = {*self._entity.key, *self._entity.order}
        used |= self._joins.referring[self._entity.name] | self._joins.keys
        if not says_quantity(words(own := singular_name(self._entity.name))):
            used.add(own)
        states = keeps_states(words(self._entity.name))
        measures = [
            propose_measure(column, self._read(column.name), states=states)
            for column in silver_columns(self._entity)
            if is_measure(column, self._read(column.name), used)
        ]
        measures += line_amount(measures)
        return tuple(_named(measure, self._taken) for measure in measures)

    def _degenerate(
        self,
        links: Sequence[DimensionLink],
        dates: Sequence[DateRole],
        measures: Sequence[Measure],
    ) -> tuple[DegenerateKey, ...]:
        """All that is left: order numbers, statuses, flags. Nothing is lost on the way to gold."""
        linked = {column for link in links if not link.from_header for column in link.columns}
        dated = {role.column for role in dates if not role.from_header}
        spoken_for = linked | {measure.name for measure in measures}
        return tuple(
            DegenerateKey(self._taken.name(column.name), column.name, comment=column.comment)
            for column in silver_columns(self._entity)
            if column.name not in spoken_for
            and not (column.name in dated and column.type == "date")
        )

    def _clustering(
        self, dates: Sequence[DateRole], links: Sequence[DimensionLink]
    ) -> tuple[str, ...]:
        """The event date and the first dimensions: what queries filter by."""
        calendars = self._dimensions.calendars
        ordered = sorted(links, key=lambda link: link.dimension not in calendars)
        keys = [role.key for role in dates[:1]] + [link.key for link in ordered]
        return tuple(keys[:MAX_CLUSTERING_KEYS])


def _rank(parts: tuple[str, ...]) -> int:
    """The date of the event comes first, then when it was recorded, then what followed."""
    found = frozenset(map(stem, parts))
    return 0 if found & _HAPPENED else 1 if found & _RECORDED else 2


def _is_audit(column: EntityColumn, read: ColumnWords, entity: Entity) -> bool:
    parts = read(column.name)
    loaded = is_load_time(parts, (read(other.name) for other in entity.columns))
    return column.name in entity.order or is_audit(parts) or loaded


def _is_hidden(column: EntityColumn) -> bool:
    """Whether gold shows no value of it: a key of a day would, and the days between two do."""
    hidden = (PrivacyDecision.MASK, PrivacyDecision.HASH)
    return column.privacy is not None and column.privacy.decision in hidden


def _renamed(link: DimensionLink, taken: Taken) -> DimensionLink:
    return DimensionLink(
        link.dimension,
        taken.name(link.key),
        link.columns,
        role=link.role,
        from_header=True,
        parent_columns=link.parent_columns,
    )


def _named(measure: Measure, taken: Taken) -> Measure:
    return Measure(
        taken.name(measure.name),
        measure.expression,
        measure.type,
        aggregation=measure.aggregation,
        unit=measure.unit,
        comment=measure.comment,
    )
