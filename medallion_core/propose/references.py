"""Candidates for references, each with a local score; ``graph`` chooses among them.

A score is the logistic of a sum of points, so that each piece of evidence can be read by itself:
names, types and ranges first, then the inclusion of values for the candidates that deserve it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import exp

from medallion_core.propose.checks import Checks, InclusionCheck
from medallion_core.propose.keys import Key, looks_like_amount
from medallion_core.propose.matching import NameMatch, TableIndex, match_names
from medallion_core.propose.tables import Field, Table

NEIGHBOURS = 6
"""Parents with a similar number of values that a column is compared with where names are silent."""

WORTH_CHECKING = -3.5
"""Points below which the values of a candidate are not looked at."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """``child`` and ``parent`` are positions of tables; columns are source names."""

    child: int
    columns: tuple[str, ...]
    parent: int
    parent_columns: tuple[str, ...]
    name: NameMatch
    points: float
    to_key: bool = True
    inclusion: float | None = None
    declared: bool = False
    evidence: tuple[str, ...] = ()

    @property
    def confidence(self) -> float:
        """Ratio 0 to 1."""
        return 1.0 if self.declared else round(1 / (1 + exp(-self.points)), 3)


def declared_references(tables: Sequence[Table]) -> list[Candidate]:
    """Foreign keys of the catalog whose parents are among the sources; they win."""
    numbers = {str(getattr(t.source.location, "table", "")): n for n, t in enumerate(tables)}
    return [
        Candidate(
            number,
            key.columns,
            numbers[str(key.parent)],
            key.parent_columns,
            NameMatch(1.0),
            9.0,
            declared=True,
            evidence=("declared as a foreign key",),
        )
        for number, table in enumerate(tables)
        for key in table.source.foreign_keys
        if str(key.parent) in numbers
    ]


def propose_references(
    tables: Sequence[Table], keys: Sequence[Key], index: TableIndex, checks: Checks | None
) -> list[Candidate]:
    """References of one column, scored; among them several for the same column."""
    parents = _parents(tables, keys)
    candidates = [
        candidate
        for child, table in enumerate(tables)
        for field in table.fields.values()
        if _may_refer(field)
        for candidate in _candidates(child, table, field, tables, keys, parents, index)
    ]
    candidates += _same_names(candidates, tables)
    worthy = [candidate for candidate in candidates if candidate.points >= WORTH_CHECKING]
    return measure_inclusion(worthy, tables, checks)


def _may_refer(field: Field) -> bool:
    return bool(field.family) and (field.has_values or not field.row_count)


# ── Where a column may point ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Parent:
    table: int
    field: Field
    is_key: bool


class _Parents:
    """All columns that can be referred to, by table and by size."""

    def __init__(self, parents: Iterable[_Parent]) -> None:
        self.by_table: dict[int, list[_Parent]] = defaultdict(list)
        self._by_family: dict[str, list[_Parent]] = defaultdict(list)
        for parent in parents:
            self.by_table[parent.table].append(parent)
            if parent.is_key and parent.field.has_values:
                self._by_family[parent.field.family].append(parent)
        for members in self._by_family.values():
            members.sort(key=lambda parent: parent.field.distinct)
        self._sizes = {
            family: [parent.field.distinct for parent in members]
            for family, members in self._by_family.items()
        }

    def about_as_large(self, field: Field) -> list[_Parent]:
        """Keys with as many values as the column or somewhat more, whose range holds its own."""
        members = self._by_family.get(field.family, [])
        first = bisect_left(self._sizes.get(field.family, []), field.distinct * 0.95)
        window = members[first : first + 4 * NEIGHBOURS]
        return [parent for parent in window if _outside(field, parent.field) < 0.05][:NEIGHBOURS]


def _parents(tables: Sequence[Table], keys: Sequence[Key]) -> _Parents:
    return _Parents(
        _Parent(number, tables[number].fields[name], (name,) == key.columns)
        for number, key in enumerate(keys)
        for name in dict.fromkeys((*(key.columns if len(key.columns) == 1 else ()), *key.unique))
        if name in tables[number].fields
    )


def _candidates(
    child: int,
    table: Table,
    field: Field,
    tables: Sequence[Table],
    keys: Sequence[Key],
    parents: _Parents,
    index: TableIndex,
) -> list[Candidate]:
    numbers = {*index.named_by(field), child}
    found = {
        (parent.table, parent.field.name): parent
        for number in numbers
        for parent in parents.by_table.get(number, ())
    }
    for parent in parents.about_as_large(field):
        found.setdefault((parent.table, parent.field.name), parent)
    own_key = keys[child].columns == (field.name,)
    return [
        _score(child, table, field, parent, tables[parent.table], own_key)
        for parent in found.values()
        if parent.field is not field and parent.field.family == field.family
    ]


# ── Local score ──────────────────────────────────────────────────────────────────────────────


def _score(
    child: int, table: Table, field: Field, parent: _Parent, parent_table: Table, own_key: bool
) -> Candidate:
    name = match_names(table, field, parent_table, parent.field)
    points = -4.0 + 6.0 * name.score
    points += _range_points(field, parent.field)
    points += _fit_points(field, parent.field, name.score)
    points += _shape_points(field, parent, own_key, name.score)
    return Candidate(
        child,
        (field.name,),
        parent.table,
        (parent.field.name,),
        name,
        points,
        to_key=parent.is_key,
        evidence=(f"{field.name} {name.sentence}",) if name.sentence else (),
    )


def _range_points(field: Field, key: Field) -> float:
    """Values outside the parent's range have no parent, so a range that differs says no."""
    if not field.has_values or not key.has_values:
        return 0.0
    outside = _outside(field, key)
    if outside == 0:
        return 0.7
    return -1.0 if outside < 0.1 else -6.0 * min(1.0, outside + 0.3)


def _outside(field: Field, key: Field) -> float:
    """The share of the column's range that lies outside the key's, 0 where none does."""
    mine, theirs = field.bounds, key.bounds
    if mine is None or theirs is None:
        return 0.0
    low, high = mine
    least, most = theirs
    if isinstance(low, str):
        return 0.0 if low >= least and high <= most else 0.05  # type: ignore[operator]
    return _overhang(_number(low), _number(high), _number(least), _number(most))


def _overhang(low: float, high: float, least: float, most: float) -> float:
    over = max(0.0, least - low) + max(0.0, high - most)
    width = max(high - low, 1e-9)
    return min(1.0, over / width) if over > 0 else 0.0


def _number(value: object) -> float:
    timestamp = getattr(value, "timestamp", None)
    return float(timestamp()) if timestamp else float(value)  # type: ignore[arg-type]


def _fit_points(field: Field, key: Field, name: float) -> float:
    """How much of the parent is used. It decides where names are silent."""
    if not field.has_values or not key.distinct:
        return 0.0
    used = field.distinct / key.distinct
    if used > 1.1:
        return -2.5 * min(2.0, used - 1.0)
    silent = 1.0 - name
    if field.distinct <= 2:
        return -1.5 * silent
    return silent * (2.5 * min(1.0, used) - 1.0)


def _shape_points(field: Field, parent: _Parent, own_key: bool, name: float) -> float:
    points = 0.0
    if own_key:
        points -= 4.5 - 2.0 * name
    elif field.may_be_unique and field.distinct > 20:
        points -= 1.0
    if field.has_strong_marker:
        points += 0.5
    elif looks_like_amount(field):
        points -= 3.0
    if not parent.is_key:
        points -= 2.0 if name == 1.0 else 3.5
    if field.kind is not parent.field.kind:
        points -= 0.5
    return points


# ── The same name points to the same table ───────────────────────────────────────────────────


def _same_names(candidates: Sequence[Candidate], tables: Sequence[Table]) -> list[Candidate]:
    """``supervisor_id`` points to employees everywhere once it does so in one table."""
    known: dict[tuple[str, ...], tuple[int, str]] = {}
    for candidate in sorted(candidates, key=lambda c: c.points):
        if candidate.points > 1.0 and candidate.to_key:
            field = tables[candidate.child].fields[candidate.columns[0]]
            if field.marker and field.subject:
                known[field.word_stems] = (candidate.parent, candidate.parent_columns[0])
    taken = {(c.child, c.columns, c.parent): c for c in candidates}
    return [
        candidate
        for number, table in enumerate(tables)
        for field in table.fields.values()
        if field.word_stems in known and _may_refer(field)
        for candidate in _propagated(number, field, tables, *known[field.word_stems])
        if _is_better(candidate, taken.get((number, (field.name,), candidate.parent)))
    ]


def _is_better(candidate: Candidate, other: Candidate | None) -> bool:
    return other is None or other.name.score < candidate.name.score


def _propagated(
    child: int, field: Field, tables: Sequence[Table], parent: int, key: str
) -> list[Candidate]:
    target = tables[parent].fields[key]
    if target.family != field.family or target is field:
        return []
    name = NameMatch(0.75, "points there in another table too")
    points = (
        -4.0 + 6.0 * name.score + _range_points(field, target) + _fit_points(field, target, 1.0)
    )
    evidence = (f"{field.name} {name.sentence}",)
    return [Candidate(child, (field.name,), parent, (key,), name, points, evidence=evidence)]


# ── Inclusion of values ──────────────────────────────────────────────────────────────────────


def measure_inclusion(
    candidates: Sequence[Candidate], tables: Sequence[Table], checks: Checks | None
) -> list[Candidate]:
    """The candidates with the share of their values that have a parent, and points for it."""
    if checks is None:
        return list(candidates)
    asked = [c for c in candidates if tables[c.child].row_count and tables[c.parent].row_count]
    questions = [
        InclusionCheck(tables[c.child].source, c.columns, tables[c.parent].source, c.parent_columns)
        for c in asked
    ]
    ratios = checks.inclusion_ratios(questions) if questions else []
    measured = dict(zip(map(id, asked), ratios, strict=True))
    return [_with_inclusion(c, measured.get(id(c))) for c in candidates]


def _with_inclusion(candidate: Candidate, ratio: float | None) -> Candidate:
    if ratio is None:
        return candidate
    sentence = f"{ratio:.1%} of its values are found there"
    return replace(
        candidate,
        inclusion=ratio,
        points=candidate.points + _inclusion_points(ratio, candidate.name.score),
        evidence=(*candidate.evidence, sentence),
    )


def _inclusion_points(ratio: float, name: float) -> float:
    """Full inclusion is good evidence, none is the end of it; between them names decide."""
    if ratio >= 0.999:
        return 2.0
    if ratio >= 0.9:
        return 0.8 if name >= 0.5 else -0.7
    if ratio >= 0.5:
        return -0.5 if name >= 0.7 else -3.0
    return -7.0
