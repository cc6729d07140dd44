"""How much a column that never repeats looks like an identifier."""

from __future__ import annotations

from medallion_core.propose.amounts import looks_like_amount
from medallion_core.propose.audit import numbers_copies
from medallion_core.propose.fields import SMALL_CODE_LENGTH, Field
from medallion_core.propose.kinds import Kind
from medallion_core.propose.names import stem_vocabulary
from medallion_core.propose.tables import Table

DESCRIPTIVE = stem_vocabulary(
    "name title description descr desc diff hdiff hashdiff checksum digest etag label comment "
    "text note notes url link path email phone fax address photo image picture password token "
    "street content body subject message"
)
PERIODS = stem_vocabulary("time timestamp year month date period day week quarter")

_SERIES = (1, 60, 300, 600, 900, 1800, 3600, 86400, 604800)
"""Seconds between the rows of a series, from one second to a week."""

FEWEST_OF_SERIES = 24


def likeness(field: Field, table: Table, *, names_another: bool) -> float:
    """From 0: not at all, to about 1. ``names_another``: it is named after another table."""
    if numbers_copies(field.name):
        return 0.0
    score = _marker_score(field, table) + _shape_score(field, table)
    place = table.place_of(field)
    if names_another:
        score -= 0.35 if place else 0.2
    if place == 0:
        score += 0.25
    elif place > 3:
        score -= 0.1
    return max(0.0, score)


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


def _shape_score(field: Field, table: Table) -> float:
    stems_of = set(field.word_stems)
    if not field.marker and not DESCRIPTIVE.isdisjoint(stems_of):
        return -0.3
    if looks_like_amount(field):
        return -0.6
    if table.place_of(field) and not field.marker and not PERIODS.isdisjoint(stems_of):
        return -0.3
    match field.kind:
        case Kind.INTEGER:
            return 0.05
        case Kind.STRING:
            return 0.0 if _is_code(field) else -0.3
        case Kind.DATE:
            return -0.1
        case Kind.TIMESTAMP:
            return -0.2
    return 0.0 if field.family == "whole" else -0.7


def _is_code(field: Field) -> bool:
    """Short text, or text of one length: a hash, a UUID."""
    profile = field.profile
    longest = (profile.max_length if profile else None) or 0
    same = profile is not None and profile.min_length == profile.max_length
    return longest <= SMALL_CODE_LENGTH or field.has_strong_marker or same


def is_series(field: Field) -> bool:
    """One row per second, hour, day or the like, without many gaps."""
    if field.times is None or field.row_count < FEWEST_OF_SERIES:
        return False
    seconds = (field.times[1] - field.times[0]).total_seconds()
    return any(0.9 <= field.all_rows / (seconds / step + 1) <= 1.0 for step in _SERIES)
