"""The rows of a source that its data consists of."""

from __future__ import annotations

from collections.abc import Sequence

from medallion_core.model import Source
from medallion_core.tables.sources import kind_of
from medallion_core.text.identifiers import quote_identifier, quote_literal


def rows_of(source: Source) -> str:
    """SQL after FROM for the rows of ``source``, without the lines of its files that rules will set
    aside: no column would be a key, or read as a number, for these."""
    relation = kind_of(source.location).relation
    known = {column.name for column in source.columns}
    lines = [
        [(n, value) for n, value in line if n in known]
        for line in (*source.totals, *source.headings)
    ]
    told = " OR ".join(f"({_says(line)})" for line in lines if line)
    return f"(SELECT * FROM {relation} WHERE NOT ({told}))" if told else relation


def _says(line: Sequence[tuple[str, str]]) -> str:
    return " AND ".join(
        f"coalesce(trim({quote_identifier(name)}), '') = {quote_literal(value.strip())}"
        for name, value in line
    )
