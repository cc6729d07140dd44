"""The days from which and to which a row holds, and which rows hold now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from medallion_core.model import Scalar
from medallion_core.propose.fields import Field
from medallion_core.propose.milestones import missing
from medallion_core.propose.tables import Table
from medallion_core.propose.vocabulary import BEGINS, ENDS, vocabulary

_OF_TIME = (
    BEGINS | ENDS | vocabulary("date day time timestamp at on ts dt dts datum jour fecha data")
)
"""What is left of a name without these is what begins and ends."""

_NEWEST = vocabulary(
    "current latest newest aktuell actuel actuelle vigente actual corrente atual attuale huidig"
)
"""Words of flags that say that a row holds now."""

_YES = vocabulary("true t yes y 1 ja j oui si sim")

OPEN_YEAR = 2100
"""From here on a day says that no end is known."""


@dataclass(frozen=True, slots=True)
class Validity:
    """A row holds from ``begin`` to ``end``; ``flag`` says which rows hold now, None where no
    column does."""

    begin: Field
    end: Field
    flag: Field | None


def validity_of(table: Table) -> Validity | None:
    """The first days of ``table`` that begin and end the same; None where there are none.

    By their words, and as the profile has them: each row begins, and something ends.
    """
    times = [field for field in table.fields.values() if field.kind.is_time]
    ends = [f for f in times if not ENDS.isdisjoint(f.words)]
    for begin in times:
        if begin in ends or BEGINS.isdisjoint(begin.words) or not begin.is_complete:
            continue
        for end in ends:
            if not ({*begin.words} ^ {*end.words}) - _OF_TIME and end.has_values:
                return Validity(begin, end, _flag(table))
    return None


def _flag(table: Table) -> Field | None:
    flags = (f for f in table.fields.values() if not _NEWEST.isdisjoint(f.words))
    return next((field for field in flags if field.distinct == 2 and _rows_saying(field)), None)


def newest_rows(validity: Validity) -> int:
    """Rows that hold now: by the flag, else without an end or with one that is far away."""
    if validity.flag is not None:
        return _rows_saying(validity.flag)
    end = validity.end
    frequent = end.profile.frequent if end.profile else ()
    far = end.profile.far_count if end.profile else 0
    return missing(end) + far + sum(value.count for value in frequent if _is_far(value.value))


def _rows_saying(field: Field) -> int:
    """Rows in which a flag says yes."""
    frequent = field.profile.frequent if field.profile else ()
    return sum(value.count for value in frequent if str(value.value).strip().lower() in _YES)


def _is_far(value: Scalar) -> bool:
    """
    >>> [_is_far(value) for value in (date(9999, 12, 31), "31.12.9999", 99991231, "2024-05-01")]
    [True, True, True, False]
    """
    if isinstance(value, date):
        return value.year >= OPEN_YEAR
    numbers = re.findall(r"[0-9]+", str(value))
    return any(int(number[:4]) >= OPEN_YEAR for number in numbers if len(number) in (4, 8))
