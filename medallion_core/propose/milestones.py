"""Dates that a row gets one after the other, as a case goes on: ordered, shipped, delivered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from medallion_core.propose.audit import is_audit, is_load_time
from medallion_core.propose.fields import Field
from medallion_core.propose.names import stem, stem_vocabulary
from medallion_core.propose.tables import Table

FEWEST_FOR_SURE = 3
"""Milestones from which a row is a case that goes on; two may be a start and an end that both are
known when the row is written."""

_PLANNED = stem_vocabulary(
    "required due expected estimated planned promised scheduled target targeted deadline commit "
    "committed forecast forecasted eta projected anticipated plan sched"
)
_NO_STEP = stem_vocabulary(
    "valid effective expiry expires expiration expire until birth birthdate dob"
)
"""Words of dates that say how long something holds, or how old somebody is."""


def is_planned(parts: Sequence[str]) -> bool:
    """Whether the words are those of a day that was promised, and not of one when it was done.

    >>> is_planned(("required", "date")), is_planned(("shipped", "date"))
    (True, False)
    """
    return not _PLANNED.isdisjoint(map(stem, parts))


def milestones_of(table: Table) -> tuple[Field, ...]:
    """The dates that the rows of ``table`` get in this order; none where they do not show it.

    The first one every row has, the last one not all of them. None begins before the one ahead of
    it, and none begins when that one has ended.
    """
    steps = sorted(_steps(table), key=lambda step: (missing(step), _span(step), step.position))
    chain = steps[:1]
    for step in steps[1:]:
        first, last = _span(chain[-1])
        if first <= _span(step)[0] <= last:
            chain.append(step)
    is_chain = len(chain) > 1 and not missing(chain[0]) and missing(chain[-1])
    return tuple(chain) if is_chain else ()


def _steps(table: Table) -> Iterator[Field]:
    columns = [field.words for field in table.fields.values()]
    for field in table.fields.values():
        told = is_audit(field.words) or is_load_time(field.words, columns)
        no_step = is_planned(field.words) or not _NO_STEP.isdisjoint(field.word_stems)
        if field.times and field.has_values and not told and not no_step:
            yield field


def missing(field: Field) -> int:
    """Rows that do not have the date, or not yet."""
    return field.profile.null_count + field.profile.blank_count if field.profile else 0


def _span(field: Field) -> tuple[date, date]:
    """First and last day, of one whose times are known."""
    first, last = (time.date() for time in field.times or ())
    return first, last
