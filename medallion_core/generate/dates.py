"""The calendar that all date roles refer to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from medallion_core.generate.gold import View, read_own, view
from medallion_core.generate.python import Code
from medallion_core.generate.render import render
from medallion_core.model import Design
from medallion_core.tables import names
from medallion_core.tables.dates import date_columns
from medallion_core.tables.proofs import proves_keys

COMMENT = "One row per day of every year that a fact has a date in, and the unknown day."


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFile:
    """Days of the years that are read, and the unknown day."""

    template: ClassVar = "src/gold/dim_date.py"
    table: View
    years: Code
    lengths: Code
    one: Code
    columns: tuple[str, ...]
    unknown: tuple[str, ...]


def date_file(design: Design) -> str:
    """The source text of ``src/gold/dim_date.py``."""
    table = names.date_table(design)
    columns = date_columns(design)
    texts = [f"'Unknown' AS {column.name}" for column in columns if column.type == "string"]
    return render(
        CalendarFile(
            table=view(
                table, COMMENT, columns, primary_key=["date_key"], proved=proves_keys(design)
            ),
            years=read_own(design, names.years_table(design)),
            lengths=read_own(design, names.YEAR_DAYS),
            one=read_own(design, names.UNKNOWN_ROW),
            columns=tuple(column.select for column in columns),
            unknown=("-1 AS date_key", *texts),
        )
    )
