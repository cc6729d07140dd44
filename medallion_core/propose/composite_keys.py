"""Keys of two and more columns: a bridge's pair, a line's order and number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from math import prod

from medallion_core.propose.amounts import looks_like_amount
from medallion_core.propose.checks import Checks, KeyCheck
from medallion_core.propose.fields import Field
from medallion_core.propose.keys import DESCRIPTIVE, PERIODS, Key
from medallion_core.propose.kinds import Kind
from medallion_core.propose.names import LINES, stem
from medallion_core.propose.tables import Table
from medallion_core.propose.vocabulary import ORDINALS

MAX_COLUMNS = 4
MAX_REFERENCES, MAX_OTHERS = 6, 4
"""Columns that are combined."""

MAX_CANDIDATES = 16
"""Composite candidates of one table; they are checked in one statement."""

EXPECTED_REPEATS = 3.0
"""Rows that would repeat a combination by chance; where fewer would, not repeating is no news."""

_ORDINALS = frozenset(map(stem, ORDINALS))


def propose_composite_keys(
    tables: Sequence[Table],
    keys: Sequence[Key],
    references: Sequence[frozenset[str]],
    checks: Checks | None,
) -> list[Key]:
    """Keys of two to four columns for the tables that have none yet.

    ``references`` names, per table, the columns that refer to others. What is proposed was
    verified, one statement per table; without ``checks`` the names have to be plain.
    """
    wanting = [n for n, key in enumerate(keys) if not key.columns and tables[n].row_count]
    ranked = {n: _composites(tables[n], references[n]) for n in wanting}
    asked = [n for n in wanting if ranked[n]]
    answers: list[tuple[bool, ...]]
    if checks is None:
        answers = [
            tuple(_goes_by_name(tables[n], c, references[n]) for c in ranked[n]) for n in asked
        ]
    else:
        answers = checks.unique_keys([KeyCheck(tables[n].source, tuple(ranked[n])) for n in asked])
    result = list(keys)
    for number, unique in zip(asked, answers, strict=True):
        holding = [c for c, holds in zip(ranked[number], unique, strict=True) if holds]
        if holding:
            result[number] = _composite_key(tables[number], keys[number], holding[0], checks)
    return [
        key if key.columns else _first_unique(t, key) for t, key in zip(tables, result, strict=True)
    ]


def _goes_by_name(table: Table, columns: tuple[str, ...], references: frozenset[str]) -> bool:
    """What may be proposed without looking at the rows: a number within something, what a line
    refers to, and the whole of a bridge."""
    if any(_is_ordinal(table.fields[column]) for column in columns):
        return True
    if len(columns) == 2 and set(columns) <= references and not LINES.isdisjoint(table.stems):
        return True
    return set(columns) == references and len(table.fields) - len(columns) <= 1


def _first_unique(table: Table, key: Key) -> Key:
    """Where nothing else serves, the first code or number that is unique does."""
    codes = [f for f in table.fields.values() if f.name in key.unique and _may_identify(f)]
    if not codes:
        return key
    evidence = f"{codes[0].name} is the first column with a value of its own in every row."
    return replace(key, columns=(codes[0].name,), confidence=0.5, evidence=evidence)


def _may_identify(field: Field) -> bool:
    if field.position > 2 or field.family not in ("string", "whole") or looks_like_amount(field):
        return False
    described = not field.marker and not DESCRIPTIVE.isdisjoint(field.word_stems)
    return field.position == 0 or not described


def _composite_key(table: Table, key: Key, columns: tuple[str, ...], checks: Checks | None) -> Key:
    together = " and ".join(columns)
    sure = "" if checks else ", as far as the counts tell"
    evidence = f"{together} together tell all {table.row_count} rows apart{sure}."
    return replace(key, columns=columns, confidence=0.9 if checks else 0.6, evidence=evidence)


def _composites(table: Table, references: frozenset[str]) -> list[tuple[str, ...]]:
    """Combinations that can be unique by their counts, the likeliest first."""
    weights = {f.name: _part_weight(f, f.name in references) for f in table.fields.values()}
    parts = [f for f in table.fields.values() if weights[f.name] > 0 and f.is_complete]
    parts.sort(key=lambda f: (-weights[f.name], f.position))
    parts = [
        *[f for f in parts if f.name in references][:MAX_REFERENCES],
        *[f for f in parts if f.name not in references][:MAX_OTHERS],
    ]
    found = [
        combination
        for size in range(2, MAX_COLUMNS + 1)
        for combination in combinations(sorted(parts, key=lambda f: f.position), size)
        if _tells(combination, table, references)
        and any(f.name in references or f.marker or f.kind.is_time for f in combination)
    ]
    found.sort(key=lambda c: -_combination_weight(c, weights))
    return [tuple(f.name for f in combination) for combination in found[:MAX_CANDIDATES]]


def _tells(fields: tuple[Field, ...], table: Table, references: frozenset[str]) -> bool:
    """Whether uniqueness is possible, and would say anything.

    Three columns and more are easily unique by accident: there must be so few combinations that
    rows without a rule would repeat some. Pairs by name and the whole of a bridge need no more.
    """
    rows = table.row_count
    combinations_there_are = prod(field.distinct for field in fields)
    if combinations_there_are * 1.1 < rows:
        return False
    if {f.name for f in fields} == references and len(table.fields) - len(fields) <= 1:
        return True
    named = (f.name in references or f.marker or f.kind.is_time for f in fields)
    if len(fields) == 2 and all(named):
        return True
    return rows * rows / (2 * combinations_there_are) >= EXPECTED_REPEATS


def _combination_weight(fields: tuple[Field, ...], weights: dict[str, float]) -> float:
    weakest = min(weights[f.name] for f in fields)
    mean = sum(weights[f.name] for f in fields) / len(fields)
    gaps = fields[-1].position - fields[0].position + 1 - len(fields)
    first = 0.15 if fields[0].position == 0 else 0.0
    counted = 0.4 if any(_is_ordinal(f) for f in fields) else 0.0
    return mean + 0.5 * weakest + first + counted - 0.35 * len(fields) - 0.03 * min(gaps, 8)


def _is_ordinal(field: Field) -> bool:
    """Counts the rows within something: few values, named as a number or a position."""
    counts = field.kind is Kind.INTEGER and field.distinct * 20 <= field.row_count
    return counts and field.word_stems[-1] in _ORDINALS


def _part_weight(field: Field, refers: bool) -> float:
    """How well a column serves as a part of a key: 0 not at all, 1 very well."""
    if refers:
        return 1.0
    stems_of = set(field.word_stems)
    if field.kind in (Kind.FLOAT, Kind.DECIMAL, Kind.OTHER, Kind.BOOLEAN):
        return 0.0
    if not field.marker and not stems_of.isdisjoint(DESCRIPTIVE):
        return 0.0
    if _is_ordinal(field):
        return 0.95
    if field.has_strong_marker:
        return 0.85
    if field.kind.is_time:
        return 0.75
    if looks_like_amount(field):
        return 0.0
    if field.marker or not stems_of.isdisjoint(PERIODS):
        return 0.7
    if field.kind is Kind.STRING and (
        field.profile is None or (field.profile.max_length or 0) > 16
    ):
        return 0.0
    return 0.3
