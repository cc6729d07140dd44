"""What a column is worth as a part of a key, and how improbable it is that a key never repeats."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import prod

from medallion_core.propose.amounts import looks_like_amount
from medallion_core.propose.audit import is_audit
from medallion_core.propose.fields import Field
from medallion_core.propose.kinds import Kind
from medallion_core.propose.likeness import DESCRIPTIVE, PERIODS
from medallion_core.propose.names import stem, stem_vocabulary
from medallion_core.propose.tables import Table
from medallion_core.propose.vocabulary import BEGINS, ENDS, ORDINALS, vocabulary

LONGEST_PART = 40
"""Characters; longer text is not part of a key."""

VERSIONS = stem_vocabulary("history version sat satellite hist scd change audit")
"""Stems of the names of tables that hold versions."""

_BEGINS = BEGINS | vocabulary("load loaded ldts change changed")

_ORDINALS = frozenset(map(stem, ORDINALS))


def part_weight(field: Field, refers: bool, *, is_own: bool = False) -> float:
    """How well a column serves as a part of a key: 0 not at all, 1 very well. ``is_own``: it is
    named after its own table."""
    if field.is_constant or not field.is_complete:
        return 0.0
    if is_own and field.has_strong_marker:
        return 1.1
    if refers:
        return 1.0
    stems_of = set(field.word_stems)
    fractional = field.kind in (Kind.FLOAT, Kind.DECIMAL) and not field.is_whole
    if fractional or field.kind in (Kind.OTHER, Kind.BOOLEAN):
        return 0.0
    if is_ordinal(field):
        return 0.95
    if field.has_strong_marker:
        return 0.85
    if field.kind.is_time:
        return 0.65 if is_audit(field.words) else 0.75
    if looks_like_amount(field):
        return 0.0
    if field.marker or not stems_of.isdisjoint(PERIODS):
        return 0.7
    if field.kind is Kind.STRING and (
        field.profile is None or (field.profile.max_length or 0) > LONGEST_PART
    ):
        return 0.0
    return 0.15 if not stems_of.isdisjoint(DESCRIPTIVE) else 0.3


def is_ordinal(field: Field) -> bool:
    """Counts the rows within something: few values, named as a number or a position."""
    counts = field.is_whole and field.distinct * 20 <= field.row_count
    return counts and field.word_stems[-1] in _ORDINALS


def numbers_within(field: Field, parent: Field) -> bool:
    """Whether ``field`` numbers the rows of each value of ``parent``: its least value comes once
    for each of these, and the greater ones ever less often."""
    profile = field.profile
    if profile is None or not field.is_whole or field.span is None or field.distinct < 2:
        return False
    counts = {
        float(str(value.value)): value.count
        for value in profile.frequent
        if _is_number(value.value)
    }
    least = field.span[0]
    if least not in counts or field.distinct >= parent.distinct:
        return False
    ordered = [counts[value] for value in sorted(counts)]
    falls = all(more >= less for more, less in pairwise(ordered))
    return falls and abs(counts[least] - parent.distinct) <= 0.02 * parent.distinct


def _is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return True


def begins_version(field: Field, table: Table) -> bool:
    """Whether a time says since when a row is true: by its name, where the table is one of
    versions, or as the time of a change."""
    if is_audit(field.words):
        return True
    history = not VERSIONS.isdisjoint(table.stems) or any(
        not ENDS.isdisjoint(f.words) and f.kind.is_time for f in table.fields.values()
    )
    return history and not _BEGINS.isdisjoint(field.words)


def expected_repeats(fields: Iterable[Field]) -> float:
    """Pairs of rows that would share the values of all ``fields`` if these were independent."""
    chosen = list(fields)
    rows = chosen[0].row_count
    return rows * (rows - 1) / 2 * prod(shared(field) for field in chosen)


def shared(field: Field) -> float:
    """The probability that two rows have the same value, as today's rows tell it."""
    profile, rows = field.profile, max(field.row_count, 2)
    counts = [value.count for value in profile.frequent] if profile else []
    if sum(counts) == rows:
        return sum(count * (count - 1) for count in counts) / (rows * (rows - 1))
    return max(0.0, rows / max(field.distinct, 1) - 1) / (rows - 1)
