"""What a design leaves open or contradicts, before anything is generated from it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from medallion_core.check.joins import hidden_joins
from medallion_core.check.settings import check_settings, unproved
from medallion_core.model import (
    ChangeHandling,
    Design,
    Entity,
    Fact,
    Finding,
    Level,
    PrivacyDecision,
    Role,
    RuleAction,
)
from medallion_core.tables import columns
from medallion_core.tables.datasets import Dataset, Layer
from medallion_core.tables.gold import gold_columns
from medallion_core.tables.inventory import inventory
from medallion_core.tables.masks import is_masked
from medallion_core.tables.measures import at_line_grain
from medallion_core.tables.soundness.design import unsound
from medallion_core.tables.sources import kind_of
from medallion_core.text import sql
from medallion_core.text.identifiers import MAX_IDENTIFIER_LENGTH
from medallion_core.text.types import is_temporal

_NAME = re.compile(r"[a-z_][a-z0-9_]*")


def check_design(design: Design) -> list[Finding]:
    """Every finding on ``design``; an ERROR keeps it from being deployed.

    Of a design that names what it does not have only that is told. Nothing is raised.
    """
    return [*design.find_out_once("checked", lambda: _findings(design))]


def _findings(design: Design) -> list[Finding]:
    settings, dangling = check_settings(design.settings), unsound(design)
    if dangling:
        return [*settings, *dangling]
    return [
        *settings,
        *unproved(design.settings),
        *_names(design),
        *(finding for entity in design.entities for finding in _entity(entity)),
        *_references(design),
        *hidden_joins(design),
        *_star(design),
        *_cycles(design),
    ]


def _names(design: Design) -> Iterator[Finding]:
    datasets = inventory(design).datasets
    for name, times in Counter(dataset.name.lower() for dataset in datasets).items():
        if times > 1:
            yield _error(name, f"{times} tables would be called {name}.", "Rename one of them.")
        if len(name) > MAX_IDENTIFIER_LENGTH:
            yield _error(name, f"{name[:40]}… is longer than 255 characters.", "Shorten it.")
        if not _NAME.fullmatch(name):
            yield _error(
                name,
                f"{name!r} is not a name for a table.",
                "Use lower-case letters, digits and underscores.",
            )
    yield from _files(datasets)


def _files(datasets: Iterable[Dataset]) -> Iterator[Finding]:
    """What would be written to one file twice: only one of them would be there."""
    first: dict[str, Dataset] = {}
    for dataset in (each for each in datasets if not each.by_job):
        other = first.setdefault(dataset.file, dataset)
        if dataset.of is not other.of and dataset.name.lower() != other.name.lower():
            detail = f"{dataset.name} and {other.name} would both be defined in {dataset.file}."
            yield _error(dataset.name, detail, "Give one of them a name that differs in letters.")


def _entity(entity: Entity) -> Iterator[Finding]:
    yield from _key(entity)
    yield from _rules(entity)
    yield from _rules_of_hashes(entity)
    yield from _options(entity)
    yield from personal_data(entity)
    for column in columns.silver_columns(entity):
        if column.missing:
            yield Finding(
                Level.WARNING,
                f"{entity.name}.{column.name}",
                f"Its source has no column {column.source} any more: it is NULL in every new row.",
                "Take over the change of the source once it is there again, or leave it out.",
            )
        if is_masked(column) and column.name in entity.key:
            yield _error(
                f"{entity.name}.{column.name}",
                "It is a key: gold could not be joined by what a mask leaves of it.",
                "Hash it instead, which keeps it a key.",
            )


def personal_data(entity: Entity) -> Iterator[Finding]:
    """What looks like it and waits for a decision."""
    for column in columns.silver_columns(entity):
        privacy = column.privacy
        if privacy and privacy.decision is PrivacyDecision.UNDECIDED:
            yield Finding(
                Level.WARNING,
                f"{entity.name}.{column.name}",
                f"This looks like personal data ({privacy.kind}).",
                "Decide whether to keep, mask, hash or drop it.",
            )


def _twice(subject: str, found: Iterable[str]) -> Iterator[Finding]:
    for name, times in Counter(name.lower() for name in found).items():
        if times > 1:
            yield _error(subject, f"{times} columns would be called {name}.", "Rename one of them.")


def _key(entity: Entity) -> Iterator[Finding]:
    if entity.change is not ChangeHandling.APPEND and not entity.key:
        yield Finding(
            Level.WARNING,
            entity.name,
            f"It has no key, so that {entity.change.value} cannot tell its rows apart.",
            "Choose a key, or append every row.",
        )
    if len(entity.reads) > 1 and columns.change_of(entity) is not ChangeHandling.APPEND:
        yield Finding(
            Level.INFO,
            entity.name,
            f"{len(entity.reads)} sources feed it: a row of one replaces that of another with the"
            f" same {', '.join(entity.key)}.",
            "If each source counts by itself, add a column to the key that tells them apart.",
        )
    if entity.change is not columns.change_of(entity) and entity.key:
        yield Finding(
            Level.INFO,
            entity.name,
            f"It is read in full each time: {columns.change_of(entity).value} is used.",
        )


def _rules(entity: Entity) -> Iterator[Finding]:
    guards = [rule.condition for rule in entity.rules if rule.action is not RuleAction.WARN]
    by_key = columns.change_of(entity) is not ChangeHandling.APPEND
    for column in entity.key if by_key else ():
        if not any(sql.reads(guard, column) for guard in guards):
            yield Finding(
                Level.WARNING,
                f"{entity.name}.{column}",
                "It is a key and no rule keeps rows without it out.",
                "Add a rule that quarantines them: AUTO CDC fails on a NULL key.",
            )


def _rules_of_hashes(entity: Entity) -> Iterator[Finding]:
    for rule, column in columns.rules_of_hashes(entity):
        yield _error(
            f"{entity.name}.{column.name}",
            f"The rule {rule.name} asks about its values, and silver has their hashes only.",
            "Take the rule out, or ask only whether it IS NOT NULL.",
        )


def _options(entity: Entity) -> Iterator[Finding]:
    for kind in map(kind_of, entity.reads):
        for option in kind.refused_options:
            yield _error(
                entity.name,
                f"The option {option!r} of {kind.location_name} is not one that only reads.",
                f"Take it out. Options may be: {', '.join(kind.known_options)}.",
            )
        for option in kind.loses_by:
            yield Finding(
                Level.WARNING,
                entity.name,
                f"The option {option} leaves rows of {kind.location_name} out, and no rule counts "
                "them.",
                "Take it out, unless they may be lost: what cannot be read then fails the run or "
                "is kept as rescued data.",
            )


def _references(design: Design) -> Iterator[Finding]:
    for reference in design.references:
        subject = f"{reference.entity}({', '.join(reference.columns)})"
        if not reference.accepted:
            yield Finding(
                Level.INFO,
                subject,
                f"It may refer to {reference.parent}: {reference.evidence}",
                "Accept or reject it.",
            )


def _fact(design: Design, fact: Fact) -> Iterator[Finding]:
    measured = any(map(at_line_grain, fact.measures))
    if not (measured or fact.dates or fact.links or fact.degenerate):
        yield _error(
            fact.name,
            "It has no column.",
            "Give it a date, a reference, a key or a measure; or take it out of the star.",
        )
    for measure in fact.measures:
        if sql.divides(measure.expression):
            yield _error(
                f"{fact.name}.{measure.name}", "It divides without a guard.", "Use try_divide."
            )
        if not at_line_grain(measure):
            yield Finding(
                Level.INFO,
                f"{fact.name}.{measure.name}",
                "It stays at the header's grain and is not on the lines.",
                "Choose how it is spread over the lines if it is wanted there.",
            )
    for role in fact.dates:
        entity = design.entity(
            fact.header.entity if fact.header and role.from_header else fact.entity
        )
        kind = columns.silver_type(entity.column(role.column))
        if not is_temporal(kind):
            yield _error(
                f"{fact.name}.{role.key}", f"{role.column} is {kind}, not a date.", "Cast it."
            )


def _left_in_silver(design: Design) -> Iterator[Finding]:
    """Dimensions that no fact leads to."""
    made_of = {dimension.entity for dimension in design.star.dimensions}
    made_of |= {part.entity for each in design.star.dimensions for part in each.folded}
    happens = design.star.facts or design.star.bridges
    for entity in design.entities if happens else ():
        if entity.role is Role.DIMENSION and entity.key and entity.name not in made_of:
            yield Finding(
                Level.INFO,
                entity.name,
                "No fact refers to it, be it through others: it stays in silver.",
                "Say which table refers to it, if one does.",
            )


def _star(design: Design) -> Iterator[Finding]:
    yield from _left_in_silver(design)
    gold = {table: [column.name for column in columns] for table, columns in gold_columns(design)}
    for fact in design.star.facts:
        yield from _fact(design, fact)
        yield from _clustering(fact, gold[fact.name])
    for table, names in gold.items():
        yield from _twice(table, names)


def _clustering(fact: Fact, held: Collection[str]) -> Iterator[Finding]:
    for name in fact.cluster_by:
        if name not in held:
            yield Finding(
                Level.WARNING,
                fact.name,
                f"It is clustered by {name}, which it does not have: that is left out.",
                "Choose one of its columns.",
            )


def _cycles(design: Design) -> Iterator[Finding]:
    """Gold tables that cannot be made before they are made."""
    gold = (table for table in inventory(design).tables if table.layer is Layer.GOLD)
    above = {table.name: table.reads for table in gold}
    left = dict(above)
    while ready := [name for name, reads in left.items() if left.keys().isdisjoint(reads)]:
        for name in ready:
            del left[name]
    for name, reads in left.items():
        reached, waiting = set[str](), [*reads]
        while waiting:
            current = waiting.pop()
            if current not in reached:
                reached.add(current)
                waiting += above.get(current, ())
        if name in reached:
            yield _error(name, "It refers to itself through other tables.", "Cut one link.")


def _error(subject: str, detail: str, hint: str) -> Finding:
    return Finding(Level.ERROR, subject, detail, hint)
