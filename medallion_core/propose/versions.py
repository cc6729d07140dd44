"""Sources that keep a history of their own: a row for each version of a thing, with the days from
which and to which it holds. What names the thing finds several rows, and a sum over the rows counts
a thing as often as it has versions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, replace

from medallion_core.model import Answer, Design, Entity, Fact, Level, Question
from medallion_core.propose.candidates import Candidate
from medallion_core.propose.checks import Checks, InclusionCheck
from medallion_core.propose.fields import Field
from medallion_core.propose.forms import form_of
from medallion_core.propose.key_parts import VERSIONS
from medallion_core.propose.keys import Key, key_check
from medallion_core.propose.matching import match_names, match_table
from medallion_core.propose.measures import is_sum, not_summed
from medallion_core.propose.milestones import missing
from medallion_core.propose.names import stem
from medallion_core.propose.sums import sum_answers
from medallion_core.propose.tables import Table
from medallion_core.propose.validity import Validity, newest_rows, validity_of
from medallion_core.tables.columns import has_streaming_bronze, keeps_history

NAMED = 0.7
"""Score of a name from which a column names the things of its own table."""

REFERS = 0.85
"""Score of a name from which a column of another table is taken for one that refers to them."""

FOUND = 0.5
"""Share of its rows that must find their value then."""

FEWEST_NEWEST, MOST_NEWEST = 0.5, 1.05
"""Rows that hold now, for each thing: one, but that some things have ended and that counts are
approximate. What happens, be it for a while, is over."""

FOLLOWS = 0.5
"""Share of the versions that have ended which must end as the next of their thing begins, where
neither the table's own name nor its key says whose versions they are."""


@dataclass(frozen=True, slots=True)
class _Versions:
    """What may be versions of ``things``, be it by the ``is_named`` table or by its key; ``fact``
    sums over them, ``referring`` are columns of other tables that name the things."""

    entity: Entity
    table: Table
    things: tuple[Field, ...]
    validity: Validity
    _: KW_ONLY
    is_named: bool
    fact: Fact | None
    referring: tuple[tuple[Table, Field], ...]

    @property
    def candidates(self) -> tuple[tuple[str, ...], ...]:
        things = tuple(field.name for field in self.things)
        return things, (*things, self.validity.begin.name)

    @property
    def inclusions(self) -> Iterator[InclusionCheck]:
        """Whether versions end as another of their thing begins, then who finds the things."""
        before, after = (*self.things, self.validity.end), (*self.things, self.validity.begin)
        yield _inclusion(self.table, before, self.table, after)
        for table, field in self.referring:
            yield _inclusion(table, (field,), self.table, self.things)

    @property
    def newest(self) -> float:
        """Rows that hold now, as far as those that were profiled tell of all."""
        return newest_rows(self.validity) * self.table.all_rows / max(self.table.row_count, 1)

    def is_told(self, things: int, apart: int) -> bool:
        """Whether ``things`` come again, each time from another day on, so that they and the first
        day have as many values (``apart``) as there are rows, and about one row of each holds now.
        """
        now = FEWEST_NEWEST * things <= self.newest <= MOST_NEWEST * things
        return things < apart == self.table.all_rows and now

    def follow(self, ratio: float | None) -> float:
        """The share, 0 to 1, of the versions that have ended which end as another begins; ``ratio``
        is that of those that have an end at all."""
        end = self.validity.end
        ended = self.table.row_count - newest_rows(self.validity)
        return min(1.0, (ratio or 0.0) * (self.table.row_count - missing(end)) / max(ended, 1))


def with_versions(
    design: Design,
    tables: Sequence[Table],
    keys: Sequence[Key],
    references: Sequence[Candidate],
    checks: Checks | None,
) -> Design:
    """``design``, whose entities are ``tables`` in order: which sources keep versions is told, and
    no sum over versions is taken."""
    possible = list(_possible(design, tables, keys, references))
    if checks is None or not possible:
        return design
    found = _counted(possible, checks)
    asked = [check for versions, _ in found for check in versions.inclusions]
    ratios = iter(checks.inclusion_ratios(asked) if asked else [])
    told = set()
    for versions, things in found:
        follow = versions.follow(next(ratios))
        shares = [(*pair, next(ratios)) for pair in versions.referring]
        is_sure = versions.is_named or follow >= FOLLOWS or versions.validity.flag is not None
        if is_sure and versions.entity.name not in told:
            told.add(versions.entity.name)
            lost = [_share(*each) for each in shares if _finds(each[-1])]
            design = _told(design, versions, _evidence(versions, things, follow), lost)
    return design


def _counted(possible: Sequence[_Versions], checks: Checks) -> list[tuple[_Versions, int]]:
    """Those whose rows say so, with the number of their things."""
    answers = checks.distinct_counts([key_check(v.table, v.candidates) for v in possible])
    return [
        (versions, counts[0])
        for versions, counts in zip(possible, answers, strict=True)
        if counts and versions.is_told(*counts)
    ]


def _possible(
    design: Design, tables: Sequence[Table], keys: Sequence[Key], references: Sequence[Candidate]
) -> Iterator[_Versions]:
    known = {(c.child, c.columns[0]) for c in references if len(c.columns) == 1}
    facts = {fact.entity: fact for fact in design.star.facts if any(map(is_sum, fact.measures))}
    for number, (table, key, entity) in enumerate(zip(tables, keys, design.entities, strict=True)):
        validity = validity_of(table)
        if validity is None or entity.feed or keeps_history(entity):
            continue
        refers = {name for child, name in known if child == number}
        fact = facts.get(entity.name)
        own = _named(table, refers)
        if own is not None:
            referring = tuple(_referring(table, own, tables, known))
            yield _Versions(
                entity, table, (own,), validity, is_named=True, fact=fact, referring=referring
            )
        elif fact is not None:
            yield from _summed(entity, table, key, validity, fact, refers)
        else:
            yield from _of_another(entity, table, key, validity, tables, known)


def _summed(
    entity: Entity, table: Table, key: Key, validity: Validity, fact: Fact, refers: set[str]
) -> Iterator[_Versions]:
    """What a fact sums may be versions of what its key has beside the first day, or of something
    that it refers to."""
    begin = validity.begin.name
    is_grain = begin in key.columns and len(key.columns) > 1
    grain = tuple(name for name in key.columns if name not in (begin, validity.end.name))
    for names in [grain] if is_grain else [(name,) for name in sorted(refers)]:
        things = tuple(table.fields[name] for name in names)
        if things and all(map(_comes_again, things)):
            yield _Versions(
                entity, table, things, validity, is_named=is_grain, fact=fact, referring=()
            )


def _of_another(
    entity: Entity,
    table: Table,
    key: Key,
    validity: Validity,
    tables: Sequence[Table],
    known: set[tuple[int, str]],
) -> Iterator[_Versions]:
    """Prices by product: what the key has beside the first day names a thing of which there is no
    table, and columns of others that are called alike name it, too."""
    names = [name for name in key.columns if name not in (validity.begin.name, validity.end.name)]
    if len(names) != 1 or validity.begin.name not in key.columns:
        return
    thing = table.fields[names[0]]
    alike = [
        (number, other, field)
        for number, other in enumerate(tables)
        for field in other.fields.values()
        if thing.marker and field.word_stems == thing.word_stems and field.compares_with(thing)
    ]
    if not any((number, field.name) in known for number, _, field in alike):
        referring = tuple((other, field) for _, other, field in alike if other is not table)
        if referring:
            yield _Versions(
                entity, table, (thing,), validity, is_named=True, fact=None, referring=referring
            )


def _named(table: Table, refers: set[str]) -> Field | None:
    """The column that names the things of the table, and comes again."""
    own = _without_history(table)
    return next(
        (
            field
            for field in table.fields.values()
            if field.marker
            and field.name not in refers
            and _comes_again(field)
            and match_table(field, own).score >= NAMED
        ),
        None,
    )


def _without_history(table: Table) -> Table:
    """``customer_history`` holds customers."""
    rest = tuple(word for word in table.words if stem(word) not in VERSIONS)
    return replace(table, words=rest or table.words)


def _comes_again(field: Field) -> bool:
    return field.is_complete and not field.may_be_unique and not field.is_constant


def _referring(
    parent: Table, thing: Field, tables: Sequence[Table], known: set[tuple[int, str]]
) -> Iterator[tuple[Table, Field]]:
    """Columns of other tables that are named after the things, and refer to nothing yet."""
    own = _without_history(parent)
    for number, table in enumerate(tables):
        for field in table.fields.values() if table is not parent else ():
            free = (number, field.name) not in known and field.has_values
            if not (free and field.marker and field.compares_with(thing)):
                continue
            if match_names(table, field, own, thing).score >= REFERS:
                yield table, field


def _inclusion(
    child: Table, columns: Sequence[Field], parent: Table, others: Sequence[Field]
) -> InclusionCheck:
    return InclusionCheck(
        child.source,
        tuple(field.name for field in columns),
        parent.source,
        tuple(field.name for field in others),
        forms=tuple(form_of(one, other) for one, other in zip(columns, others, strict=True)),
    )


# ── What is told ─────────────────────────────────────────────────────────────────────────────


def _finds(share: float | None) -> bool:
    return share is not None and share >= FOUND


def _share(table: Table, field: Field, share: float | None) -> str:
    return f"{table.name}.{field.name} ({share or 0.0:.0%} of its values are there)"


def _evidence(versions: _Versions, things: int, follow: float) -> str:
    begin, end, flag = versions.validity.begin, versions.validity.end, versions.validity.flag
    names = " and ".join(field.name for field in versions.things)
    sure = [f"none of one {names} begin together"]
    sure += [f"{follow:.0%} of those that ended do so as another begins"] if follow else []
    now = f"{flag.name} says so" if flag else f"{end.name} is open or far away"
    return (
        f"Its rows are versions of one {names}, each from {begin.name} to {end.name}: "
        f"{versions.table.all_rows:,} rows are of {things:,}, {' and '.join(sure)}; about "
        f"{versions.newest:,.0f} hold now, as {now}."
    )


def _told(design: Design, versions: _Versions, evidence: str, lost: Sequence[str]) -> Design:
    details, hint = [evidence], _current_rows(versions)
    answers: tuple[Answer, ...] = ()
    if lost:
        details.append(f"Not joined, since each may mean several rows: {', '.join(lost)}.")
    if versions.is_named and versions.fact is None:
        details.append("Each version is a member of its own.")
        hint += _history(design, versions)
    if versions.fact is not None:
        fact = design.star.fact(versions.fact.name)
        summed = [measure.name for measure in fact.measures if is_sum(measure)]
        details.append(
            f"A sum of {' and '.join(summed)} over the rows would count one thing several times, so"
            " that none is taken."
        )
        hint += (
            " Where each row has its own amount, choose sum among the measures on the Design page."
        )
        design = design.with_fact(not_summed(fact, summed))
        things = " and ".join(field.name for field in versions.things)
        counted = f"One {things} counts as often as it has versions, unless one filters by a day."
        answers = sum_answers(fact, summed, counted)
    name = versions.entity.name
    asked = Question(Level.WARNING, name, " ".join(details), hint, table=name, answers=answers)
    return replace(design, questions=(*design.questions, asked))


def _current_rows(versions: _Versions) -> str:
    flag, end = versions.validity.flag, versions.validity.end
    by = flag.name if flag else f"an open {end.name}"
    names = " and ".join(field.name for field in versions.things)
    return f"Take a view of the rows that hold now (by {by}) as the source: there {names} is a key."


def _history(design: Design, versions: _Versions) -> str:
    """A history by the first day is one where versions are added, none is changed later, and nobody
    refers to one of them."""
    entity = versions.entity
    used = any(reference.parent == entity.name for reference in design.references)
    if used or not has_streaming_bronze(entity):
        return ""
    names = " and ".join(field.name for field in versions.things)
    return (
        f" Or, where no row is written again as it ends, give the table the key {names} and the"
        f" change history, ordered by {versions.validity.begin.name}, on the Design page and add"
        " the references: facts then find the version of their day."
    )
