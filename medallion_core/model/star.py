"""Gold: dimensions, facts, bridges and aggregates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, fields
from enum import StrEnum

from medallion_core.model.named import Whole


@dataclass(frozen=True, slots=True)
class Attribute:
    """A dimension's column ``name``, taken from ``column`` of the row it belongs to."""

    name: str
    column: str
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedParent:
    """A parent whose attributes are folded into a dimension.

    ``alias`` names the joined row within the dimension. ``child`` is the alias of the row that
    refers to it: the dimension's own entity or the alias of another folded parent.
    """

    alias: str
    entity: str
    child: str
    columns: tuple[str, ...]
    parent_columns: tuple[str, ...]
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class DimensionLink:
    """A foreign key in gold: ``key`` is its column, ``role`` its part (``ship_to``; empty where
    there is only one). ``columns`` hold the business key on the row that refers: the own entity,
    or the header where ``from_header``; or, for an outrigger, the dimension itself."""

    dimension: str
    key: str
    columns: tuple[str, ...]
    _: KW_ONLY
    role: str = ""
    from_header: bool = False
    parent_columns: tuple[str, ...] = ()
    """The parent's columns that ``columns`` match, where they are not its business key."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """``history`` follows the entity's change handling: versions with ``valid_from``,
    ``valid_to`` and ``is_current``. ``junk`` dimensions are made of a fact's flags."""

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

    def held_links(self) -> Iterator[tuple[str, DimensionLink]]:
        """Each link to a dimension, with the entity whose row holds the link's columns."""
        return ((self.entity, link) for link in self.outriggers)


class Aggregation(StrEnum):
    SUM = "sum"
    AVERAGE = "average"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    LAST = "last"
    """Semi-additive: adds over everything but time (balances, stock levels)."""
    NONE = "none"
    """Non-additive: prices, rates, percentages."""


class HeaderAmount(StrEnum):
    """How a header's amount is spread over its lines; without either it stays at header grain."""

    EQUAL = "equal"
    WEIGHTED = "weighted"


@dataclass(frozen=True, slots=True)
class Measure:
    """``expression`` is SQL over the fact's row (``line``) and, for a header, ``header``; a
    plain measure is the quoted column itself. ``weight`` is the line column that a WEIGHTED
    header amount is spread by."""

    name: str
    expression: str
    type: str
    _: KW_ONLY
    aggregation: Aggregation = Aggregation.SUM
    unit: str = ""
    comment: str = ""
    from_header: bool = False
    allocation: HeaderAmount | None = None
    weight: str = ""


@dataclass(frozen=True, slots=True)
class DateRole:
    """``key`` is the fact's column that refers to ``dim_date``; ``column`` the date it is of."""

    key: str
    column: str
    role: str
    from_header: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """The parent whose columns a line fact takes over: ``columns`` of the line are
    ``parent_columns`` of the header."""

    entity: str
    columns: tuple[str, ...]
    parent_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DegenerateKey:
    """A key or text that stays on the fact, without a dimension of its own."""

    name: str
    column: str
    from_header: bool = False
    comment: str = ""


class FactKind(StrEnum):
    TRANSACTION = "transaction"
    FACTLESS = "factless"
    PERIODIC_SNAPSHOT = "periodic_snapshot"
    ACCUMULATING_SNAPSHOT = "accumulating_snapshot"


@dataclass(frozen=True, slots=True)
class Fact:
    """``grain`` are the entity's columns that tell its rows apart; empty where nothing does."""

    name: str
    entity: str
    _: KW_ONLY
    grain: tuple[str, ...] = ()
    kind: FactKind = FactKind.TRANSACTION
    header: Header | None = None
    links: tuple[DimensionLink, ...] = ()
    dates: tuple[DateRole, ...] = ()
    degenerate: tuple[DegenerateKey, ...] = ()
    measures: tuple[Measure, ...] = ()
    cluster_by: tuple[str, ...] = ()
    comment: str = ""

    def entity_of(self, *, from_header: bool) -> str:
        """The entity whose row holds a column of the fact: its own or its header's."""
        return self.header.entity if self.header and from_header else self.entity

    def held_links(self) -> Iterator[tuple[str, DimensionLink]]:
        """Each link to a dimension, with the entity whose row holds the link's columns."""
        return ((self.entity_of(from_header=link.from_header), link) for link in self.links)


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

    def held_links(self) -> Iterator[tuple[str, DimensionLink]]:
        """Each link to a dimension, with the entity whose row holds the link's columns."""
        return ((self.entity, link) for link in self.links)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A fact summed to the given links' and dates' key columns."""

    name: str
    fact: str
    _: KW_ONLY
    keys: tuple[str, ...]
    measures: tuple[str, ...]
    comment: str = ""

    def held_links(self) -> Iterator[tuple[str, DimensionLink]]:
        """None: its keys are those of its fact."""
        return iter(())


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
