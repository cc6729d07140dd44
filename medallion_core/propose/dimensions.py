"""Dimensions: who and what the facts are about, with their small parents folded in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from medallion_core.model import Attribute, Dimension, Entity, FoldedParent, Reference, Role
from medallion_core.propose.audit import is_audit, is_of_load
from medallion_core.propose.links import Joins, propose_links
from medallion_core.propose.names import stem, words
from medallion_core.propose.star_names import Taken, key_name, role_of, singular_name
from medallion_core.propose.vocabulary import STRONG_MARKERS
from medallion_core.tables.columns import silver_columns
from medallion_core.tables.lookups import VERSION_COLUMNS


def propose_dimensions(joins: Joins) -> dict[str, Dimension]:
    """Dimensions by entity name. A lookup that a fact or bridge refers to is one too."""
    entities = list(joins.entities.values())
    direct = {
        reference.parent
        for reference in joins.all
        if joins.entities[reference.entity].role in (Role.FACT, Role.BRIDGE)
    }
    chosen = [entity for entity in entities if entity.key and _stands_alone(entity, direct)]
    plain = {entity.name: _dimension(entity, joins) for entity in chosen}
    return {
        entity.name: _with_outriggers(plain[entity.name], entity, joins, plain) for entity in chosen
    }


def _stands_alone(entity: Entity, direct: Collection[str]) -> bool:
    return entity.role is Role.DIMENSION or (entity.role is Role.LOOKUP and entity.name in direct)


def _dimension(entity: Entity, joins: Joins) -> Dimension:
    base = joins.bases[entity.name]
    surrogate_key = key_name("", singular_name(base))
    taken = Taken([surrogate_key, *VERSION_COLUMNS])
    folding = _Folding(joins, taken)
    replaced = folding.replaced_columns(entity)
    attributes = tuple(
        Attribute(taken.name(column.name), column.name, column.comment)
        for column in silver_columns(entity)
        if column.name not in replaced or column.name in entity.key
    )
    return Dimension(
        name=f"dim_{base}",
        entity=entity.name,
        business_key=entity.key,
        surrogate_key=surrogate_key,
        attributes=attributes,
        folded=folding.fold(entity),
        comment=entity.comment,
    )


class _Folding:
    """Walks from a dimension up through its lookups; each branch ends where a table repeats."""

    def __init__(self, joins: Joins, taken: Taken) -> None:
        self._joins = joins
        self._taken = taken
        self._aliases = Taken()

    def replaced_columns(self, entity: Entity) -> set[str]:
        """Mere numbers for which a folded parent or an outrigger's key stands; codes and years
        say something themselves."""
        columns = (
            column
            for reference in self._joins.of(entity)
            if reference.parent != entity.name and self._is_joined(reference.parent)
            for column in reference.columns
        )
        return {column for column in columns if words(column)[-1] in STRONG_MARKERS}

    def _is_joined(self, name: str) -> bool:
        parent = self._joins.entities[name]
        return bool(parent.key) and parent.role in (Role.DIMENSION, Role.LOOKUP)

    def fold(self, entity: Entity) -> tuple[FoldedParent, ...]:
        self._aliases.name(entity.name)
        return tuple(self._folded(entity, entity.name, (entity.name,)))

    def _parents(self, entity: Entity) -> list[Reference]:
        return [
            reference
            for reference in self._joins.of(entity)
            if reference.parent != entity.name
            and self._joins.entities[reference.parent].role is Role.LOOKUP
        ]

    def _folded(self, entity: Entity, child: str, above: tuple[str, ...]) -> list[FoldedParent]:
        read = self._joins.read(entity)
        found: list[FoldedParent] = []
        for reference in self._parents(entity):
            if reference.parent in above:
                continue
            parent = self._joins.entities[reference.parent]
            wanted = singular_name(self._joins.bases[parent.name])
            role = role_of(read(reference.columns[0]), wanted)
            alias = self._aliases.name(
                f"{role}_{wanted}" if role and self._often(entity, reference) else wanted
            )
            found.append(self._parent(reference, parent, alias, child))
            found += self._folded(parent, alias, (*above, reference.parent))
        found += self._texts(entity, child, alias=child if len(above) > 1 else "")
        if len(above) == 1:
            found += self._satellites(entity)
        return found

    def _satellites(self, entity: Entity) -> Iterator[FoldedParent]:
        """What is said of the rows of ``entity`` elsewhere, and not by them, as it is now."""
        known = {column.name for column in entity.columns}
        for reference in self._joins.satellites_of(entity):
            said = self._joins.entities[reference.entity]
            read = self._joins.read(said)
            told = [
                column
                for column in silver_columns(said)
                if column.name not in {*said.key, *said.order} | known
                and not is_of_load(read(column.name))
            ]
            if told:
                yield FoldedParent(
                    alias=self._aliases.name(singular_name(self._joins.bases[said.name])),
                    entity=said.name,
                    child=entity.name,
                    columns=reference.parent_columns,
                    parent_columns=reference.columns,
                    attributes=tuple(
                        Attribute(self._taken.name("_".join(read(c.name))), c.name, c.comment)
                        for c in told
                    ),
                )

    def _texts(self, entity: Entity, child: str, alias: str) -> Iterator[FoldedParent]:
        """The texts of ``entity`` in one language: a row without one has NULL."""
        for reference in self._joins.texts_of(entity):
            texts = self._joins.entities[reference.entity]
            read = self._joins.read(texts)
            yield FoldedParent(
                alias=self._aliases.name(singular_name(self._joins.bases[texts.name])),
                entity=texts.name,
                child=child,
                columns=reference.parent_columns,
                parent_columns=reference.columns,
                attributes=tuple(
                    Attribute(self._taken.name(_told(alias, read(c.name))), c.name, c.comment)
                    for c in silver_columns(texts)
                    if c.name not in (*texts.key, *reference.columns)
                    and texts.texts
                    and c.name != texts.texts.column
                    and not is_audit(words(c.name))
                ),
                texts=texts.texts,
            )

    def _often(self, entity: Entity, reference: Reference) -> bool:
        """Whether the child refers to this parent in several roles."""
        return sum(r.parent == reference.parent for r in self._joins.of(entity)) > 1

    def _parent(self, reference: Reference, parent: Entity, alias: str, child: str) -> FoldedParent:
        onward = self.replaced_columns(parent)
        read = self._joins.read(parent)
        attributes = tuple(
            Attribute(
                self._taken.name(_prefixed(alias, read(column.name))), column.name, column.comment
            )
            for column in silver_columns(parent)
            if column.name not in onward
            and column.name not in parent.key
            and not is_audit(words(column.name))
        )
        return FoldedParent(
            alias=alias,
            entity=parent.name,
            child=child,
            columns=reference.columns,
            parent_columns=reference.parent_columns,
            attributes=attributes,
        )


def _told(alias: str, parts: tuple[str, ...]) -> str:
    """A text is told of the dimension itself, or of the lookup that is called ``alias``."""
    return _prefixed(alias, parts) if alias else "_".join(parts)


def _prefixed(alias: str, parts: tuple[str, ...]) -> str:
    """``category`` and ``category_name`` give ``category_name``, ``genre`` and ``name`` give
    ``genre_name``."""
    own = [stem(word) for word in words(alias)]
    if len(parts) > 1 and set(own) <= set(map(stem, parts)):
        return "_".join(parts)
    rest = list(parts)
    while len(rest) > 1 and stem(rest[0]) in own:
        rest.pop(0)
    if len(rest) == 1 and stem(rest[0]) in own:
        return alias
    return "_".join([alias, *rest])


def _with_outriggers(
    dimension: Dimension,
    entity: Entity,
    joins: Joins,
    dimensions: Mapping[str, Dimension],
) -> Dimension:
    """Links to the dimensions that this one refers to, itself among them."""
    names = (
        *(attribute.name for attribute in dimension.attributes),
        *(attribute.name for folded in dimension.folded for attribute in folded.attributes),
    )
    taken = Taken([dimension.surrogate_key, *VERSION_COLUMNS, *names])
    return replace(dimension, outriggers=propose_links(entity, joins, dimensions, taken))
