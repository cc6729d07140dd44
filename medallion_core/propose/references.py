"""Candidates for references of one column; ``graph`` chooses among them.

Names, types and ranges come first; values are compared for the candidates that deserve it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from medallion_core.propose.amounts import looks_like_amount
from medallion_core.propose.candidates import Candidate, candidate_of, is_worth_checking
from medallion_core.propose.fields import Field
from medallion_core.propose.keys import Key
from medallion_core.propose.kinds import Kind
from medallion_core.propose.matching import NO_MATCH, NameMatch, TableIndex, match_names
from medallion_core.propose.measures import says_quantity
from medallion_core.propose.names import abbreviates
from medallion_core.propose.polymorphic import says_table
from medallion_core.propose.scores import Pair, range_outside, table_fit
from medallion_core.propose.surprise import surprise
from medallion_core.propose.tables import Table

NEIGHBOURS = 6
"""Parents with a similar number of values that a column is compared with where names are silent."""

CLEAR = 0.85
"""Score of a name from which no other parent is looked for."""

MAX_KEY_LENGTH = 64
"""Characters; longer text is no key."""

NAMED = 0.7
"""Score from which a column counts as named after what it refers to."""

WEAK = 0.5
"""Score from which a name says something."""

ALIKE = 0.9
"""Share of the range of a column that refers to a table from which another is one of its kind."""

SURPRISING = 3.0
"""Points for what is in a key and was hardly to be found there by chance."""

GAPS = 0.8
"""Share of the numbers in its range that a key has at most, for those of another column to be found
in it by more than their range: what is counted from the same number on, as orders and invoices may
be, is in a key without gaps."""


def propose_references(
    tables: Sequence[Table], keys: Sequence[Key], index: TableIndex
) -> list[Candidate]:
    """References of one column, scored by the profiles, that are worth comparing values for;
    among them several for the same column."""
    pairs = list(_pairs(tables, keys, index))
    speak = _names_speak(pairs, len(tables))
    for _, _, pair in pairs:
        pair.names_speak = speak
    candidates = [candidate_of(c, p, pair) for c, p, pair in pairs if is_worth_checking(pair)]
    found = [
        *candidates,
        *_same_names(candidates, tables, keys),
        *_twins(candidates, tables, keys),
    ]
    return [c for c in found if not says_table(tables[c.child], c.columns[0], tables)]


def _names_speak(pairs: Sequence[tuple[int, int, Pair]], count: int) -> float:
    """The share of the tables that take part in a reference which shows in a name."""
    named = {
        number
        for child, parent, pair in pairs
        if pair.name.score >= NAMED and child != parent
        for number in (child, parent)
    }
    return len(named) / max(1, count)


# ── Where a column may point ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Parent:
    """A column that can be referred to; ``key`` are those of its table's key."""

    table: int
    field: Field
    key: tuple[Field, ...]

    @property
    def is_key(self) -> bool:
        """Also the first text that never repeats where nothing else is a key: a table of things
        that go by their names."""
        named = not self.key and self.field.family == "string" and self.field.position == 0
        return named or self.key == (self.field,)

    def key_differs(self, field: Field) -> bool:
        return not any(part.compares_with(field) for part in self.key)


class _Parents:
    """All columns that can be referred to, by table and by size."""

    def __init__(self, parents: Iterable[_Parent]) -> None:
        self.by_table: dict[int, list[_Parent]] = defaultdict(list)
        self._by_family: dict[str, list[_Parent]] = defaultdict(list)
        found = list(parents)
        for parent in found:
            self.by_table[parent.table].append(parent)
            if parent.is_key and parent.field.has_values:
                self._by_family[parent.field.family].append(parent)
        for members in self._by_family.values():
            members.sort(key=lambda parent: parent.field.all_distinct)
        self._sizes = {
            family: [parent.field.all_distinct for parent in members]
            for family, members in self._by_family.items()
        }

    def about_as_large(self, field: Field) -> list[_Parent]:
        """Keys with as many values as the column or somewhat more, whose range holds its own."""
        members = self._by_family.get(field.family, [])
        first = bisect_left(self._sizes.get(field.family, []), field.distinct * 0.95)
        window = members[first : first + 2 * NEIGHBOURS]
        fitting = (parent for parent in window if range_outside(field, parent.field) < 0.1)
        return list(islice(fitting, NEIGHBOURS))


def _parents(tables: Sequence[Table], keys: Sequence[Key]) -> _Parents:
    return _Parents(
        _Parent(number, tables[number].fields[name], _fields(tables[number], key))
        for number, key in enumerate(keys)
        for name in dict.fromkeys((*(key.columns if len(key.columns) == 1 else ()), *key.unique))
        if name in tables[number].fields
    )


def _fields(table: Table, key: Key) -> tuple[Field, ...]:
    return tuple(table.fields[name] for name in key.columns)


def _pairs(
    tables: Sequence[Table], keys: Sequence[Key], index: TableIndex
) -> Iterator[tuple[int, int, Pair]]:
    parents = _parents(tables, keys)
    for child, table in enumerate(tables):
        for field in table.fields.values():
            if _may_refer(field):
                own_key = keys[child].columns == (field.name,)
                named = [p for n in {*index.named_by(field), child} for p in parents.by_table[n]]
                found = list(_matched(child, table, field, named, tables, own_key))
                if not any(pair.name.score >= CLEAR for _, _, pair in found) and not own_key:
                    similar = [p for p in parents.about_as_large(field) if p not in named]
                    found += _matched(child, table, field, similar, tables, own_key)
                if index.has(field.subject_stems):
                    found = [_unless_shortened(pair) for pair in found]
                yield from found


def _unless_shortened(found: tuple[int, int, Pair]) -> tuple[int, int, Pair]:
    """What has the name of one table is no short form of another's."""
    pair = found[-1]
    if pair.name.is_short_form:
        pair.name = NO_MATCH
    return found


def _may_refer(field: Field) -> bool:
    """Empty columns of tables with rows refer to nothing, nor do amounts, nor does prose; days and
    times refer to calendars at most, unless they are named as keys."""
    if field.family == "time" and not field.has_strong_marker:
        return False
    if not field.family or looks_like_amount(field) or (field.row_count and not field.has_values):
        return False
    longest = (field.profile.max_length if field.profile else None) or 0
    return longest <= MAX_KEY_LENGTH


def _matched(
    child: int,
    table: Table,
    field: Field,
    parents: Iterable[_Parent],
    tables: Sequence[Table],
    own_key: bool,
) -> Iterator[tuple[int, int, Pair]]:
    own_name = field.subject_stems == table.stems or (own_key and _shortens(field, table))
    counts = not field.subject or _is_short_for(field.subject_stems[-1], table.stems[-1])
    for parent in parents:
        if parent.field is not field and field.compares_with(parent.field):
            name = match_names(table, field, tables[parent.table], parent.field)
            fit = table_fit(table, tables[parent.table], parent.field)
            fit += 0.0 if name.score else _says_much(tables[parent.table])
            yield (
                child,
                parent.table,
                Pair(
                    field,
                    parent.field,
                    name,
                    is_own_key=own_key,
                    is_own_name=own_name,
                    counts_itself=counts,
                    to_key=parent.is_key,
                    key_differs=parent.key_differs(field),
                    to_self=parent.table == child,
                    fit=fit,
                ),
            )


def _shortens(field: Field, table: Table) -> bool:
    subject = field.subject_stems
    begins = table.stems[: len(subject)] == subject
    return not begins and abbreviates("".join(subject), "".join(table.stems))


def _says_much(table: Table) -> float:
    """Points for a table that describes what it holds, where names are silent: of two with the
    same numbers it is the one that others refer to."""
    return 0.002 * min(10, sum(field.kind is Kind.STRING for field in table.fields.values()))


def _is_short_for(word: str, full: str) -> bool:
    return word == full or abbreviates(word, full)


# ── The same name points to the same table ───────────────────────────────────────────────────


def _same_names(
    candidates: Sequence[Candidate], tables: Sequence[Table], keys: Sequence[Key]
) -> list[Candidate]:
    """``supervisor_id`` points to employees everywhere once it does so in one table, but where it
    is the key."""
    known: dict[tuple[str, ...], Candidate] = {}
    for candidate in sorted(candidates, key=lambda c: c.points):
        pair = candidate.pair
        telling = pair and (pair.field.marker or len(pair.field.words) > 1)
        if candidate.points > 1.0 and candidate.to_key and pair and telling:
            known[pair.field.word_stems] = candidate
    best = {(c.child, c.columns, c.parent): c.name.score for c in candidates}
    return [
        candidate_of(number, model.parent, pair)
        for number, table in enumerate(tables)
        for field in table.fields.values()
        if keys[number].columns != (field.name,)
        and (model := known.get(field.word_stems))
        and (pair := _likewise(field, model))
        and best.get((number, (field.name,), model.parent), 0.0) < pair.name.score
    ]


def _likewise(field: Field, model: Candidate) -> Pair | None:
    pair = model.pair
    usable = pair and field.compares_with(pair.key) and field.has_values and field.subject
    if not usable or pair is None or field in (pair.key, pair.field):
        return None
    return Pair(field, pair.key, NameMatch(0.75, "points there in another table too"))


# ── The same numbers beside each other point to the same table ───────────────────────────────


def _twins(
    candidates: Sequence[Candidate], tables: Sequence[Table], keys: Sequence[Key]
) -> Iterator[Candidate]:
    """The ship-to beside the sold-to: numbers of no telling name in the range of those that refer
    to a table, and that hardly another table has."""
    taken = {(c.child, c.columns) for c in candidates if c.name.score >= WEAK}
    taken |= {(number, key.columns) for number, key in enumerate(keys)}
    for model in candidates:
        pair = model.pair
        if pair is None or not model.to_key or model.points <= 1.0 or pair.to_self:
            continue
        for field in tables[model.child].fields.values():
            if (model.child, (field.name,)) not in taken and _is_twin(field, pair):
                name = NameMatch(0.3, f"holds such numbers as {pair.field.name} does")
                yield candidate_of(model.child, model.parent, Pair(field, pair.key, name))


def _is_twin(field: Field, pair: Pair) -> bool:
    other, key = pair.field, pair.key
    wholes = {field.family, other.family} == {"whole"}
    if not wholes or not _may_refer(field) or says_quantity(field.words):
        return False
    if field.span is None or other.span is None or not _has_gaps(key):
        return False
    shared = min(field.span[1], other.span[1]) - max(field.span[0], other.span[0])
    widest = max(field.span[1], other.span[1]) - min(field.span[0], other.span[0])
    alike = shared >= ALIKE * widest and 2 * field.distinct >= other.distinct
    return alike and not range_outside(field, key) and surprise(field, key) >= SURPRISING


def _has_gaps(key: Field) -> bool:
    if key.span is None:
        return False
    return key.all_distinct <= GAPS * (key.span[1] - key.span[0] + 1)
