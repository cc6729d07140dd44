"""A failure together with the place in the design that it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from medallion_core.model import Design, Dimension, Entity, Fact, Measure
from medallion_core.repair.diagnosis import Evidence
from medallion_core.run.events import RunError
from medallion_core.tables.names import function_name

_ENTITY_PREFIXES = ("bronze", "silver", "quarantine", "checked", "valid", "snapshot")
_FILE = re.compile(r"\b(src/(?:bronze|silver|gold)/[\w.-]+\.py)(?:['\"]?,? line (\d+))?")


@dataclass(frozen=True, slots=True)
class Case:
    """One error of a run. ``text`` is all that the platform said; ``layer`` is the prefix of the
    dataset's name where that belongs to an entity, ``gold`` for the star."""

    design: Design
    error: RunError
    evidence: Evidence
    text: str
    layer: str = ""
    entity: Entity | None = None
    dimension: Dimension | None = None
    fact: Fact | None = None

    @property
    def subject(self) -> str:
        return self.error.dataset or self.file or "pipeline"

    @property
    def file(self) -> str:
        """The bundle's file that the failure is in; empty where that is not known."""
        named = _FILE.search(self.text)
        if named:
            return named.group(1)
        if self.entity:
            layer = "bronze" if self.layer == "bronze" else "silver"
            return f"src/{layer}/{function_name(self.entity.name)}.py"
        return f"src/gold/{function_name(self.error.dataset)}.py" if self.layer == "gold" else ""

    @property
    def line(self) -> str:
        """The line of that file, as far as it is told."""
        named = _FILE.search(self.text)
        return (named.group(2) or "") if named else ""

    def column_types(self) -> dict[str, str]:
        """Silver column to type, of the entity or of the fact's line and header."""
        entities = [self.entity] if self.entity else [entity for _, entity in self.fact_sides()]
        return {c.name: c.type for entity in entities for c in entity.included_columns}

    def fact_sides(self) -> Iterator[tuple[bool, Entity]]:
        """The entities behind the fact: whether it is the header, and which."""
        if self.fact:
            yield False, self.design.entity(self.fact.entity)
            if self.fact.header:
                yield True, self.design.entity(self.fact.header.entity)

    def entities_behind(self) -> Iterator[Entity]:
        """The entities that the dimension or the fact reads itself."""
        if self.dimension:
            names = [self.dimension.entity, *(parent.entity for parent in self.dimension.folded)]
            yield from map(self.design.entity, dict.fromkeys(names))
        for _, entity in self.fact_sides():
            yield entity

    def measures(self) -> tuple[Measure, ...]:
        return self.fact.measures if self.fact else ()

    def search(self, pattern: str) -> str:
        """The first group of ``pattern`` in the text; empty where it does not match."""
        found = re.search(pattern, self.text, re.DOTALL)
        return found.group(1) if found else ""


def split_by_file(error: RunError) -> list[RunError]:
    """One error for each file that did not load: an update tells of all of them in one event."""
    starts = [i for i, cause in enumerate(error.causes) if cause.startswith("Failed to load")]
    if len(starts) < 2:
        return [error]
    ends = [*starts[1:], len(error.causes)]
    groups = (error.causes[start:end] for start, end in zip(starts, ends, strict=True))
    return [replace(error, causes=causes) for causes in groups]


def make_case(design: Design, error: RunError, evidence: Evidence) -> Case:
    """Finds the place in the design by the name of the dataset that failed."""
    text = "\n".join(dict.fromkeys([*reversed(error.causes), error.message]))
    prefix, _, rest = error.dataset.partition("_")
    if prefix in _ENTITY_PREFIXES:
        for entity in design.entities:
            if entity.name.lower() == rest.lower():
                return Case(design, error, evidence, text, prefix, entity)
    for dimension in design.star.dimensions:
        if dimension.name == error.dataset:
            return Case(design, error, evidence, text, "gold", dimension=dimension)
    for fact in design.star.facts:
        if fact.name == error.dataset:
            return Case(design, error, evidence, text, "gold", fact=fact)
    layer = "gold" if error.dataset else ""
    return Case(design, error, evidence, text, layer)
