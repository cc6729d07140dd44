"""A failure together with the place in the design that it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass, replace
from typing import TypeVar

from medallion_core.model import Aggregate, Bridge, Design, Dimension, Entity, Fact, Measure
from medallion_core.repair.diagnosis import Evidence
from medallion_core.run.events import RunError
from medallion_core.tables.datasets import Dataset, Layer
from medallion_core.tables.inventory import inventory

_FILE = re.compile(r"\b(src/(?:bronze|silver|gold)/[\w.-]+\.py)(?:['\"]?,? line (\d+))?")

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Case:
    """One error of a run. ``text`` is all that the platform said; ``dataset`` is what of the
    pipeline failed, None where the error names none that the design means."""

    design: Design
    error: RunError
    evidence: Evidence
    text: str
    _: KW_ONLY
    dataset: Dataset | None = None

    @property
    def subject(self) -> str:
        return self.error.dataset or self.file or "pipeline"

    @property
    def layer(self) -> Layer | None:
        return self.dataset.layer if self.dataset else None

    @property
    def entity(self) -> Entity | None:
        return self._part(Entity)

    @property
    def dimension(self) -> Dimension | None:
        return self._part(Dimension)

    @property
    def fact(self) -> Fact | None:
        return self._part(Fact)

    @property
    def bridge(self) -> Bridge | None:
        return self._part(Bridge)

    @property
    def aggregate(self) -> Aggregate | None:
        return self._part(Aggregate)

    def _part(self, kind: type[Part]) -> Part | None:
        """What of the design the dataset is of, if it is of that kind."""
        part = self.dataset.of if self.dataset else None
        return part if isinstance(part, kind) else None

    @property
    def file(self) -> str:
        """The bundle's file that the failure is in; empty where that is not known."""
        named = _FILE.search(self.text)
        if named:
            return named.group(1)
        return self.dataset.file if self.dataset else ""

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

    def entities(self) -> list[Entity]:
        """The entity itself; of a gold table those whose rows it reads, or, where it reads none,
        those behind the tables that it reads."""
        return inventory(self.design).entities_of(self.dataset) if self.dataset else []

    def facts(self) -> tuple[Fact, ...]:
        """The fact itself; of an aggregate or the reconciliation those that it reads."""
        if self.fact:
            return (self.fact,)
        reads = self.dataset.reads if self.dataset else ()
        return tuple(fact for fact in self.design.star.facts if fact.name in reads)

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
    """Finds the place in the design by the name of the dataset, or of the flow, that failed."""
    text = "\n".join(dict.fromkeys([*reversed(error.causes), error.message]))
    return Case(design, error, evidence, text, dataset=inventory(design).find(error.dataset))
