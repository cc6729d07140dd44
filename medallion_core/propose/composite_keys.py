"""Keys of two and more columns: a bridge's pair, a line's order and number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from medallion_core.propose.amounts import looks_like_amount
from medallion_core.propose.audit import is_audit
from medallion_core.propose.checks import Checks
from medallion_core.propose.fields import Field
from medallion_core.propose.key_candidates import KeyCandidate, is_whole_bridge, key_candidates
from medallion_core.propose.key_parts import expected_repeats, is_ordinal
from medallion_core.propose.keys import FEWEST_ROWS, NOTHING, Key, Support, key_check
from medallion_core.propose.likeness import DESCRIPTIVE
from medallion_core.propose.names import LINES
from medallion_core.propose.tables import Table


def propose_composite_keys(
    tables: Sequence[Table],
    keys: Sequence[Key],
    references: Sequence[frozenset[str]],
    checks: Checks | None,
) -> list[Key]:
    """Keys of two to four columns for the tables that have none yet, or one that nothing but
    chance supports.

    ``references`` names, per table, the columns that refer to others. What is proposed was
    verified, one statement per table; without ``checks`` the names have to be plain.
    """
    wanting = [n for n, key in enumerate(keys) if not key.merges and _has_rows(tables[n])]
    ranked = {n: key_candidates(tables[n], keys[n], references[n]) for n in wanting}
    asked = [n for n in wanting if ranked[n]]
    if checks is None:
        answers = [
            tuple(_goes_by_name(tables[n], c, references[n]) for c in ranked[n]) for n in asked
        ]
    else:
        answers = checks.unique_keys(
            [key_check(tables[n], (c.columns for c in ranked[n])) for n in asked]
        )
    unique = dict(zip(asked, answers, strict=True))
    result = list(keys)
    for n, tried in ranked.items():
        holding = [c for c, holds in zip(tried, unique.get(n, ()), strict=True) if holds]
        found = _chosen(tables[n], keys[n], holding, references[n], checks)
        result[n] = found or replace(keys[n], columns=(), evidence=_nothing_found(tried))
    return result


def _has_rows(table: Table) -> bool:
    return table.row_count >= FEWEST_ROWS


def _goes_by_name(table: Table, candidate: KeyCandidate, references: frozenset[str]) -> bool:
    """What may be proposed without looking at the rows: a number within something, what a line
    refers to, and the whole of a bridge."""
    columns = set(candidate.columns)
    if any(map(is_ordinal, candidate.fields)):
        return True
    if len(columns) == 2 and columns <= references and not LINES.isdisjoint(table.stems):
        return True
    return is_whole_bridge(table, candidate.fields, references)


def _chosen(
    table: Table,
    key: Key,
    holding: Sequence[KeyCandidate],
    references: frozenset[str],
    checks: Checks | None,
) -> Key | None:
    """What something supports; else the first column that is unique; else what chance may have
    made."""
    supported = [candidate for candidate in holding if candidate.support is not Support.CHANCE]
    if supported:
        found = _dated(supported[0], holding)
        return _composite_key(table, key, _widened(table, found, references), checks)
    single = _first_unique(table, key)
    if single or not holding:
        return single
    return _composite_key(table, key, holding[0], checks)


def _dated(candidate: KeyCandidate, holding: Sequence[KeyCandidate]) -> KeyCandidate:
    """The thing with a date of its own where that tells the rows apart, too, rather than with when
    they were last touched: what comes again for other dates is no version of one row."""
    touched = {field.name for field in candidate.fields if is_audit(field.words)}
    if candidate.support is not Support.STRUCTURE or not touched:
        return candidate
    things = set(candidate.columns) - touched
    for other in holding:
        rest = [field for field in other.fields if field.name not in things]
        dated = len(rest) == 1 and rest[0].kind.is_time and not is_audit(rest[0].words)
        if dated and things < set(other.columns):
            return other
    return candidate


def _widened(table: Table, candidate: KeyCandidate, references: frozenset[str]) -> KeyCandidate:
    """A version is of all that the columns before it refer to: a superset of a key is a key."""
    since = candidate.fields[-1]
    if candidate.support is not Support.STRUCTURE or not since.kind.is_time:
        return candidate
    before = [
        f
        for f in table.fields.values()
        if f.name in references and f.position < since.position and f.is_complete
    ]
    fields = dict.fromkeys((*before, *candidate.fields))
    return replace(candidate, fields=tuple(sorted(fields, key=lambda f: f.position)))


def _nothing_found(tried: Sequence[KeyCandidate]) -> str:
    listed = "; ".join(" with ".join(candidate.columns) for candidate in tried[:3])
    return f"{NOTHING} {f'Tried: {listed}.' if tried else ''}".strip()


def _composite_key(table: Table, key: Key, candidate: KeyCandidate, checks: Checks | None) -> Key:
    together = " and ".join(candidate.columns)
    rows = table.rows_in_words
    sure = "" if checks else ", as far as the counts tell"
    evidence = f"{together} together tell all {rows} apart{sure}."
    confidence = 0.9 if checks else 0.6
    repeats = expected_repeats(candidate.fields)
    if candidate.support is Support.IMPROBABLE:
        evidence += f" By chance, {repeats:,.0f} pairs of rows would share them."
    if candidate.support is Support.CHANCE:
        evidence += f" By chance, {_so_few(repeats)} would share them."
        confidence = 0.5
    return replace(
        key,
        columns=candidate.columns,
        confidence=confidence,
        evidence=evidence,
        support=candidate.support,
    )


def _so_few(repeats: float) -> str:
    """
    >>> _so_few(0.31), _so_few(0.001)
    ('no more than 0.3 pairs of rows', 'hardly a pair of rows')
    """
    few = f"{repeats:.1f}"
    return "hardly a pair of rows" if few == "0.0" else f"no more than {few} pairs of rows"


def _first_unique(table: Table, key: Key) -> Key | None:
    """Where nothing else serves, the first code or number that is unique does."""
    if key.columns and not table.fields[key.columns[0]].kind.is_time:
        return key
    codes = [f for f in table.fields.values() if f.name in key.unique and _may_identify(f, table)]
    if not codes:
        return None
    evidence = f"{codes[0].name} is the first column with a value of its own in every row."
    return replace(
        key,
        columns=(codes[0].name,),
        confidence=0.5,
        evidence=evidence,
        support=Support.CHANCE,
    )


def _may_identify(field: Field, table: Table) -> bool:
    place = table.place_of(field)
    if place > 2 or field.family not in ("string", "whole") or looks_like_amount(field):
        return False
    described = not field.marker and not DESCRIPTIVE.isdisjoint(field.word_stems)
    return place == 0 or not described
