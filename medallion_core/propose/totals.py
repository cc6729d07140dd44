"""Lines of a file that are no rows are set aside: those below its rows that add them up, which
would be summed, and headers and units among its rows, which would be members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from medallion_core.model import EntityColumn, Rule, RuleAction
from medallion_core.propose.tables import Table
from medallion_core.text.identifiers import quote_identifier, quote_literal

MOST_BLANKS = 3
"""Columns without a value that tell a line of totals, beside its word."""

MOST_NAMES = 3
"""Columns with their own name, or with its value, that tell a header or a heading."""


def total_rules(table: Table, columns: Sequence[EntityColumn]) -> Iterator[Rule]:
    """Rules for the lines that were found in the source's files."""
    silver = {column.source: column for column in columns}
    lines = [dict(row) for row in table.source.totals]
    totals = [_is_total(line, silver) for line in lines if not _is_header(line)]
    reason = "Below the rows of its files are lines that add them up."
    yield from _set_aside("is_no_total", totals, reason)
    headers = [_says(line, silver) for line in lines if _is_header(line)]
    yield from _set_aside("is_no_header", headers, "Its files have their header among the rows.")
    others = [_says(dict(line), silver) for line in table.source.headings]
    reason = "Below the names of its files is a line of units, types or further names."
    yield from _set_aside("is_no_heading", others, reason)


def _set_aside(name: str, found: Sequence[str], reason: str) -> Iterator[Rule]:
    told = dict.fromkeys(condition for condition in found if condition)
    if told:
        condition = f"NOT coalesce({' OR '.join(told)}, false)"
        yield Rule(name, condition, RuleAction.QUARANTINE, reason)


def _is_header(line: Mapping[str, str]) -> bool:
    return all(name == value for name, value in line.items())


def _says(line: Mapping[str, str], silver: Mapping[str, EntityColumn]) -> str:
    """SQL for a line with the first of these values."""
    known = [(silver[name], value.strip()) for name, value in line.items() if name in silver]
    filled = [(column, value) for column, value in known if value][:MOST_NAMES]
    named = [f"{_written(column)} = {quote_literal(value)}" for column, value in filled]
    return f"({' AND '.join(named)})" if named else ""


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
