"""What the tables of a star are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, replace
from enum import StrEnum
from typing import Protocol

from medallion_core.model.renaming import Gone, Names, column_named, columns_left, each_left

LINE, HEADER = "line", "header"
"""How expressions of measures call the fact's own row and that of its header."""


class Parent(Protocol):
    """The dimension that a link leads to."""

    @property
    def entity(self) -> str: ...

    @property
    def junk(self) -> bool: ...


Parents = Mapping[str, Parent]
"""The dimensions of a star by their names."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A dimension's column ``name``, taken from ``column`` of the row it belongs to."""

    name: str
    column: str
    comment: str = ""

    def renamed(self, names: Names, entity: str) -> Attribute:
        return replace(self, column=column_named(names, entity, self.column))


@dataclass(frozen=True, slots=True)
class Texts:
    """That rows are texts in several languages: those are read whose ``column`` is ``language``."""

    column: str
    language: str

    def renamed(self, names: Names, entity: str) -> Texts:
        return replace(self, column=column_named(names, entity, self.column))


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedParent:
    """A parent whose attributes are folded into a dimension, or the texts of one of its rows.

    ``alias`` names the joined row within the dimension. ``child`` is the alias of the row that
    refers to it: the dimension's own entity or the alias of another folded parent. Of ``texts``
    those in one language are joined.
    """

    alias: str
    entity: str
    child: str
    columns: tuple[str, ...]
    parent_columns: tuple[str, ...]
    attributes: tuple[Attribute, ...]
    texts: Texts | None = None

    @property
    def unique(self) -> tuple[str, ...]:
        """The columns by which one row of it is joined."""
        return (*self.parent_columns, *((self.texts.column,) if self.texts else ()))

    def renamed(self, names: Names, rows: Mapping[str, str], own: str) -> FoldedParent:
        """``rows`` are the entities of the rows before it, of which ``own`` is the dimension's."""
        if self.child not in rows:
            raise Gone
        return replace(
            self,
            entity=names.entity(self.entity),
            child=names.entity(own) if self.child == own else self.child,
            columns=names.columns(rows[self.child], self.columns),
            parent_columns=names.columns(self.entity, self.parent_columns),
            attributes=each_left(
                self.attributes, lambda attribute: attribute.renamed(names, self.entity)
            ),
            texts=self.texts.renamed(names, self.entity) if self.texts else None,
        )


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

    def renamed(self, names: Names, entity: str, parents: Parents) -> DimensionLink:
        """``entity`` has the row that refers. Of flags the link keeps those that are left."""
        parent = parents.get(self.dimension)
        flags = columns_left(names, entity, self.columns) if parent and parent.junk else ()
        return replace(
            self,
            dimension=names.table(self.dimension),
            columns=flags or names.columns(entity, self.columns),
            parent_columns=names.columns(parent.entity if parent else "", self.parent_columns),
        )


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


class RefreshPolicy(StrEnum):
    """How a materialized view is refreshed in later runs. The two incremental ones refuse a view
    whose query cannot be; a strict one fails an update that would compute it in full.

    https://docs.databricks.com/aws/en/ldp/incremental-refresh
    """

    AUTO = "auto"
    INCREMENTAL = "incremental"
    INCREMENTAL_STRICT = "incremental_strict"
    FULL = "full"


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

    def renamed(self, names: Names, entity: str, rows: Mapping[str, str]) -> Measure:
        """``entity`` has the row that it is of, ``rows`` are the entities of line and header."""
        return replace(
            self,
            expression=names.expression(entity, self.expression, rows),
            weight=column_named(names, rows[LINE], self.weight),
        )


@dataclass(frozen=True, slots=True)
class DateRole:
    """``key`` is the fact's column that refers to ``dim_date``; ``column`` the date it is of.
    ``planned`` dates say when something was to happen, and not when it did."""

    key: str
    column: str
    role: str
    _: KW_ONLY
    from_header: bool = False
    planned: bool = False

    def renamed(self, names: Names, entity: str) -> DateRole:
        return replace(self, column=column_named(names, entity, self.column))


@dataclass(frozen=True, slots=True)
class Header:
    """The parent whose columns a line fact takes over: ``columns`` of the line are
    ``parent_columns`` of the header."""

    entity: str
    columns: tuple[str, ...]
    parent_columns: tuple[str, ...]

    def renamed(self, names: Names, line: str) -> Header:
        return replace(
            self,
            entity=names.entity(self.entity),
            columns=names.columns(line, self.columns),
            parent_columns=names.columns(self.entity, self.parent_columns),
        )


@dataclass(frozen=True, slots=True)
class DegenerateKey:
    """A key or text that stays on the fact, without a dimension of its own."""

    name: str
    column: str
    from_header: bool = False
    comment: str = ""

    def renamed(self, names: Names, entity: str) -> DegenerateKey:
        return replace(self, column=column_named(names, entity, self.column))


class FactKind(StrEnum):
    """What a row of a fact is: an event, that something happened, how things stood at the end of a
    period, or a case that gets one date after the other (Kimball's kinds of fact tables)."""

    TRANSACTION = "transaction"
    FACTLESS = "factless"
    PERIODIC_SNAPSHOT = "periodic_snapshot"
    ACCUMULATING_SNAPSHOT = "accumulating_snapshot"
