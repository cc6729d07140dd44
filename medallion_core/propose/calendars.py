"""Dates that refer to a table of days."""

from __future__ import annotations

from collections.abc import Sequence

from medallion_core.model import Entity
from medallion_core.propose.audit import is_audit
from medallion_core.propose.candidates import Candidate, candidate_of
from medallion_core.propose.fields import Field
from medallion_core.propose.keys import Key
from medallion_core.propose.kinds import kind_of
from medallion_core.propose.matching import NameMatch
from medallion_core.propose.names import stem, stem_vocabulary, words
from medallion_core.propose.scores import Pair
from medallion_core.propose.star_names import ColumnWords
from medallion_core.propose.tables import Table

DENSE = 0.9
"""Share of the days between first and last that a calendar has."""

FEWEST_PARTS = 3
"""Columns that tell parts of a day; an order may have its month and year, too."""

_PARTS = stem_vocabulary("day weekday week month quarter year weekend holiday fiscal season")

_SPANS = stem_vocabulary(
    "first last start begin end ending from to until week period month quarter year"
)
"""Words of dates that stand for more than their day, and of tables of such."""


def propose_calendar_references(
    tables: Sequence[Table], keys: Sequence[Key], chosen: Sequence[Candidate]
) -> list[Candidate]:
    """Dates of fact-like tables (they refer to others, and none refers to them) that lie within a
    calendar, unless the table refers to the calendar already.

    A table of days that no other refers to by a key says nothing that a date does not say itself.
    """
    linked = {(c.child, c.parent) for c in chosen}
    children = {c.child for c in chosen}
    parents = {c.parent for c in chosen if c.parent != c.child}
    calendars = [
        (number, field)
        for number, table in enumerate(tables)
        for field in table.fields.values()
        if number in parents and field.name in keys[number].unique and is_calendar(field)
    ]
    name = NameMatch(0.85, "is a day, and that is a table of days")
    return [
        candidate_of(child, parent, Pair(field, day, name))
        for parent, day in calendars
        for child in sorted(children - parents - {parent})
        if (child, parent) not in linked
        for field in tables[child].fields.values()
        if field.kind.is_time and field.has_values and not is_audit(field.words)
    ]


def is_calendar(field: Field) -> bool:
    """One row per day, without gaps."""
    if field.times is None or field.row_count < 28:
        return False
    first, last = field.times
    days = (last - first).days + 1
    return days * DENSE <= field.all_rows <= days * 1.1


def is_table_of_days(entity: Entity, read: ColumnWords) -> bool:
    """Whether its rows are days: a date, and mostly what follows from it (month, quarter). The
    rows of months or fiscal periods have the days on which they begin or end."""
    if stem(words(entity.name)[-1]) in _SPANS:
        return False
    times = [read(column.name) for column in entity.columns if kind_of(column.type).is_time]
    if not any(_SPANS.isdisjoint(map(stem, said)) and not is_audit(said) for said in times):
        return False
    others = [column for column in entity.columns if column.name not in entity.key]
    telling = [column for column in others if not _PARTS.isdisjoint(map(stem, read(column.name)))]
    return len(telling) >= max(FEWEST_PARTS, len(others) / 2)
