"""Numbers that are said of a whole document on each of its lines: the total of an order, the cost
of a stay. A sum over the lines would count them as often as there are lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from medallion_core.model import Design, Entity, Fact, Level, Measure, Question
from medallion_core.propose.checks import Checks
from medallion_core.propose.fields import Field
from medallion_core.propose.key_parts import is_ordinal, numbers_within, shared
from medallion_core.propose.keys import key_check
from medallion_core.propose.kinds import Kind
from medallion_core.propose.measures import is_money, is_sum, not_summed, summed_column
from medallion_core.propose.sums import sum_answers
from medallion_core.propose.tables import Table

SURPRISING = 10.0
"""Rows that would differ from the one before in their document, were the numbers spread by chance:
where fewer would, that none does is no news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    """``columns`` (of silver) tell whole documents of ``fact`` apart, where ``is_sure``; else where
    one of ``dates`` is the same throughout each of them."""

    fact: Fact
    table: Table
    fields: dict[str, Field]
    columns: tuple[str, ...]
    is_sure: bool
    dates: tuple[str, ...]
    sums: dict[str, Measure]
    """By the column that is summed."""

    @property
    def candidates(self) -> tuple[tuple[str, ...], ...]:
        own = tuple(self.fields[name].name for name in self.columns)
        everything = tuple(f.name for f in self.fields.values() if f.kind is not Kind.OTHER)
        others = (self.fields[name].name for name in (*self.dates, *self.sums))
        return everything, own, *((*own, other) for other in others)

    def repeated(self, counts: Sequence[int]) -> list[str]:
        """The measures that are the same throughout each document; rows that are equal in all
        columns are one line of it."""
        different, documents, *others = counts
        same = {n for n, each in zip((*self.dates, *self.sums), others, strict=True)
                if each == documents}  # fmt: skip
        if not self.is_sure and same.isdisjoint(self.dates):
            return []
        again = different - documents
        told = {c for c in same - {*self.dates} if self._differ(c) * again >= SURPRISING}
        if told:  # What all documents have in common is said of the whole as well.
            told |= {c for c in same - {*self.dates} if is_money(self.fields[c].words)}
        return [measure.name for column, measure in self.sums.items() if column in told]

    def _differ(self, column: str) -> float:
        """The probability that two rows have different values."""
        return 1 - shared(self.fields[column])


def with_repeated(design: Design, tables: Sequence[Table], checks: Checks | None) -> Design:
    """``design``, whose entities are ``tables`` in order: what its facts repeat is not summed, and
    told."""
    views = dict(zip((entity.name for entity in design.entities), tables, strict=True))
    found = [
        document
        for fact in design.star.facts
        for document in _documents(fact, design.entity(fact.entity), views[fact.entity])
    ]
    if checks is None or not found:
        return design
    answers = checks.distinct_counts([key_check(d.table, d.candidates) for d in found])
    for document, counts in zip(found, answers, strict=True):
        summed = {m.name for m in design.star.fact(document.fact.name).measures if is_sum(m)}
        names = [name for name in document.repeated(counts) if name in summed] if counts else []
        if names:
            design = _told(design, document, names, counts[1] if counts else 0)
    return design


def _documents(fact: Fact, entity: Entity, table: Table) -> Iterator[_Document]:
    fields = {column.name: table.fields[column.source] for column in entity.columns}
    sums = {
        column: measure
        for measure in fact.measures
        if is_sum(measure) and (column := summed_column(measure, fields))
    }
    dates = tuple(role.column for role in fact.dates if not role.from_header)
    for columns, is_sure in _wholes(fact, fields).items():
        whole = [fields[name] for name in columns]
        few = {name: sum_ for name, sum_ in sums.items() if _may_repeat(fields[name], whole)}
        if few:
            others = tuple(date for date in dates if date not in columns)
            yield _Document(
                fact=fact,
                table=table,
                fields=fields,
                columns=columns,
                is_sure=is_sure,
                dates=others,
                sums=few,
            )


def _wholes(fact: Fact, fields: dict[str, Field]) -> dict[tuple[str, ...], bool]:
    """What may tell documents apart: the grain without a part that numbers their lines, or without
    any other but a time, since what is the same at all times comes about each time anew; a number
    or code that comes again and leads to no dimension; and what refers to a header. Each with
    whether it is sure to."""
    found: dict[tuple[str, ...], bool] = {}
    for part in fact.grain if len(fact.grain) > 1 else ():
        rest = tuple(name for name in fact.grain if name != part)
        if not (fields[part].kind.is_time or any(fields[n].kind.is_time for n in rest)):
            numbered = len(rest) == 1 and numbers_within(fields[part], fields[rest[0]])
            found[rest] = numbered or is_ordinal(fields[part])
    linked = {column for link in fact.links for column in link.columns}
    for name, field in fields.items():
        if name not in linked and _comes_again(field):
            found.setdefault((name,), False)
    if fact.header:
        found[fact.header.columns] = True
    return found


def _comes_again(field: Field) -> bool:
    return bool(field.marker) and field.is_complete and not field.may_be_unique


def _may_repeat(field: Field, whole: Sequence[Field]) -> bool:
    """Whether there are no more values than documents, as far as the profile tells."""
    return len(whole) > 1 or field.distinct <= 1.05 * whole[0].distinct


def _told(design: Design, document: _Document, names: Sequence[str], documents: int) -> Design:
    fact = design.star.fact(document.fact.name)
    listed, whole = " and ".join(names), " and ".join(document.columns)
    question = Question(
        Level.WARNING,
        fact.entity,
        f"{listed} {'say' if len(names) > 1 else 'says'} the same on each row of one {whole}: "
        f"{document.table.all_rows:,} rows are of {documents:,}. A sum over the rows counts it "
        "several times, so that none is taken.",
        "Where each row has its own, choose sum among the measures on the Design page.",
        table=fact.entity,
        answers=sum_answers(
            fact,
            names,
            f"Each row is taken to have its own: what is said of one {whole} counts as often as it "
            "has rows.",
        ),
    )
    design = design.with_fact(not_summed(fact, names))
    return replace(design, questions=(*design.questions, question))
