"""The small tables that dimensions and the calendar are made of: values that are counted, each
once, and the row that stands for no member."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from medallion_core.generate.gold import (
    Reading,
    View,
    read_own,
    read_table,
    reading,
    select,
    union,
    view,
)
from medallion_core.generate.python import Call, Code, expr
from medallion_core.generate.render import render
from medallion_core.model import Design, Dimension
from medallion_core.tables import lookups, names
from medallion_core.tables.aliases import dimension_aliases
from medallion_core.tables.dates import (
    DAYS_FLOW,
    LENGTHS,
    date_years,
    year_columns,
    year_day_columns,
)
from medallion_core.tables.dimensions import is_known, sightings
from medallion_core.tables.members import (
    ROW_COUNT,
    UNKNOWN_FLOW,
    count_name,
    seen_columns,
    unknown_columns,
)
from medallion_core.tables.reads import silver_rows
from medallion_core.text import sql


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedFile:
    """Values that rows hold, with how many do. They are grouped last, so that a refresh touches
    the groups that have changed. ``calls`` end with that."""

    template: ClassVar = "src/gold/counted.py"
    table: View
    says: str
    readings: tuple[Reading, ...]
    first: Code
    calls: tuple[Call, ...]
    count: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnceFile:
    """``rows`` rows of constants, which ``flow`` writes once. ``whole`` is what would be computed
    in full if a view held them."""

    template: ClassVar = "src/gold/once.py"
    table: View
    flow: str
    says: str
    whole: str
    rows: int
    columns: tuple[str, ...]


def seen_file(design: Design, dimension: Dimension) -> str:
    """The source text of ``src/gold/seen_<dimension>.py``."""
    return render(_flags(design, dimension) if dimension.junk else _missing(design, dimension))


def _missing(design: Design, dimension: Dimension) -> CountedFile:
    keys = [sql.name(key) for key in lookups.key_names(dimension)]
    held = [f"seen.{key}" for key in keys]
    known = [sql.column("known", key) for key in dimension.business_key]
    first, *others = (select(read_table(s.table), s.select) for s in sightings(design, dimension))
    present = sql.all_of(f"{key} IS NOT NULL" for key in keys)
    same = sql.all_of(f"{ours} = {theirs}" for ours, theirs in zip(held, known, strict=True))
    own = read_own(design, names.silver_of(dimension.entity))
    comment = f"Keys of {dimension.name} that only other tables hold so far."
    return CountedFile(
        table=_seen_view(design, dimension, comment),
        says="Each key that has no row of its own yet.",
        readings=(
            Reading(
                variable="seen",
                read=first,
                calls=(*union(others), Call("where", (present,)), Call("alias", ("seen",))),
            ),
            Reading(variable="known", read=own, calls=(Call("alias", ("known",)),)),
        ),
        first=Code("seen"),
        calls=(
            Call("join", (Code("known"), expr(same), "left")),
            Call("where", (f"{known[0]} IS NULL",)),
            Call("groupBy", tuple(held)),
        ),
        count=count_name(lookups.key_names(dimension)),
    )


def _flags(design: Design, dimension: Dimension) -> CountedFile:
    own = dimension_aliases(dimension).own
    keys = tuple(map(sql.name, dimension.business_key))
    comment = f"Flags of {dimension.entity}, as its rows combine them."
    return CountedFile(
        table=_seen_view(design, dimension, comment),
        says="Each combination that a row has.",
        readings=(reading(silver_rows(design, design.entity(dimension.entity), own)),),
        first=Code(own),
        calls=(Call("where", (is_known(dimension),)), Call("groupBy", keys)),
        count=count_name(dimension.business_key),
    )


def _seen_view(design: Design, dimension: Dimension, comment: str) -> View:
    return view(names.seen_table(dimension), comment, seen_columns(design, dimension))


def years_file(design: Design) -> str:
    """The source text of ``src/gold/date_years.py``."""
    first, *others = (select(read_table(read), [year]) for read, year in date_years(design))
    calls = (*union(others), Call("where", ("year IS NOT NULL",)), Call("groupBy", ("year",)))
    table = names.years_table(design)
    return render(
        CountedFile(
            table=view(table, "The years that facts have dates in.", year_columns()),
            says="Each year of a date.",
            readings=(),
            first=first,
            calls=calls,
            count=ROW_COUNT,
        )
    )


def unknown_row_file() -> str:
    """The source text of ``src/gold/unknown_row.py``."""
    columns = unknown_columns()
    comment = "The row that the unknown member of each dimension is made of."
    return render(
        OnceFile(
            table=view(names.UNKNOWN_ROW, comment, columns),
            flow=UNKNOWN_FLOW,
            says="One row; dimensions that read it are refreshed incrementally.",
            whole="a view of a constant row, and all dimensions with it,",
            rows=1,
            columns=tuple(column.select for column in columns),
        )
    )


def year_days_file() -> str:
    """The source text of ``src/gold/year_days.py``."""
    columns = year_day_columns()
    return render(
        OnceFile(
            table=view(names.YEAR_DAYS, "The days of a year, by its length.", columns),
            flow=DAYS_FLOW,
            says="A row for each day of a year, and for each of a leap year.",
            whole="a view of constant rows, and the calendar with it,",
            rows=sum(LENGTHS),
            columns=tuple(column.select for column in columns),
        )
    )
