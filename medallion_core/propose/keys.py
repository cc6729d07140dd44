"""Which columns tell the rows of a table apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import prod

from medallion_core.propose.checks import Checks, KeyCheck
from medallion_core.propose.matching import TableIndex, match_names
from medallion_core.propose.names import ORDINALS, stem, stem_vocabulary
from medallion_core.propose.tables import SMALL_CODE_LENGTH, Field, Kind, Table

ACCEPTED = 0.3
"""A single column that looks less like a key than this is left to the composite keys."""

MAX_COLUMNS = 4
MAX_CANDIDATES = 16
"""Composite candidates of one table; they are checked in one statement."""

EXPECTED_REPEATS = 3.0
"""Rows that would repeat a combination by chance; where fewer would, not repeating is no news."""

_ORDINALS = frozenset(map(stem, ORDINALS))
_DESCRIPTIVE = stem_vocabulary(
    "name title description desc label comment text note notes url link path email phone fax "
    "address photo image picture password hash token street content body subject message"
)
_AMOUNTS = stem_vocabulary(
    "amount price cost total qty quantity count rate ratio value weight height width length size "
    "balance score points percent discount tax salary income revenue sales units duration "
    "milliseconds seconds minutes hours bytes age lat lon lng latitude longitude distance speed "
    "population area budget stock"
)

_PERIODS = stem_vocabulary("year month date period day week quarter")


@dataclass(frozen=True, slots=True)
class Key:
    """``columns`` are source names; ``unique`` are all single columns known to be unique."""

    columns: tuple[str, ...] = ()
    confidence: float = 0.0
    evidence: str = ""
    declared: bool = False
    unique: tuple[str, ...] = ()


NO_KEY = Key(evidence="No column or combination of columns tells the rows apart.")


def propose_single_keys(
    tables: Sequence[Table], index: TableIndex, checks: Checks | None
) -> list[Key]:
    """Declared keys and keys of one column; a table without one gets ``NO_KEY``.

    Columns whose distinct count is only approximate are verified, one statement per table.
    """
    candidates = [[f for f in table.fields.values() if f.may_be_unique] for table in tables]
    verified = _verify_singles(tables, candidates, checks)
    return [
        _single_key(table, tables, index, unique)
        for table, unique in zip(tables, verified, strict=True)
    ]


def _verify_singles(
    tables: Sequence[Table], candidates: Sequence[Sequence[Field]], checks: Checks | None
) -> list[list[Field]]:
    asked = [
        (number, [f for f in fields if f.profile and not f.profile.distinct_is_exact])
        for number, fields in enumerate(candidates)
    ]
    asked = [(number, fields) for number, fields in asked if fields]
    if checks is None or not asked:
        return [list(fields) for fields in candidates]
    questions = [
        KeyCheck(tables[number].source, tuple((field.name,) for field in fields))
        for number, fields in asked
    ]
    refuted = {
        (number, field.name)
        for (number, fields), answers in zip(asked, checks.unique_keys(questions), strict=True)
        for field, unique in zip(fields, answers, strict=True)
        if not unique
    }
    return [
        [field for field in fields if (number, field.name) not in refuted]
        for number, fields in enumerate(candidates)
    ]


def _single_key(
    table: Table, tables: Sequence[Table], index: TableIndex, unique: Sequence[Field]
) -> Key:
    names = tuple(field.name for field in unique)
    if table.source.primary_key:
        declared = table.source.primary_key
        single = names if len(declared) > 1 else tuple(dict.fromkeys((*declared, *names)))
        return Key(declared, 1.0, "Declared as the primary key.", True, single)
    if not table.row_count:
        return _key_by_name(table, tables, index)
    foreign = {
        field.name for field in table.fields.values() if names_other(field, table, tables, index)
    }
    if _is_pairing(table, foreign):
        return replace(NO_KEY, unique=names)
    scored = [(_likeness(field, table, field.name in foreign), field) for field in unique]
    score, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    if best is None or score < ACCEPTED:
        return replace(NO_KEY, unique=names)
    evidence = f"Every one of {table.row_count} rows has its own value of {best.name}."
    return Key((best.name,), round(min(0.99, score), 2), evidence, False, names)


def _key_by_name(table: Table, tables: Sequence[Table], index: TableIndex) -> Key:
    """For empty or unprofiled tables: the first column named as a key, or the pair of a bridge."""
    fields = list(table.fields.values())
    foreign = {field.name for field in fields if names_other(field, table, tables, index)}
    if _is_pairing(table, foreign):
        columns = tuple(field.name for field in fields if field.name in foreign)
        return Key(columns, 0.5, "By name alone: the table pairs the rows of others.")
    named = [f for f in fields if f.has_strong_marker and f.position == 0]
    if not named:
        return NO_KEY
    return Key(
        (named[0].name,),
        0.6,
        "By name alone: there are no rows to look at.",
        False,
        (named[0].name,),
    )


def names_other(field: Field, table: Table, tables: Sequence[Table], index: TableIndex) -> bool:
    """Whether the column is named after another table rather than after its own."""
    if not field.marker or not field.subject or field.subject_stems == table.stems:
        return False
    for number in index.named_by(field):
        other = tables[number]
        if other is table:
            continue
        key = next(iter(other.fields.values()), None)
        if key is not None and match_names(table, field, other, key).score >= 0.75:
            return True
    return False


def _is_pairing(table: Table, foreign: set[str]) -> bool:
    """Two or more columns named after other tables, and next to nothing else."""
    return len(foreign) >= 2 and len(table.fields) - len(foreign) <= 1


def _likeness(field: Field, table: Table, names_another: bool) -> float:
    """How much a unique column looks like an identifier: 0 to 1."""
    score = _marker_score(field, table)
    if names_another:
        score -= 0.35
    if field.position == 0:
        score += 0.25
    elif field.position > 3:
        score -= 0.1
    return max(0.0, score + _shape_score(field))


def _marker_score(field: Field, table: Table) -> float:
    own = (
        not field.subject
        or field.subject_stems == table.stems
        or (field.subject_stems[-1:] == table.stems[-1:])
    )
    if field.has_strong_marker:
        return 0.75 if own else 0.6
    if field.marker:
        return 0.5 if own else 0.4
    return 0.35 if field.subject_stems == table.stems else 0.25


def _shape_score(field: Field) -> float:
    stems_of = set(field.word_stems)
    if not field.marker and not _DESCRIPTIVE.isdisjoint(stems_of):
        return -0.3
    if not field.has_strong_marker and not _AMOUNTS.isdisjoint(stems_of):
        return -0.6
    match field.kind:
        case Kind.INTEGER:
            return 0.05
        case Kind.STRING:
            longest = (field.profile.max_length if field.profile else None) or 0
            return 0.0 if longest <= SMALL_CODE_LENGTH or field.has_strong_marker else -0.3
        case Kind.DATE:
            return -0.1
        case Kind.TIMESTAMP:
            return -0.2
    return -0.7


def propose_composite_keys(
    tables: Sequence[Table],
    keys: Sequence[Key],
    references: Sequence[frozenset[str]],
    checks: Checks | None,
) -> list[Key]:
    """Keys of two to four columns for the tables that have none yet.

    ``references`` names, per table, the columns that refer to others. What is proposed was
    verified, one statement per table; without ``checks`` it is what the counts allow.
    """
    wanting = [n for n, key in enumerate(keys) if not key.columns and tables[n].row_count]
    ranked = {n: _composites(tables[n], references[n]) for n in wanting}
    asked = [n for n in wanting if ranked[n]]
    answers: list[tuple[bool, ...]]
    if checks is None:
        answers = [tuple(True for _ in ranked[n]) for n in asked]
    else:
        answers = checks.unique_keys([KeyCheck(tables[n].source, tuple(ranked[n])) for n in asked])
    result = list(keys)
    for number, unique in zip(asked, answers, strict=True):
        holding = [c for c, holds in zip(ranked[number], unique, strict=True) if holds]
        if holding:
            result[number] = _composite_key(tables[number], keys[number], holding[0], checks)
    return result


def _composite_key(table: Table, key: Key, columns: tuple[str, ...], checks: Checks | None) -> Key:
    together = " and ".join(columns)
    sure = "" if checks else ", as far as the counts tell"
    evidence = f"{together} together tell all {table.row_count} rows apart{sure}."
    return replace(key, columns=columns, confidence=0.9 if checks else 0.6, evidence=evidence)


def _composites(table: Table, references: frozenset[str]) -> list[tuple[str, ...]]:
    """Combinations that can be unique by their counts, the likeliest first."""
    weights = {f.name: _part_weight(f, f.name in references) for f in table.fields.values()}
    parts = [f for f in table.fields.values() if weights[f.name] > 0 and f.is_complete]
    parts = sorted(parts, key=lambda f: (-weights[f.name], f.position))[:8]
    found = [
        combination
        for size in range(2, MAX_COLUMNS + 1)
        for combination in combinations(sorted(parts, key=lambda f: f.position), size)
        if _tells(combination, table.row_count)
        or (
            _is_all(combination, table, references)
            and any(f.name in references or f.marker or f.kind.is_time for f in combination)
        )
    ]
    found.sort(key=lambda c: -_combination_weight(c, weights))
    return [tuple(f.name for f in combination) for combination in found[:MAX_CANDIDATES]]


def _is_all(fields: tuple[Field, ...], table: Table, references: frozenset[str]) -> bool:
    """Whether the table consists of these references and next to nothing else."""
    return {f.name for f in fields} == references and len(table.fields) - len(fields) <= 1


def _tells(fields: tuple[Field, ...], rows: int) -> bool:
    """Whether uniqueness would say anything: enough combinations for all rows, and so few that
    rows without a rule would be expected to repeat some of them."""
    combinations_there_are = prod(field.distinct for field in fields)
    expected_repeats = rows * rows / (2 * combinations_there_are)
    return combinations_there_are * 1.1 >= rows and expected_repeats >= EXPECTED_REPEATS


def _combination_weight(fields: tuple[Field, ...], weights: dict[str, float]) -> float:
    weakest = min(weights[f.name] for f in fields)
    mean = sum(weights[f.name] for f in fields) / len(fields)
    gaps = fields[-1].position - fields[0].position + 1 - len(fields)
    first = 0.15 if fields[0].position == 0 else 0.0
    return mean + 0.5 * weakest + first - 0.35 * len(fields) - 0.03 * min(gaps, 8)


def _part_weight(field: Field, refers: bool) -> float:
    """How well a column serves as a part of a key: 0 not at all, 1 very well."""
    if refers:
        return 1.0
    stems_of = set(field.word_stems)
    if field.kind in (Kind.FLOAT, Kind.DECIMAL, Kind.OTHER, Kind.BOOLEAN):
        return 0.0
    if not field.marker and not stems_of.isdisjoint(_DESCRIPTIVE):
        return 0.0
    if field.word_stems[-1] in _ORDINALS and field.kind is Kind.INTEGER:
        return 0.95
    if field.has_strong_marker:
        return 0.85
    if field.kind.is_time:
        return 0.75
    if not stems_of.isdisjoint(_AMOUNTS):
        return 0.0
    if field.marker or not stems_of.isdisjoint(_PERIODS):
        return 0.7
    if field.kind is Kind.STRING and (
        field.profile is None or (field.profile.max_length or 0) > 16
    ):
        return 0.0
    return 0.3


def looks_like_amount(field: Field) -> bool:
    """Whether a column is named as a quantity, and not as an identifier."""
    return not field.has_strong_marker and not _AMOUNTS.isdisjoint(field.word_stems)
