"""Which columns tell the rows of a table apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from medallion_core.propose.amounts import looks_like_amount
from medallion_core.propose.checks import Checks, KeyCheck
from medallion_core.propose.fields import SMALL_CODE_LENGTH, Field
from medallion_core.propose.kinds import Kind
from medallion_core.propose.matching import TableIndex, match_names, match_table
from medallion_core.propose.names import stem_vocabulary
from medallion_core.propose.tables import Table

ACCEPTED = 0.3
"""A single column that looks less like a key than this is left to the composite keys."""

DESCRIPTIVE = stem_vocabulary(
    "name title description desc label comment text note notes url link path email phone fax "
    "address photo image picture password hash token street content body subject message"
)
PERIODS = stem_vocabulary("time timestamp year month date period day week quarter")


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
    declared = table.source.primary_key
    if declared and set(declared) <= table.fields.keys():
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
    others = [tables[number] for number in index.named_by(field) if tables[number] is not table]
    if set(field.subject_stems) <= set(table.stems):
        return any(match_table(field, other).score >= 0.7 for other in others)
    return any(
        match_names(table, field, other, next(iter(other.fields.values()))).score >= 0.75
        for other in others
        if other.fields
    )


def _is_pairing(table: Table, foreign: set[str]) -> bool:
    """Two or more columns named after other tables, and little else but dates."""
    others = [f for f in table.fields.values() if f.name not in foreign and not f.kind.is_time]
    return len(foreign) >= 2 and len(others) <= 1 and not any(f.has_strong_marker for f in others)


def _likeness(field: Field, table: Table, names_another: bool) -> float:
    """How much a unique column looks like an identifier: 0 to 1."""
    score = _marker_score(field, table)
    if names_another:
        score -= 0.35 if field.position else 0.2
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
    if not field.marker and not DESCRIPTIVE.isdisjoint(stems_of):
        return -0.3
    if looks_like_amount(field):
        return -0.6
    if field.position and not field.marker and not PERIODS.isdisjoint(stems_of):
        return -0.3
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
