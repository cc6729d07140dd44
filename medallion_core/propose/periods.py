"""Tables whose things come again in each period: stock by day, balances at the end of a month."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from medallion_core.model import Fact
from medallion_core.propose.fields import Field
from medallion_core.propose.links import Joins
from medallion_core.propose.names import stem, stem_vocabulary

FEWEST_PERIODS = 3
"""Periods from which they are regular, or not."""

REGULAR = 0.9
"""Share of the periods between first and last that there are."""

DENSE, DENSE_OF_SEVERAL = 0.5, 0.1
"""Share of the rows that there would be if each thing, or each combination of several, came again
in each period: not every warehouse has every product."""

REPEATED, REPEATED_IN_SAMPLE = 1.5, 10
"""Rows that each thing has. In a sample of a log most things come once."""

_STEPS = (1.0, 7.0, 365.25 / 12, 365.25 / 4, 365.25, 7 / 5)
"""Days from one period to the next; of working days on an average."""

PERIODS = stem_vocabulary("period month week quarter year yearmonth yearweek periode monat jahr")
"""Last words of columns that say of which period a row is."""


def period_columns(fact: Fact, joins: Joins) -> tuple[str, ...]:
    """Those columns of the grain that say of which period a row is: its dates, days of the source's
    own calendar, and what is called a month, a period or the like."""
    entity = joins.entities[fact.entity]
    read = joins.read(entity)
    known = {role.column for role in fact.dates if not role.from_header}
    known |= {
        reference.columns[0]
        for reference in joins.of(entity)
        if len(reference.columns) == 1 and _is_calendar(reference.parent, joins)
    }
    known |= {column for column in fact.grain if stem(read(column)[-1]) in PERIODS}
    return tuple(column for column in fact.grain if column in known)


def _is_calendar(name: str, joins: Joins) -> bool:
    entity = joins.entities[name]
    return joins.is_table_of_days(entity)


def comes_again(fact: Fact, fields: Mapping[str, Field], joins: Joins) -> str:
    """What shows that the things of the fact come again in each period; empty where nothing does.
    ``fields`` are those of the fact's silver columns, by name."""
    periods = period_columns(fact, joins)
    things = tuple(column for column in fact.grain if column not in periods)
    if not things or not periods or not fields.keys() >= set(fact.grain):
        return ""
    many = prod(fields[column].distinct for column in periods)
    regular = many >= FEWEST_PERIODS and all(is_regular(fields[column]) for column in periods)
    if not regular or not _is_dense([fields[column] for column in things], many):
        return ""
    again = "comes" if len(things) == 1 else "come"
    return (
        f"{' and '.join(things)} {again} again for each {' and '.join(periods)}, of which there "
        f"are {many:,} in {fields[things[0]].rows_in_words}."
    )


def _is_dense(things: list[Field], many: int) -> bool:
    rows, all_rows = things[0].row_count, things[0].all_rows
    often = REPEATED_IN_SAMPLE if things[0].is_sampled else REPEATED
    share = DENSE if len(things) == 1 else DENSE_OF_SEVERAL
    most = max(thing.distinct for thing in things)
    whole = many * prod(thing.distinct for thing in things)
    return most > 1 and rows >= often * most and all_rows >= share * whole


def is_regular(field: Field) -> bool:
    """Whether its days are as far from each other, all but a few; what is no day is a period by its
    name."""
    if field.times is None:
        return not field.kind.is_time
    days = (field.times[1] - field.times[0]).days
    return any(REGULAR <= field.distinct / (days / step + 1) <= 1 / REGULAR for step in _STEPS)
