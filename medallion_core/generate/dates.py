"""The calendar that all date roles refer to."""

from __future__ import annotations

from medallion_core.generate.render import render
from medallion_core.model import Design
from medallion_core.tables import names
from medallion_core.tables.dates import date_columns, date_years
from medallion_core.tables.schema import ddl_lines


def date_file(design: Design) -> str:
    """The source text of ``src/gold/dim_date.py``."""
    table = names.date_table(design)
    columns = date_columns(design)
    return render(
        "src/gold/dim_date.py",
        table=table,
        function=names.function_name(table),
        comment="One row for each day of each year that a fact has a date in.",
        schema=ddl_lines(design, table, columns, ["date_key"]),
        years=date_years(design),
        columns=[column.select for column in columns],
        unknown=[
            "-1 AS date_key",
            *(f"'Unknown' AS {column.name}" for column in columns if column.type == "string"),
        ],
    )
