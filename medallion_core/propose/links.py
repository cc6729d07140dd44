"""Foreign keys of gold: from a row of silver to the dimensions that its references name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

from medallion_core.model import Design, Dimension, DimensionLink, Entity, Reference, Role
from medallion_core.propose.audit import is_audit, is_entered
from medallion_core.propose.calendars import is_table_of_days
from medallion_core.propose.lexicon import Lexicon
from medallion_core.propose.star_names import (
    ColumnWords,
    Taken,
    base_names,
    key_name,
    role_of,
    singular_name,
)
from medallion_core.tables.columns import keeps_history

_DESCRIBES = (Role.DIMENSION, Role.LOOKUP)


class Joins:
    """The accepted references of a design, by the entity that refers, and its entities by name.

    Who last touched a row is no dimension of it: such references stay in silver, and so does the
    weakest of those by which dimensions refer to each other in a circle. ``bases`` are the names
    that gold tables are built from, by entity name; ``referring`` are the columns, by entity name,
    that refer to something or of which a person is asked whether they do. ``keys`` are the names of
    columns that alone tell the rows of some entity apart: of that name, no other holds a quantity.
    """

    def __init__(self, design: Design) -> None:
        self.entities = {entity.name: entity for entity in design.entities}
        self.bases = base_names(design.entities)
        self.keys = {each.key[0] for each in design.entities if len(each.key) == 1}
        self.referring: dict[str, set[str]] = defaultdict(set)
        for reference in design.references:
            self.referring[reference.entity].update(reference.columns)
        columns = (column.name for entity in design.entities for column in entity.columns)
        self._lexicon = Lexicon([*self.entities, *columns])
        usable = [
            reference
            for reference in design.references
            if reference.accepted
            and len(reference.columns) == len(reference.parent_columns) > 0
            and not self._is_audit(reference)
            and reference.entity in self.entities
            and reference.parent in self.entities
        ]
        self.all = self._without_circles(usable)
        self._of: dict[str, list[Reference]] = defaultdict(list)
        self._to: dict[str, list[Reference]] = defaultdict(list)
        for reference in self.all:
            self._of[reference.entity].append(reference)
            self._to[reference.parent].append(reference)
        self._days: dict[str, bool] = {}

    def _is_audit(self, reference: Reference) -> bool:
        """Who last changed a row; or who entered it, where that is no event of its own."""
        parts = self._lexicon.words(reference.columns[0])
        entity = self.entities.get(reference.entity)
        describes = entity is not None and entity.role in _DESCRIBES
        return is_audit(parts) or (describes and is_entered(parts))

    def read(self, entity: Entity) -> ColumnWords:
        """Reads the names of the entity's columns into words."""
        return ColumnWords(entity, self._lexicon)

    def of(self, entity: Entity) -> Sequence[Reference]:
        return self._of.get(entity.name, ())

    def texts_of(self, entity: Entity) -> list[Reference]:
        """The references of texts to the rows of ``entity`` that they tell of."""
        found = self._to.get(entity.name, ())
        return [reference for reference in found if self.entities[reference.entity].texts]

    def satellites_of(self, entity: Entity) -> list[Reference]:
        """The references of tables that hold nothing but what is said of the rows of ``entity``,
        version by version, as those of a data vault do of a hub."""
        return [
            reference
            for reference in self._to.get(entity.name, ())
            if reference.parent_columns == entity.key
            and reference.columns == self.entities[reference.entity].key
            and self.entities[reference.entity].role is Role.DIMENSION
            and keeps_history(self.entities[reference.entity])
        ]

    def is_table_of_days(self, entity: Entity) -> bool:
        """Whether its rows are days, by the words of its columns: asked for each that refers."""
        if entity.name not in self._days:
            self._days[entity.name] = is_table_of_days(entity, self.read(entity))
        return self._days[entity.name]

    def _without_circles(self, references: Sequence[Reference]) -> list[Reference]:
        """From the surest down; what is kept stays in its order."""
        above: dict[str, set[str]] = defaultdict(set)
        left_out = set()
        for number, reference in sorted(
            enumerate(references), key=lambda pair: (not pair[1].declared, -pair[1].confidence)
        ):
            if not self._is_among_dimensions(reference):
                continue
            if _reaches(above, reference.parent, reference.entity):
                left_out.add(number)
            else:
                above[reference.entity].add(reference.parent)
        return [r for number, r in enumerate(references) if number not in left_out]

    def _is_among_dimensions(self, reference: Reference) -> bool:
        ends = (self.entities[reference.entity], self.entities[reference.parent])
        return ends[0] is not ends[1] and all(end.role in _DESCRIBES for end in ends)


def _reaches(above: Mapping[str, Collection[str]], start: str, goal: str) -> bool:
    seen, waiting = set[str](), [start]
    while waiting:
        current = waiting.pop()
        if current == goal:
            return True
        if current not in seen:
            seen.add(current)
            waiting += above.get(current, ())
    return False


def propose_links(
    entity: Entity,
    joins: Joins,
    dimensions: Mapping[str, Dimension],
    taken: Taken,
    *,
    from_header: bool = False,
) -> tuple[DimensionLink, ...]:
    """One link per accepted reference of ``entity`` to a dimension (by entity name), roles where a
    dimension is referred to more than once or by itself."""
    mine = [reference for reference in joins.of(entity) if reference.parent in dimensions]
    often = Counter(reference.parent for reference in mine)
    read = joins.read(entity)
    links = []
    for reference in mine:
        dimension = dimensions[reference.parent]
        target = dimension.surrogate_key.removesuffix("_key")
        plays = often[reference.parent] > 1 or reference.parent == entity.name
        role = role_of(read(reference.columns[0]), target) if plays else ""
        matched, theirs = aligned(reference, dimension.business_key)
        links.append(
            DimensionLink(
                dimension.name,
                taken.name(key_name(role, singular_name(target))),
                matched,
                role=role,
                from_header=from_header,
                parent_columns=theirs,
            )
        )
    return tuple(links)


def aligned(
    reference: Reference, business_key: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The referring columns in the order of the business key, and the parent's columns where
    they are not the business key."""
    pairs = dict(zip(reference.parent_columns, reference.columns, strict=True))
    if set(pairs) == set(business_key):
        return tuple(pairs[column] for column in business_key), ()
    return reference.columns, reference.parent_columns
