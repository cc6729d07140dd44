"""Facts whose rows are no events: how things stood at the end of each period, and cases that get
one date after the other. These are Kimball's periodic and accumulating snapshots.

The Data Warehouse Toolkit, 3rd edition, chapter 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from medallion_core.model import (
    Aggregation,
    Answer,
    ChangeHandling,
    DateRole,
    Design,
    Entity,
    Fact,
    FactKind,
    Level,
    Measure,
    Question,
)
from medallion_core.propose.fields import Field
from medallion_core.propose.links import Joins
from medallion_core.propose.measures import is_flow
from medallion_core.propose.milestones import FEWEST_FOR_SURE, milestones_of, missing
from medallion_core.propose.names import words
from medallion_core.propose.periods import comes_again, period_columns
from medallion_core.propose.tables import Table
from medallion_core.propose.validity import validity_of


def with_kinds(design: Design, tables: Sequence[Table]) -> Design:
    """``design``, whose entities are ``tables`` in order, with the kinds that its facts are by
    their values. Of what is in doubt a person is asked."""
    joins = Joins(design)
    views = {
        entity.name: _View(entity, table, joins)
        for entity, table in zip(design.entities, tables, strict=True)
    }
    facts = tuple(views[fact.entity].with_kind(fact) for fact in design.star.facts)
    doubts = [
        doubt
        for before, fact in zip(design.star.facts, facts, strict=True)
        if (doubt := views[fact.entity].doubt(fact, is_sure=fact.kind is not before.kind))
    ]
    star = replace(design.star, facts=facts)
    return replace(design, star=star, questions=(*design.questions, *doubts))


def of_kind(fact: Fact, kind: FactKind, columns: Sequence[str], evidence: str) -> Fact:
    """``fact`` as one of ``kind``. ``columns`` are its periods, of which a date comes first, or its
    milestones in their order. Of a level no sum over time is taken."""
    if kind is FactKind.PERIODIC_SNAPSHOT:
        dates = tuple(sorted(fact.dates, key=lambda role: not _is_own(role, columns)))
        fact = replace(fact, measures=_levels(fact.measures))
    else:
        dates = _in_order(fact.dates, columns)
    keys = [role.key for role in fact.dates]
    clustered = [key for key in fact.cluster_by if key not in keys]
    begun = [role.key for role in dates[:1]] if len(clustered) < len(fact.cluster_by) else []
    cluster_by = (*begun, *clustered)
    return replace(fact, kind=kind, kind_evidence=evidence, dates=dates, cluster_by=cluster_by)


def _is_own(role: DateRole, columns: Sequence[str]) -> bool:
    return role.column in columns and not role.from_header


def _in_order(dates: Sequence[DateRole], columns: Sequence[str]) -> tuple[DateRole, ...]:
    """``dates`` with those of ``columns`` in that order, in the places that they have."""
    own = [role for role in dates if _is_own(role, columns)]
    ordered = iter(sorted(own, key=lambda role: columns.index(role.column)))
    return tuple(next(ordered) if role in own else role for role in dates)


def _levels(measures: Sequence[Measure]) -> tuple[Measure, ...]:
    """With what may be a level as one."""
    return tuple(
        replace(measure, aggregation=Aggregation.LAST) if _may_be_level(measure) else measure
        for measure in measures
    )


def _may_be_level(measure: Measure) -> bool:
    return measure.aggregation is Aggregation.SUM and not is_flow(words(measure.name))


class _View:
    """A table with what it became in silver."""

    def __init__(self, entity: Entity, table: Table, joins: Joins) -> None:
        self._entity = entity
        self._table = table
        self._joins = joins
        self._silver = {column.source: column.name for column in entity.columns}

    @property
    def _fields(self) -> Mapping[str, Field]:
        return {self._silver[name]: field for name, field in self._table.fields.items()}

    def with_kind(self, fact: Fact) -> Fact:
        """``fact`` with the kind that is beyond doubt. What of it may be a level or a flow, beside
        those that are levels by their names, stays what it was."""
        sums = {measure.aggregation is Aggregation.SUM for measure in fact.measures}
        last = any(measure.aggregation is Aggregation.LAST for measure in fact.measures)
        again = comes_again(fact, self._fields, self._joins) if last or sums == {False} else ""
        if again:
            columns = period_columns(fact, self._joins)
            found = of_kind(fact, FactKind.PERIODIC_SNAPSHOT, columns, again)
            return replace(found, measures=fact.measures)
        steps = self._milestones(fact)
        if len(steps) >= FEWEST_FOR_SURE:
            evidence = self._steps_in_words(steps)
            return of_kind(fact, FactKind.ACCUMULATING_SNAPSHOT, tuple(steps), evidence)
        return fact

    def doubt(self, fact: Fact, *, is_sure: bool) -> Question | None:
        """What a person has to say, for the rows of ``fact`` to be of one kind or another, or for
        its measures where its kind ``is_sure``."""
        if is_sure and fact.kind is not FactKind.PERIODIC_SNAPSHOT:
            return None
        levels = [measure.name for measure in fact.measures if _may_be_level(measure)]
        if levels and (again := comes_again(fact, self._fields, self._joins)):
            return self._level_or_flow(fact, levels, again)
        steps = {} if is_sure or self._is_versioned(fact) else self._milestones(fact)
        return self._event_or_case(fact, steps) if steps else None

    def _is_versioned(self, fact: Fact) -> bool:
        """Whether the key tells that something holds from a day on: a later row is another."""
        validity = validity_of(self._table)
        return validity is not None and self._silver[validity.begin.name] in fact.grain

    def _milestones(self, fact: Fact) -> dict[str, Field]:
        """The milestones among the fact's own dates, by silver name; none without a key that
        tells the cases apart."""
        own = {role.column for role in fact.dates if not role.from_header}
        steps = {self._silver[field.name]: field for field in milestones_of(self._table)}
        found = {name: field for name, field in steps.items() if name in own}
        return found if len(found) > 1 and fact.grain else {}

    def _steps_in_words(self, steps: Mapping[str, Field]) -> str:
        names = ", then ".join(steps)
        gaps = [f"{name} in {missing(field):,}" for name, field in steps.items() if missing(field)]
        rows = self._table.rows_in_words
        return f"A row gets {names}; not there yet is {', '.join(gaps)} of {rows}."

    def _level_or_flow(self, fact: Fact, levels: Sequence[str], again: str) -> Question:
        names = " and ".join(levels)
        return self._question(
            f"Does a row of {self._entity.name} say how {names} stood at that time, or what came "
            f"about since the row before? {again}",
            Answer(
                "What came about",
                f"Sums add up {names} of all {self._table.all_rows:,} rows, over time, too.",
                kind=fact.kind,
            ),
            Answer(
                "How it stood",
                "A sum over time takes the rows of its last day, and no row of the days before.",
                kind=FactKind.PERIODIC_SNAPSHOT,
                columns=period_columns(fact, self._joins),
            ),
        )

    def _event_or_case(self, fact: Fact, steps: Mapping[str, Field]) -> Question:
        (first, *_, last), key = steps, " and ".join(fact.grain)
        is_added = self._entity.change is ChangeHandling.APPEND
        again = f"a later row with the same {key}"
        return self._question(
            f"Does a row of {self._entity.name} go on from {first} to {last}? "
            + self._steps_in_words(steps),
            Answer(
                "It is written once",
                f"{last} is a date like any other"
                + (f"; {again} is a row of its own." if is_added else "."),
                kind=fact.kind,
            ),
            Answer(
                "It goes on",
                f"The days between are a column, empty in {missing(steps[last]):,} rows"
                + (f"; {again} replaces the earlier one." if is_added else "."),
                kind=FactKind.ACCUMULATING_SNAPSHOT,
                columns=tuple(steps),
                change=ChangeHandling.LATEST if is_added else None,
            ),
        )

    def _question(self, detail: str, *answers: Answer) -> Question:
        name = self._entity.name
        return Question(Level.WARNING, name, detail, table=name, answers=answers)
