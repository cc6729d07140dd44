"""What silver reads keys and references as, so that both ends stay comparable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from medallion_core.propose.candidates import Candidate
from medallion_core.propose.fields import Field
from medallion_core.propose.forms import whole_type, writes_point
from medallion_core.propose.keys import Key
from medallion_core.propose.kinds import Reading
from medallion_core.propose.tables import Table

Column = tuple[int, str]
"""Position of a table, source name of a column."""


def joined_readings(
    tables: Sequence[Table], keys: Sequence[Key], references: Iterable[Candidate]
) -> list[dict[str, Reading | None]]:
    """For each table the columns of its key and of its references, either way, with what silver
    reads them as; None: as what they are. Columns that are joined are read as one type."""
    result: list[dict[str, Reading | None]] = [
        {column: _alone(table.fields[column]) for column in key.columns}
        for table, key in zip(tables, keys, strict=True)
    ]
    for group in _groups(references):
        fields = [tables[number].fields[column] for number, column in group]
        together = _together(fields)
        for (number, column), reading in zip(group, together, strict=True):
            result[number][column] = reading
    return result


def _alone(field: Field) -> Reading | None:
    """A day within a key is a day; other parts of a key stay as they are."""
    return field.reading if field.kind.is_time else None


def _together(fields: Sequence[Field]) -> list[Reading | None]:
    readings = [field.reading for field in fields]
    types = {reading.type if reading else "" for reading in readings}
    if len(types) == 1 and all(field.kind.is_time for field in fields):
        return readings
    whole = all(field.is_whole for field in fields)
    if whole and not all(field.is_text and not writes_point(field) for field in fields):
        return [Reading(whole_type(field)) if field.is_text else None for field in fields]
    return [None] * len(fields)


def _groups(references: Iterable[Candidate]) -> list[list[Column]]:
    """The columns that are joined with one another, directly or through others."""
    groups: dict[Column, list[Column]] = {}
    for reference in references:
        for mine, theirs in zip(reference.columns, reference.parent_columns, strict=True):
            ends = (reference.child, mine), (reference.parent, theirs)
            merged = list(dict.fromkeys(c for end in ends for c in groups.get(end, [end])))
            groups |= dict.fromkeys(merged, merged)
    return list({id(group): group for group in groups.values()}.values())
