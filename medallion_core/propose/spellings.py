"""Keys that are written differently on two sides, so that silver would not join them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass

from medallion_core.model import Level, Question
from medallion_core.propose.candidates import Candidate
from medallion_core.propose.checks import Checks, Form, InclusionCheck
from medallion_core.propose.fields import Field
from medallion_core.propose.keys import Key
from medallion_core.propose.matching import match_names
from medallion_core.propose.tables import Table

NAMED = 0.85
"""Score of a name from which a column is taken for a reference, although its values do not fit."""

ENOUGH = 0.9
"""Share of the rows that must find their value once spelling is left aside."""

BETTER = 0.02
"""Share of the rows by which that must be more than as they are written."""


@dataclass(frozen=True, slots=True)
class _Pair:
    child: int
    field: Field
    parent: int
    key: Field
    _: KW_ONLY
    written: float
    """Share of the rows that find their value as it is written."""


def spelling_questions(
    tables: Sequence[Table],
    keys: Sequence[Key],
    accepted: Sequence[Candidate],
    measured: Sequence[Candidate],
    checks: Checks | None,
) -> list[Question]:
    """A question for each column that is named as a reference and finds its values only if case,
    outer blanks, braces, marks of thousands, zeros in front and a zero behind the point are left
    aside. ``measured`` are all candidates, also those that were not ``accepted``."""
    if checks is None:
        return []
    written = {c.link: c.inclusion or 0.0 for c in measured}
    chosen = {(c.child, c.columns): c for c in accepted}
    pairs = list(_pairs(tables, keys, chosen, written))
    asked = [
        InclusionCheck(
            tables[pair.child].source,
            (pair.field.name,),
            tables[pair.parent].source,
            (pair.key.name,),
            forms=(Form.SPELLED,),
        )
        for pair in pairs
    ]
    ratios = checks.inclusion_ratios(asked) if asked else []
    return [
        _question(pair, ratio, tables)
        for pair, ratio in zip(pairs, ratios, strict=True)
        if ratio is not None and ratio >= ENOUGH and ratio >= pair.written + BETTER
    ]


def _pairs(
    tables: Sequence[Table],
    keys: Sequence[Key],
    accepted: dict[tuple[int, tuple[str, ...]], Candidate],
    written: dict[tuple[int, tuple[str, ...], int, tuple[str, ...]], float],
) -> Iterator[_Pair]:
    """Columns that are named after the key of another table, and do not all find it."""
    parents = [
        (number, tables[number].fields[key.columns[0]])
        for number, key in enumerate(keys)
        if len(key.columns) == 1 and _may_be_spelled(tables[number].fields[key.columns[0]])
    ]
    for child, table in enumerate(tables):
        for field in table.fields.values():
            known = accepted.get((child, (field.name,)))
            if (known and (known.declared or known.inclusion == 1)) or not _may_be_spelled(field):
                continue
            for parent, key in parents:
                if parent == child or not (field.is_text or key.is_text):
                    continue
                if known is not None and (known.parent, known.parent_columns) != (
                    parent,
                    (key.name,),
                ):
                    continue
                if match_names(table, field, tables[parent], key).score >= NAMED:
                    found = written.get((child, (field.name,), parent, (key.name,)), 0.0)
                    yield _Pair(child, field, parent, key, written=found)


def _may_be_spelled(field: Field) -> bool:
    return field.has_values and (field.is_text or field.is_whole)


def _question(pair: _Pair, ratio: float, tables: Sequence[Table]) -> Question:
    child, parent = tables[pair.child], tables[pair.parent]
    return Question(
        Level.WARNING,
        child.name,
        f"Does {pair.field.name} refer to {parent.name}? Its values and those of {pair.key.name}"
        f" are written differently: {pair.written:.0%} of the rows find theirs as it is, and"
        f" {ratio:.0%} if case, blanks, braces, marks of thousands, zeros in front and .0 behind"
        " are left aside.",
        "Have both written alike in the source, or in a view over one of them: gold joins what is"
        " equal.",
    )
