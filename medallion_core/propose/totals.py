"""Lines below the rows of a file that add them up: they are set aside, or they would be summed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from medallion_core.model import EntityColumn, Rule, RuleAction
from medallion_core.propose.tables import Table
from medallion_core.text.identifiers import quote_identifier, quote_literal

MOST_BLANKS = 3
"""Columns without a value that tell such a line, beside its word."""


def total_rules(table: Table, columns: Sequence[EntityColumn]) -> Iterator[Rule]:
    """A rule for the lines that were found at the end of the source's files."""
    silver = {column.source: column for column in columns}
    found = [_is_total(dict(row), silver) for row in table.source.totals]
    told = dict.fromkeys(condition for condition in found if condition)
    if told:
        yield Rule(
            "is_no_total",
            f"NOT coalesce({' OR '.join(told)}, false)",
            RuleAction.QUARANTINE,
            "Below the rows of its files are lines that add them up.",
        )


def _is_total(row: Mapping[str, str], silver: Mapping[str, EntityColumn]) -> str:
    """SQL for the line with this word and without these values; empty where it has no word, or
    a value for each column, as a row has."""
    label = next((name for name, value in row.items() if value.strip()), "")
    blanks = [silver[name] for name, value in row.items() if not value.strip() and name in silver]
    if label not in silver or not blanks:
        return ""
    word = f"{_written(silver[label])} = {quote_literal(row[label].strip())}"
    return f"({' AND '.join([word, *map(_is_blank, blanks[:MOST_BLANKS])])})"


def _written(column: EntityColumn) -> str:
    if column.type == "string":
        return f"trim({quote_identifier(column.name)})"
    return f"_uncast[{quote_literal(column.name)}]"


def _is_blank(column: EntityColumn) -> str:
    name = quote_identifier(column.name)
    return f"coalesce(trim({name}), '') = ''" if column.type == "string" else f"{name} IS NULL"
