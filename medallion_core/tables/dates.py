"""The columns of the calendar, and the years that it covers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from medallion_core.model import Design, Fact
from medallion_core.tables import names
from medallion_core.tables.schema import GoldColumn, GoldTable
from medallion_core.text import sql

DATE_KEY = "date_key"
YEAR_LENGTH, DAY_NUMBER = "year_length", "day_number"
DAYS_FLOW = "days_of_years"

LENGTHS = (365, 366)
"""The days of a year, and of a leap year."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of the years that the dates of ``facts`` lie in."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Years:
    """The years that the dates of ``facts`` lie in."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class YearDays:
    """The days of a year and of a leap year by number, which the calendar is made from: to explode
    a year into its days would make it, and what reads it, be computed in full in each update."""

    facts: tuple[Fact, ...]


def calendar_tables(design: Design) -> Iterator[GoldTable]:
    """The calendar, where a fact has a date."""
    dated = tuple(fact for fact in design.star.facts if fact.dates)
    if dated:
        yield GoldTable(
            name=names.date_table(design),
            of=Calendar(dated),
            columns=partial(date_columns, design),
            also_reads=(names.years_table(design), names.YEAR_DAYS, names.UNKNOWN_ROW),
            primary_key=(DATE_KEY,),
        )


def year_tables(design: Design) -> Iterator[GoldTable]:
    """The years that the calendar covers, where a fact has a date."""
    dated = tuple(fact for fact in design.star.facts if fact.dates)
    if dated:
        yield GoldTable(
            name=names.years_table(design),
            of=Years(dated),
            columns=year_columns,
            also_reads=tuple(map(names.silver_of, _dates(dated))),
            is_helper=True,
        )


def year_day_tables(design: Design) -> Iterator[GoldTable]:
    """The days of years of either length, where a fact has a date. A flow writes them once."""
    dated = tuple(fact for fact in design.star.facts if fact.dates)
    if dated:
        yield GoldTable(
            name=names.YEAR_DAYS,
            of=YearDays(dated),
            columns=year_day_columns,
            filled_once_by=DAYS_FLOW,
            is_helper=True,
        )


def date_years(design: Design) -> list[tuple[str, str]]:
    """Each silver table with a date, once for each of its dates, and the SQL for its year."""
    return [
        (names.own_table(design, names.silver_of(entity)), f"year({sql.name(day)}) AS year")
        for entity, days in _dates(design.star.facts).items()
        for day in days
    ]


def year_columns() -> list[GoldColumn]:
    return [
        GoldColumn("year", "int", "year", "A year that a fact has a date in."),
        GoldColumn("row_count", "bigint", "count(*)", "Its dates.", required=True),
    ]


def year_day_columns() -> list[GoldColumn]:
    """Over rows with an ``id`` from 0 on, one for each day of either year."""
    common, leap = LENGTHS
    length = f"CAST(IF(id < {common}, {common}, {leap}) AS INT)"
    number = f"CAST(IF(id < {common}, id, id - {common}) + 1 AS INT)"
    return [
        GoldColumn(YEAR_LENGTH, "int", length, "The days that the year has.", required=True),
        GoldColumn(DAY_NUMBER, "int", number, "The number of a day in it.", required=True),
    ]


def _dates(facts: tuple[Fact, ...]) -> dict[str, dict[str, None]]:
    """Each entity whose rows hold dates of facts, and their columns, in order."""
    dates: dict[str, dict[str, None]] = {}
    for fact in facts:
        for role in fact.dates:
            entity = fact.entity_of(from_header=role.from_header)
            dates.setdefault(entity, {})[role.column] = None
    return dates


def date_columns(design: Design) -> list[GoldColumn]:
    """The calendar's columns, over a row with one ``date``."""
    start = design.settings.fiscal_year_start_month
    # Months are counted from the month that the fiscal year starts in; the year is named by the
    # calendar year that it ends in.
    shifted = f"add_months(date, {(13 - start) % 12})" if start != 1 else "date"
    return [
        GoldColumn(
            DATE_KEY,
            "int",
            sql.date_key("date"),
            "The day as yyyymmdd; -1 is the unknown day.",
            required=True,
        ),
        GoldColumn("date", "date", "date", "The day."),
        GoldColumn("year", "int", "year(date)", "Calendar year."),
        GoldColumn("quarter", "int", "quarter(date)", "Calendar quarter, 1 to 4."),
        GoldColumn("month", "int", "month(date)", "Month, 1 to 12."),
        GoldColumn("month_name", "string", "date_format(date, 'MMMM')", "Name of the month."),
        GoldColumn("year_month", "string", "date_format(date, 'yyyy-MM')", "Year and month."),
        GoldColumn("week", "int", "weekofyear(date)", "ISO week, 1 to 53."),
        GoldColumn("week_year", "int", "extract(YEAROFWEEK FROM date)", "Year of the ISO week."),
        GoldColumn("day_of_year", "int", "dayofyear(date)", "Day of the year, 1 to 366."),
        GoldColumn("day_of_month", "int", "day(date)", "Day of the month, 1 to 31."),
        GoldColumn("day_of_week", "int", "weekday(date) + 1", "1 is Monday, 7 is Sunday."),
        GoldColumn("day_name", "string", "date_format(date, 'EEEE')", "Name of the day."),
        GoldColumn("is_weekend", "boolean", "weekday(date) >= 5", "Saturday or Sunday."),
        GoldColumn("fiscal_year", "int", f"year({shifted})", "Fiscal year, named by its end."),
        GoldColumn("fiscal_quarter", "int", f"quarter({shifted})", "Fiscal quarter, 1 to 4."),
        GoldColumn(
            "fiscal_month", "int", f"month({shifted})", "Month of the fiscal year, 1 to 12."
        ),
    ]
