"""What can be named in a design, and what is told of a name that leads nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from medallion_core.errors import MedallionError
from medallion_core.model import Design, Dimension, Fact, Finding, Level
from medallion_core.tables.columns import silver_columns
from medallion_core.text.identifiers import MAX_IDENTIFIER_LENGTH
from medallion_core.text.tokens import tokens

PROPOSE = "Correct it, or propose the star again."


@dataclass(frozen=True, slots=True)
class Parts:
    """What can be named: the silver columns of each entity, dimensions and facts."""

    silver: dict[str, frozenset[str]]
    dimensions: dict[str, Dimension]
    facts: dict[str, Fact]

    def entity(self, subject: str, name: str) -> Iterator[Finding]:
        if name not in self.silver:
            yield error(subject, f"There is no table {name!r} in the design.")

    def columns(
        self, subject: str, what: str, entity: str, columns: Iterable[str]
    ) -> Iterator[Finding]:
        """What of ``columns`` silver lacks; nothing where there is no such entity, which is told
        once where the entity is named."""
        for column in columns:
            if entity in self.silver and column not in self.silver[entity]:
                yield error(
                    subject, f"Its {what} names {column!r}, which is not in silver of {entity}."
                )


def parts_of(design: Design) -> Parts:
    return Parts(
        {
            entity.name: frozenset(column.name for column in silver_columns(entity))
            for entity in design.entities
        },
        {dimension.name: dimension for dimension in design.star.dimensions},
        {fact.name: fact for fact in design.star.facts},
    )


def named(subject: str, found: Iterable[str]) -> Iterator[Finding]:
    """Each part has a name, and the catalog takes its length."""
    for name in found:
        if not name.strip():
            yield error(subject, "A name in it is empty.", "Give it one.")
        elif len(name) > MAX_IDENTIFIER_LENGTH:
            yield error(subject, f"{name[:40]}… is longer than 255 characters.", "Shorten it.")


def names(subject: str, what: str, found: Sequence[str]) -> Iterator[Finding]:
    """Each has a name of its own, without regard to case."""
    yield from named(subject, found)
    for name, times in Counter(name.lower() for name in found).items():
        if times > 1:
            yield error(subject, f"{times} {what} are called {name}.", "Rename one of them.")


def readable(subject: str, read: Callable[[str], object], text: str) -> Iterator[Finding]:
    """What a person typed is read by its grammar: a type, an expression."""
    try:
        if not tokens(text):
            yield error(subject, "What it is made of is empty.", "Write it, or take it out.")
            return
        read(text)
    except MedallionError as problem:
        yield error(subject, problem.message, problem.hint)


def paired(subject: str, columns: Sequence[str], others: Sequence[str]) -> Iterator[Finding]:
    if len(columns) != len(others) or not columns:
        yield error(subject, f"It pairs {len(columns)} columns with {len(others)}.")


def error(subject: str, detail: str, hint: str = PROPOSE) -> Finding:
    return Finding(Level.ERROR, subject, detail, hint)
