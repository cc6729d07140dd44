"""New names of a table and its columns, followed in everything that reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from medallion_core.model import (
    Bridge,
    DateRole,
    DegenerateKey,
    Dimension,
    DimensionLink,
    Entity,
    Fact,
    FoldedParent,
    Measure,
    Reference,
    Star,
)
from medallion_core.tables.columns import UNCAST
from medallion_core.tables.measures import HEADER, LINE
from medallion_core.text import sql


@dataclass(frozen=True, slots=True)
class Renames:
    """The entity ``before`` is called ``after``, its silver columns what ``columns`` says.

    Names of gold tables and of their columns are not touched.
    """

    before: str = ""
    after: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)

    def entity(self, entity: Entity) -> Entity:
        """The entity's own name, key, order and rules; its columns are named anew already."""
        if entity.name != self.before:
            return entity
        return replace(
            entity,
            name=self.table(entity.name),
            key=self.names(entity.key),
            sequence_by=self.columns.get(entity.sequence_by, entity.sequence_by),
            delete_when=self._condition(entity.delete_when),
            rules=tuple(
                replace(rule, condition=self._condition(rule.condition)) for rule in entity.rules
            ),
        )

    def reference(self, reference: Reference) -> Reference:
        return replace(
            reference,
            entity=self.table(reference.entity),
            columns=self.of(reference.entity).names(reference.columns),
            parent=self.table(reference.parent),
            parent_columns=self.of(reference.parent).names(reference.parent_columns),
        )

    def star(self, star: Star) -> Star:
        parents = {dimension.name: dimension.entity for dimension in star.dimensions}
        return replace(
            star,
            dimensions=tuple(self._dimension(each, parents) for each in star.dimensions),
            facts=tuple(self._fact(each, parents) for each in star.facts),
            bridges=tuple(self._bridge(each, parents) for each in star.bridges),
        )

    def table(self, name: str) -> str:
        return self.after if name == self.before else name

    def names(self, columns: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.columns.get(column, column) for column in columns)

    def of(self, entity: str) -> Renames:
        """The renames that columns of ``entity`` follow."""
        return self if entity == self.before else Renames()

    def _condition(self, condition: str) -> str:
        return sql.rename(condition, self.columns, maps=[UNCAST])

    def _dimension(self, dimension: Dimension, parents: Mapping[str, str]) -> Dimension:
        own = self.of(dimension.entity)
        rows = {dimension.entity: dimension.entity}
        rows |= {parent.alias: parent.entity for parent in dimension.folded}
        return replace(
            dimension,
            entity=self.table(dimension.entity),
            business_key=own.names(dimension.business_key),
            attributes=tuple(
                replace(each, column=own.columns.get(each.column, each.column))
                for each in dimension.attributes
            ),
            folded=tuple(self._folded(each, dimension, rows) for each in dimension.folded),
            outriggers=tuple(self._link(each, own, parents) for each in dimension.outriggers),
        )

    def _folded(
        self, parent: FoldedParent, dimension: Dimension, rows: Mapping[str, str]
    ) -> FoldedParent:
        theirs = self.of(parent.entity)
        return replace(
            parent,
            entity=self.table(parent.entity),
            child=self.table(parent.child) if parent.child == dimension.entity else parent.child,
            columns=self.of(rows[parent.child]).names(parent.columns),
            parent_columns=theirs.names(parent.parent_columns),
            attributes=tuple(
                replace(each, column=theirs.columns.get(each.column, each.column))
                for each in parent.attributes
            ),
        )

    def _fact(self, fact: Fact, parents: Mapping[str, str]) -> Fact:
        own = self.of(fact.entity)
        above = self.of(fact.header.entity) if fact.header else own
        header = fact.header and replace(
            fact.header,
            entity=self.table(fact.header.entity),
            columns=own.names(fact.header.columns),
            parent_columns=above.names(fact.header.parent_columns),
        )
        return replace(
            fact,
            entity=self.table(fact.entity),
            grain=own.names(fact.grain),
            header=header,
            links=tuple(
                self._link(each, above if each.from_header else own, parents) for each in fact.links
            ),
            dates=tuple((above if each.from_header else own)._date(each) for each in fact.dates),
            degenerate=tuple(
                (above if each.from_header else own)._degenerate(each) for each in fact.degenerate
            ),
            measures=tuple(
                (above if each.from_header else own)._measure(each, own, above)
                for each in fact.measures
            ),
        )

    def _bridge(self, bridge: Bridge, parents: Mapping[str, str]) -> Bridge:
        own = self.of(bridge.entity)
        return replace(
            bridge,
            entity=self.table(bridge.entity),
            links=tuple(self._link(each, own, parents) for each in bridge.links),
            attributes=tuple(
                replace(each, column=own.columns.get(each.column, each.column))
                for each in bridge.attributes
            ),
        )

    def _link(
        self, link: DimensionLink, referring: Renames, parents: Mapping[str, str]
    ) -> DimensionLink:
        theirs = self.of(parents.get(link.dimension, ""))
        return replace(
            link,
            columns=referring.names(link.columns),
            parent_columns=theirs.names(link.parent_columns),
        )

    def _date(self, date: DateRole) -> DateRole:
        return replace(date, column=self.columns.get(date.column, date.column))

    def _degenerate(self, key: DegenerateKey) -> DegenerateKey:
        return replace(key, column=self.columns.get(key.column, key.column))

    def _measure(self, measure: Measure, line: Renames, header: Renames) -> Measure:
        rows = {LINE: line.columns, HEADER: header.columns}
        return replace(
            measure,
            expression=sql.rename(measure.expression, self.columns, rows=rows),
            weight=line.columns.get(measure.weight, measure.weight),
        )
