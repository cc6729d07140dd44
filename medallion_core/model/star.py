"""Gold: dimensions, facts, bridges and aggregates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, fields, replace

from medallion_core.model.named import Whole
from medallion_core.model.parts import (
    HEADER,
    LINE,
    Attribute,
    DateRole,
    DegenerateKey,
    DimensionLink,
    FactKind,
    FoldedParent,
    Header,
    Measure,
    Parents,
    RefreshPolicy,
)
from medallion_core.model.renaming import Gone, Names, columns_left, each_left


@dataclass(frozen=True, slots=True)
class Dimension:
    """``history`` follows the entity's change handling: versions with ``valid_from``,
    ``valid_to``, ``next_from`` and ``is_current``. ``junk`` dimensions are made of a fact's
    flags."""

    name: str
    entity: str
    business_key: tuple[str, ...]
    surrogate_key: str
    _: KW_ONLY
    attributes: tuple[Attribute, ...]
    folded: tuple[FoldedParent, ...] = ()
    outriggers: tuple[DimensionLink, ...] = ()
    inferred_members: bool = True
    """Keys that only facts know yet get a row that holds the key and is completed later."""
    junk: bool = False
    comment: str = ""
    refresh_policy: RefreshPolicy = RefreshPolicy.AUTO

    def held_links(self) -> Iterator[tuple[str, DimensionLink]]:
        """Each link to a dimension, with the entity whose row holds the link's columns."""
        return ((self.entity, link) for link in self.outriggers)

    def renamed(self, names: Names, parents: Parents) -> Dimension:
        """With what ``names`` says in place of every name."""
        rows = {self.entity: self.entity}
        folded = []
        for parent in self.folded:
            with suppress(Gone):
                folded.append(parent.renamed(names, rows, self.entity))
                rows[parent.alias] = parent.entity
        key = columns_left(names, self.entity, self.business_key) if self.junk else ()
        return replace(
            self,
            name=names.table(self.name),
            entity=names.entity(self.entity),
            business_key=key or names.columns(self.entity, self.business_key),
            attributes=each_left(self.attributes, lambda each: each.renamed(names, self.entity)),
            folded=tuple(folded),
            outriggers=each_left(
                self.outriggers, lambda each: each.renamed(names, self.entity, parents)
            ),
        )


@dataclass(frozen=True, slots=True)
class Fact:
    """``grain`` are the entity's columns that tell its rows apart; empty where nothing does.
    ``kind_evidence`` says what shows its kind."""

    name: str
    entity: str
    _: KW_ONLY
    grain: tuple[str, ...] = ()
    kind: FactKind = FactKind.TRANSACTION
    kind_evidence: str = ""
    header: Header | None = None
    links: tuple[DimensionLink, ...] = ()
    dates: tuple[DateRole, ...] = ()
    degenerate: tuple[DegenerateKey, ...] = ()
    measures: tuple[Measure, ...] = ()
    cluster_by: tuple[str, ...] = ()
    comment: str = ""
    refresh_policy: RefreshPolicy = RefreshPolicy.AUTO

    @property
    def last_by(self) -> DateRole | None:
        """The date that tells which rows are the last: its first, of a periodic snapshot the one
        that is its period. None where no date does."""
        if self.kind is not FactKind.PERIODIC_SNAPSHOT:
            return next(iter(self.dates), None)
        periods = (
            role for role in self.dates if not role.from_header and role.column in self.grain
        )
        return next(periods, None)

    def entity_of(self, *, from_header: bool) -> str:
        """The entity whose row holds a column of the fact: its own or its header's."""
        return self.header.entity if self.header and from_header else self.entity

    def held_links(self) -> Iterator[tuple[str, DimensionLink]]:
        """Each link to a dimension, with the entity whose row holds the link's columns."""
        return ((self.entity_of(from_header=link.from_header), link) for link in self.links)

    def renamed(self, names: Names, parents: Parents) -> Fact:
        """With what ``names`` says in place of every name."""
        fact, header = self, None
        if self.header:
            try:
                header = self.header.renamed(names, self.entity)
            except Gone:
                fact = self._without_header()
        return replace(fact._parts_renamed(names, parents), header=header)

    def _without_header(self) -> Fact:
        return replace(
            self,
            header=None,
            links=tuple(link for link in self.links if not link.from_header),
            dates=tuple(role for role in self.dates if not role.from_header),
            degenerate=tuple(key for key in self.degenerate if not key.from_header),
            measures=tuple(measure for measure in self.measures if not measure.from_header),
        )

    def _parts_renamed(self, names: Names, parents: Parents) -> Fact:
        rows = {LINE: self.entity, HEADER: self.entity_of(from_header=True)}

        def held(part: DimensionLink | DateRole | DegenerateKey | Measure) -> str:
            return self.entity_of(from_header=part.from_header)

        return replace(
            self,
            name=names.table(self.name),
            entity=names.entity(self.entity),
            grain=columns_left(names, self.entity, self.grain),
            links=each_left(self.links, lambda each: each.renamed(names, held(each), parents)),
            dates=each_left(self.dates, lambda each: each.renamed(names, held(each))),
            degenerate=each_left(self.degenerate, lambda each: each.renamed(names, held(each))),
            measures=each_left(self.measures, lambda each: each.renamed(names, held(each), rows)),
        )


@dataclass(frozen=True, slots=True)
class Bridge:
    """Many-to-many: one row per pair. ``weight`` names a column that shares one whole equally
    over the pairs of the first link; empty: no weight."""

    name: str
    entity: str
    links: tuple[DimensionLink, ...]
    _: KW_ONLY
    weight: str = ""
    attributes: tuple[Attribute, ...] = ()
    comment: str = ""
    refresh_policy: RefreshPolicy = RefreshPolicy.AUTO

    def held_links(self) -> Iterator[tuple[str, DimensionLink]]:
        """Each link to a dimension, with the entity whose row holds the link's columns."""
        return ((self.entity, link) for link in self.links)

    def renamed(self, names: Names, parents: Parents) -> Bridge:
        """With what ``names`` says in place of every name."""
        return replace(
            self,
            name=names.table(self.name),
            entity=names.entity(self.entity),
            links=each_left(self.links, lambda each: each.renamed(names, self.entity, parents)),
            attributes=each_left(self.attributes, lambda each: each.renamed(names, self.entity)),
        )


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A fact summed to the given links' and dates' key columns."""

    name: str
    fact: str
    _: KW_ONLY
    keys: tuple[str, ...]
    measures: tuple[str, ...]
    comment: str = ""
    refresh_policy: RefreshPolicy = RefreshPolicy.AUTO

    def held_links(self) -> Iterator[tuple[str, DimensionLink]]:
        """None: its keys are those of its fact."""
        return iter(())

    def renamed(self, names: Names, _: Parents) -> Aggregate:
        return replace(self, name=names.table(self.name), fact=names.table(self.fact))


StarTable = Dimension | Fact | Bridge | Aggregate


@dataclass(frozen=True, slots=True)
class Star(Whole):
    """Each type of table has a field of its own."""

    dimensions: tuple[Dimension, ...] = ()
    facts: tuple[Fact, ...] = ()
    bridges: tuple[Bridge, ...] = ()
    aggregates: tuple[Aggregate, ...] = ()

    # Each of these raises KeyError for a name that the star does not have.

    def dimension(self, name: str) -> Dimension:
        return self._find(self.dimensions, name)

    def fact(self, name: str) -> Fact:
        return self._find(self.facts, name)

    def bridge(self, name: str) -> Bridge:
        return self._find(self.bridges, name)

    def aggregate(self, name: str) -> Aggregate:
        return self._find(self.aggregates, name)

    @property
    def tables(self) -> tuple[StarTable, ...]:
        """Every table, type by type."""
        return tuple(table for field in fields(self) for table in getattr(self, field.name))

    def held_links(self) -> Iterator[tuple[str, DimensionLink]]:
        """Each link to a dimension, with the entity whose row holds the link's columns."""
        return (held for table in self.tables for held in table.held_links())

    def links_to(self, dimension: str) -> Sequence[tuple[str, DimensionLink]]:
        """Those of ``held_links`` that lead to this dimension."""
        return self.find_out_once("links_to", self._links_by_dimension).get(dimension, ())

    def _links_by_dimension(self) -> dict[str, list[tuple[str, DimensionLink]]]:
        found: dict[str, list[tuple[str, DimensionLink]]] = {}
        for entity, link in self.held_links():
            found.setdefault(link.dimension, []).append((entity, link))
        return found

    def renamed(self, names: Names) -> Star:
        """With what ``names`` says in place of every name, and without what needs a name that
        is gone."""
        parents = {dimension.name: dimension for dimension in self.dimensions}
        renamed = {
            field.name: each_left(
                getattr(self, field.name), lambda table: table.renamed(names, parents)
            )
            for field in fields(self)
        }
        return Star(**renamed)
