"""SQL that tells which columns tell every row of a table apart.

An exact count reads and sorts all rows anew for each candidate. Where there are many, most repeat
in a small part of their values already; equal values are always in the same part.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from medallion_core.profile.relations import rows_of
from medallion_core.propose.checks import KeyCheck
from medallion_core.text.identifiers import quote_identifier

MANY = 4
"""Candidates of a table from which a part of the values is looked at first."""

PARTS = 16
"""Of the values, by their hash; one is looked at."""


def repeats_statement(checks: Sequence[KeyCheck]) -> str:
    """A row with the ``place`` of each candidate that repeats in a part of its values; places
    count on from check to check. A second hash keeps two values from being taken for one."""
    place, tables = 0, []
    for check in checks:
        hashes = ", ".join(
            f"{number}, xxhash64({_listed(columns, check)}), hash({_listed(columns, check)})"
            for number, columns in enumerate(check.candidates, place)
        )
        stacked = f"stack({len(check.candidates)}, {hashes}) AS (place, value, other)"
        tables.append(f"SELECT {stacked} FROM {rows_of(check.source)}")
        place += len(check.candidates)
    return (
        f"WITH hashed AS (\n{_UNION.join(tables)}\n)\nSELECT DISTINCT place FROM (SELECT place"
        f" FROM hashed WHERE value % {PARTS} = 0 GROUP BY place, value, other HAVING count(*) > 1)"
    )


def unique_statement(checks: Sequence[KeyCheck]) -> str:
    """A row for each check: its ``number``, and ``holds``, whether each candidate is unique."""
    return _UNION.join(
        f"SELECT {number} AS number, array({_tests(check)}) AS holds FROM {rows_of(check.source)}"
        for number, check in enumerate(checks)
    )


def counts_statement(checks: Sequence[KeyCheck]) -> str:
    """A row for each check: its ``number``, and ``counts``, how many different values each
    candidate has. In a struct, NULL is a value like any other."""
    return _UNION.join(
        f"SELECT {number} AS number, array({_counts(check)}) AS counts FROM {rows_of(check.source)}"
        for number, check in enumerate(checks)
    )


def _counts(check: KeyCheck) -> str:
    return ", ".join(f"count(DISTINCT struct({_listed(each, check)}))" for each in check.candidates)


def _tests(check: KeyCheck) -> str:
    return ", ".join(
        f"count(DISTINCT {_listed(each, check)}) = count(*)" for each in check.candidates
    )


def _listed(columns: Iterable[str], check: KeyCheck) -> str:
    return ", ".join(
        f"trim({quote_identifier(name)})" if name in check.padded else quote_identifier(name)
        for name in columns
    )


_UNION = "\nUNION ALL\n"
